/** Input × gradient: x ⊙ ∂f/∂x. On a network of ReLUs without biases it sums to the logit. Shrikumar et al. 2016. */

import { explainer, passes } from "./explanation.js";
import { targetGradient } from "./gradient.js";

export const inputTimesGradient = explainer(
  "inputTimesGradient",
  {
    title: "Input × gradient",
    zh: { title: "输入 × 梯度" },
    kind: "attribution",
    reduction: "sum",
    dependsOn: "function",
    passes: passes(1, 1),
    reference: "Shrikumar et al. 2016",
    batchNorm:
      "None under folding. Its sum misses f(x) by what biases and BN's shifts add, so BN widens that gap.",
  },
  (session, images, { target }) => {
    const { gradient, ...rest } = targetGradient(session, images, target);
    const data = gradient.data.map((g, i) => g * images.data[i]);
    return { ...rest, values: { shape: gradient.shape, data } };
  },
);
