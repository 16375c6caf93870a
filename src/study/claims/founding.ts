/** The six claims about Batch Norm that a study tests, with their measures fixed before any run. Eleven primary
 *  contrasts without the clock: Holm's correction at 0.05 needs nine seeds or more. */

import { type Claim, primary, secondary } from "./claim.js";

/** Of accuracy: what is smaller is not worth speaking of. */
const HALF_A_POINT = 0.005;

/** Both measures compare noise with what it disturbs: without that, whatever lowers the loss would lower the noise. */
export const lessNoise: Claim = {
  title: "Batch Norm reduces the noise between batches",
  zh: { title: "批归一化减小批次之间的噪声" },
  source: "Santurkar et al. 2018; Bjorck et al. 2018",
  rule: "every",
  evidence: [
    primary("gradientNoiseScale", "lower"),
    primary("relativeLossVariance", "lower"),
    secondary("lossVariance", "lower"),
  ],
};

export const fasterTraining: Claim = {
  title: "Batch Norm makes training faster and steadier",
  zh: { title: "批归一化使训练更快、更平稳" },
  source: "Ioffe & Szegedy 2015",
  rule: "every",
  evidence: [
    primary("stepsToTarget", "lower"),
    primary("lossVariance", "lower"),
    secondary("relativeLossVariance", "lower"),
    secondary("trainLoss", "lower"),
  ],
};

export const betterPerformance: Claim = {
  title: "Batch Norm improves performance",
  zh: { title: "批归一化提高性能" },
  source: "Ioffe & Szegedy 2015",
  rule: "every",
  evidence: [
    primary("validationAccuracy", "higher", { margin: HALF_A_POINT }),
    secondary("validationLoss", "lower"),
  ],
};

export const worseGeneralisation: Claim = {
  title: "Batch Norm makes the model generalise worse",
  zh: { title: "批归一化使模型的泛化变差" },
  source: "Galloway et al. 2019",
  rule: "every",
  evidence: [
    primary("accuracyGap", "higher", { margin: HALF_A_POINT }),
    secondary("lossGap", "higher"),
  ],
};

export const harderToInterpret: Claim = {
  title: "Batch Norm makes decisions harder to interpret",
  zh: { title: "批归一化使决策更难解释" },
  source: "Bau et al. 2017; Morcos et al. 2018; Benz et al. 2021",
  rule: "some",
  evidence: [
    primary("ligs", "lower"),
    primary("deletion/integratedGradients", "higher"),
    primary("relevanceMass/integratedGradients", "lower"),
    primary("sparseness/saliency", "lower"),
    primary("classSelectivity", "lower"),
    secondary("deletion/saliency", "higher"),
    secondary("relevanceMass/saliency", "lower"),
    secondary("sparseness/integratedGradients", "lower"),
  ],
};

export const slowerSteps: Claim = {
  title: "Batch Norm makes training steps slower",
  zh: { title: "批归一化使每个训练步更慢" },
  source: "Gitman & Ginsburg 2017",
  rule: "every",
  evidence: [primary("stepTime", "higher")],
};
