/** Saliency: the gradient ∂f/∂x of the explained logit, with its sign. Simonyan, Vedaldi & Zisserman 2013.
 *  Their map takes the largest magnitude over channels: reduction "max". */

import { explainer, passes } from "./explanation.js";
import { targetGradient } from "./gradient.js";

export const saliency = explainer(
  "saliency",
  {
    title: "Saliency",
    zh: { title: "显著性" },
    kind: "sensitivity",
    reduction: "strongest",
    dependsOn: "function",
    passes: passes(1, 1),
    reference: "Simonyan et al. 2013",
    batchNorm: "None: it depends on the function alone, so folding leaves it as it is.",
  },
  (session, images, { target }) => {
    const { gradient, ...rest } = targetGradient(session, images, target);
    return { ...rest, values: gradient };
  },
);
