/** Input × gradient: x ⊙ ∂f/∂x. On a network of ReLUs without biases it sums to the logit. Shrikumar et al. 2016. */

import { type Explainer, targetGradient, top } from "./explanation.js";

export const inputTimesGradient: Explainer = {
  title: "Input × gradient",
  kind: "attribution",
  reduction: "sum",
  reference: "Shrikumar et al. 2016",
  explain(session, images, { target: choose = top } = {}) {
    const { gradient, logits, target } = targetGradient(session, images, choose);
    const values = { shape: gradient.shape, data: gradient.data.slice() };
    for (let i = 0; i < values.data.length; i++) values.data[i] *= images.data[i];
    return { values, target, logits, method: "inputTimesGradient", kind: "attribution" };
  },
};
