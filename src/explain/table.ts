/** The table of explainers. Adding one is a file and a line here. */

import { constant, random, sobel } from "./controls.js";
import type { Explainer } from "./explanation.js";
import { inputTimesGradient } from "./input-times-gradient.js";
import { integratedGradients } from "./integrated-gradients.js";
import { saliency } from "./saliency.js";

export const explainers = {
  saliency,
  inputTimesGradient,
  integratedGradients,
  random,
  constant,
  sobel,
} as const satisfies Record<string, Explainer>;

export type ExplainerName = keyof typeof explainers;

/** The maps that know nothing of the model. */
export const controlNames = ["random", "constant", "sobel"] as const satisfies ExplainerName[];
export type ControlName = (typeof controlNames)[number];
