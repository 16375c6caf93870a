/** SmoothGrad: the mean of ∂f/∂x over noisy copies of the image. Smilkov et al. 2017. */

import { explainer, passes } from "./explanation.js";
import { type NoisyGradientsOptions, noisyGradients } from "./noisy-gradients.js";

export const smoothGrad = explainer<NoisyGradientsOptions>(
  "smoothGrad",
  {
    title: "SmoothGrad",
    zh: { title: "SmoothGrad" },
    kind: "sensitivity",
    reduction: "strongest",
    dependsOn: "function",
    passes: passes(33, 32),
    reference: "Smilkov et al. 2017",
    batchNorm: "None: it depends on the function alone, so folding leaves it as it is.",
  },
  (session, images, options) => noisyGradients("smoothGrad", session, images, options, "mean"),
);
