/** Saliency: the gradient ∂f/∂x of the explained logit, with its sign. Simonyan, Vedaldi & Zisserman 2013. */

import { type Explainer, targetGradient, top } from "./explanation.js";

export const saliency: Explainer = {
  title: "Saliency",
  kind: "sensitivity",
  reduction: "strongest",
  reference: "Simonyan et al. 2013",
  explain(session, images, { target: choose = top } = {}) {
    const { gradient, logits, target } = targetGradient(session, images, choose);
    return { values: gradient, target, logits, method: "saliency", kind: "sensitivity" };
  },
};
