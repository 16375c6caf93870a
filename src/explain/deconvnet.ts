/** Deconvnet: the gradient, but a ReLU hands down what is positive whatever the forward pass was:
 *  dx = dy·[dy > 0]. Zeiler & Fergus 2014. */

import { explainer, passes } from "./explanation.js";
import { targetGradient } from "./gradient.js";

export const deconvnet = explainer(
  "deconvnet",
  {
    title: "Deconvnet",
    zh: { title: "反卷积网络" },
    kind: "sensitivity",
    reduction: "strongest",
    dependsOn: "graph",
    passes: passes(1, 1),
    reference: "Zeiler & Fergus 2014",
    batchNorm:
      "None where folding leaves what every ReLU sees as it is; a negative γ behind a ReLU turns the sign that is cut.",
  },
  (session, images, { target }) => {
    const { gradient, ...rest } = targetGradient(session, images, target, "deconvnet");
    return { ...rest, values: gradient };
  },
);
