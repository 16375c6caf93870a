/** VarGrad: the variance of ∂f/∂x over noisy copies of the image, high where the gradient is unsteady.
 *  Adebayo et al. 2018; Seo et al. 2018. */

import { explainer, passes } from "./explanation.js";
import { type NoisyGradientsOptions, noisyGradients } from "./noisy-gradients.js";

export const varGrad = explainer<NoisyGradientsOptions>(
  "varGrad",
  {
    title: "VarGrad",
    zh: { title: "VarGrad" },
    kind: "sensitivity",
    reduction: "max",
    dependsOn: "function",
    passes: passes(33, 32),
    reference: "Adebayo et al. 2018",
    batchNorm: "None: it depends on the function alone, so folding leaves it as it is.",
  },
  (session, images, options) => noisyGradients("varGrad", session, images, options, "variance"),
);
