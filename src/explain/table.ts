/** The table of explainers. Adding one is a file and a line here. */

import { constant, random, sobel } from "./controls.js";
import { deconvnet } from "./deconvnet.js";
import { deepLift } from "./deep-lift.js";
import { excitationBackpropagation } from "./excitation-backpropagation.js";
import { expectedGradients } from "./expected-gradients.js";
import type { Explainer } from "./explanation.js";
import { gradCam } from "./grad-cam.js";
import { gradCamPlusPlus } from "./grad-cam-plus-plus.js";
import { guidedBackpropagation } from "./guided-backpropagation.js";
import { hiResCam } from "./hires-cam.js";
import { inputTimesGradient } from "./input-times-gradient.js";
import { integratedGradients } from "./integrated-gradients.js";
import { kernelShap } from "./kernel-shap.js";
import { layerCam } from "./layer-cam.js";
import { occlusion } from "./occlusion.js";
import {
  lrpEpsilon,
  lrpEpsilonAlpha2Beta1,
  lrpEpsilonAlpha2Beta1Flat,
  lrpEpsilonGammaBox,
  lrpEpsilonPlus,
  lrpEpsilonPlusFlat,
} from "./relevance/index.js";
import { rise } from "./rise.js";
import { saliency } from "./saliency.js";
import { shapleySampling } from "./shapley-sampling.js";
import { smoothGrad } from "./smooth-grad.js";
import { varGrad } from "./var-grad.js";

export const explainers = {
  saliency,
  inputTimesGradient,
  integratedGradients,
  expectedGradients,
  smoothGrad,
  varGrad,
  guidedBackpropagation,
  deconvnet,
  excitationBackpropagation,
  deepLift,
  gradCam,
  gradCamPlusPlus,
  hiResCam,
  layerCam,
  occlusion,
  rise,
  kernelShap,
  shapleySampling,
  lrpEpsilon,
  lrpEpsilonPlus,
  lrpEpsilonPlusFlat,
  lrpEpsilonAlpha2Beta1,
  lrpEpsilonAlpha2Beta1Flat,
  lrpEpsilonGammaBox,
  random,
  constant,
  sobel,
} as const satisfies Record<string, Explainer>;

export type ExplainerName = keyof typeof explainers;

/** The maps that know nothing of the model. */
export const controlNames = ["random", "constant", "sobel"] as const satisfies ExplainerName[];
export type ControlName = (typeof controlNames)[number];
