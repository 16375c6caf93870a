/** Guided backpropagation: the gradient, but a ReLU hands down only what is positive and came through it:
 *  dx = dy·[y > 0]·[dy > 0]. Springenberg et al. 2014. It looks sharp and hardly depends on the class or on the upper
 *  weights (Adebayo et al. 2018). */

import { explainer, passes } from "./explanation.js";
import { targetGradient } from "./gradient.js";

export const guidedBackpropagation = explainer(
  "guidedBackpropagation",
  {
    title: "Guided backpropagation",
    zh: { title: "导向反向传播" },
    kind: "sensitivity",
    reduction: "strongest",
    dependsOn: "graph",
    passes: passes(1, 1),
    reference: "Springenberg et al. 2014",
    batchNorm:
      "None where folding leaves what every ReLU sees as it is; a negative γ behind a ReLU turns the sign that is cut.",
  },
  (session, images, { target }) => {
    const { gradient, ...rest } = targetGradient(session, images, target, "guided");
    return { ...rest, values: gradient };
  },
);
