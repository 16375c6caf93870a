/** Published claims about training. */

import { type ArmPattern, batch, type Claim, measured, none, primary, secondary } from "./claim.js";

/** Of accuracy: what is smaller counts as equal. */
const TWO_POINTS = 0.02;

export const lessCovariateShift: Claim = {
  title: "Batch Norm reduces internal covariate shift",
  zh: { title: "批归一化减小内部协变量偏移" },
  source: "Ioffe & Szegedy 2015; not found by Santurkar et al. 2018",
  rule: "every",
  needs: { networks: ["plain", "mlp", "resnet8", "resnet20"] },
  evidence: [primary("covariateShift", "lower")],
};

/** And trains better for all that. */
export const covariateShiftGrows: Claim = {
  title: "In a deep linear network Batch Norm increases internal covariate shift, and yet helps",
  zh: { title: "在深层线性网络中，批归一化增大内部协变量偏移，却仍有帮助" },
  source: "Santurkar et al. 2018",
  rule: "every",
  needs: { networks: ["linear"] },
  evidence: [primary("covariateShift", "higher"), primary("trainLoss", "lower")],
};

export const smootherLandscape: Claim = {
  title: "Batch Norm smooths the landscape of the loss",
  zh: { title: "批归一化使损失曲面更平滑" },
  source: "Santurkar et al. 2018",
  rule: "every",
  evidence: [
    primary("lossRange", "lower"),
    primary("gradientPredictiveness", "lower"),
    primary("betaSmoothness", "lower"),
    secondary("adaptiveSharpness", "lower"),
  ],
};

const noisy: ArmPattern = { norm: "noisy" };
const noise: ArmPattern = { norm: "noise" };

export const noiseDoesNotMatter: Claim = {
  title: "Batch Norm followed by noise trains like Batch Norm, and the same noise alone does not",
  zh: { title: "批归一化后加噪声，训练效果与批归一化相同；只有噪声则不然" },
  source: "Santurkar et al. 2018",
  rule: "every",
  evidence: [
    primary("trainAccuracy", "equal", {
      arm: noisy,
      against: { arm: batch },
      margin: TWO_POINTS,
    }),
    primary("trainAccuracy", "higher", { arm: noisy, against: { arm: noise } }),
    secondary("validationAccuracy", "equal", {
      arm: noisy,
      against: { arm: batch },
      margin: TWO_POINTS,
    }),
    secondary("validationAccuracy", "higher", { arm: noisy, against: { arm: noise } }),
  ],
};

export const largerRates: Claim = {
  title: "Batch Norm allows far larger learning rates",
  zh: { title: "批归一化允许大得多的学习率" },
  source: "Bjorck et al. 2018",
  rule: "every",
  evidence: [
    primary("largestStableRate", "higher", {
      published: { effect: 1000, where: "ResNet-110, CIFAR-10" },
    }),
  ],
};

export const sameAtSmallRates: Claim = {
  title: "At one small learning rate Batch Norm makes no difference to accuracy",
  zh: { title: "在相同的小学习率下，批归一化对准确率没有影响" },
  source: "Bjorck et al. 2018",
  rule: "every",
  evidence: [
    primary("validationAccuracy", "equal", {
      arm: { norm: "batch", rateFactor: 0.1 },
      against: { arm: { norm: "none", rateFactor: 0.1 } },
      margin: TWO_POINTS,
    }),
  ],
};

export const saferSteps: Claim = {
  title: "Without Batch Norm a step along the gradient can make the loss explode",
  zh: { title: "没有批归一化时，沿梯度走一步就可能使损失爆炸" },
  source: "Bjorck et al. 2018",
  rule: "every",
  evidence: [primary("relativeLossAlongGradient", "lower")],
};

export const activationsGrow: Claim = {
  title: "Without Batch Norm activations grow with depth",
  zh: { title: "没有批归一化时，激活值随深度增长" },
  source: "Bjorck et al. 2018",
  rule: "every",
  needs: { networks: ["plain", "mlp", "resnet8", "resnet20"] },
  evidence: [
    primary("activationGrowth", "lower"),
    secondary("activationGrowth", "higher", { arm: none, against: { value: 1 } }),
  ],
};

/** √(π/(π − 1)) per layer, within a twentieth. */
export const gradientsGrow: Claim = {
  title: "At the start every layer with Batch Norm and ReLU enlarges the gradient by 1.211",
  zh: { title: "训练开始时，每个带批归一化和 ReLU 的层都使梯度增大到 1.211 倍" },
  source: "Yang et al. 2019",
  rule: "every",
  evidence: [
    primary("gradientGrowth", "equal", {
      against: { value: 1.2113 },
      margin: 0.0704, // log₂ 1.05
    }),
    secondary("gradientGrowth", "higher", {
      published: { effect: 1.211, where: "dense layers, in the limit of width" },
    }),
  ],
};

const SKIPS = "gradientAutocorrelation?skip=true";

export const skipsUnshatter: Claim = {
  title:
    "Skip connections with Batch Norm keep gradients from shattering, Batch Norm alone does not",
  zh: { title: "带批归一化的跳跃连接可防止梯度破碎，单靠批归一化则不能" },
  source: "Balduzzi et al. 2017",
  rule: "every",
  evidence: [
    primary(SKIPS, "higher", { against: measured("gradientAutocorrelation") }),
    primary("gradientAutocorrelation", "equal", { margin: 0.1 }),
    secondary(SKIPS, "higher", { arm: batch, against: { arm: none } }),
  ],
};

const ghost: ArmPattern = { norm: "ghost" };

/** That the gap to small batches closes takes a second study with small batches. */
export const ghostBatches: Claim = {
  title: "With large batches, statistics of small parts of a batch generalise better",
  zh: { title: "批次很大时，使用其中小部分的统计量泛化更好" },
  source: "Hoffer et al. 2017",
  rule: "every",
  needs: { batchSize: 256 },
  evidence: [
    primary("validationAccuracy", "higher", { arm: ghost, against: { arm: batch } }),
    secondary("accuracyGap", "lower", { arm: ghost, against: { arm: batch } }),
  ],
};

export const noisyStatistics: Claim = {
  title: "The noise of a batch's statistics regularises",
  zh: { title: "批次统计量的噪声起正则化作用" },
  source: "Luo et al. 2019",
  rule: "every",
  evidence: [
    primary("accuracyGap", "lower", { arm: ghost, against: { arm: batch } }),
    secondary("lossGap", "lower", { arm: ghost, against: { arm: batch } }),
    secondary("accuracyGap", "higher", {
      arm: { norm: "batch", freezeAfter: 1 },
      against: { arm: batch },
    }),
  ],
};

/** Top-1 of 49.9 % against 47.4 % with scale and shift, 49.3 % against 47.8 % without. */
export const afterActivation: Claim = {
  title: "Batch Norm does better after the activation than before it",
  zh: { title: "批归一化放在激活之后比之前更好" },
  source: "Mishkin et al. 2017",
  rule: "every",
  evidence: [
    primary("validationAccuracy", "higher", {
      arm: { norm: "batch", placement: "after" },
      against: { arm: { norm: "batch", placement: "before" } },
      published: { effect: 0.025, where: "CaffeNet, ImageNet" },
    }),
  ],
};
