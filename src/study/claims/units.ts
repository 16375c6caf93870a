/** Published claims about single units. */

import { type ArmPattern, batch, type Claim, measured, none, primary, secondary } from "./claim.js";

/** Accuracy was the same with and without, and repeated runs differed little; heights stand in a figure alone. */
export const fewerDetectors: Claim = {
  title: "With Batch Norm fewer units detect a concept",
  zh: { title: "使用批归一化时，检测出概念的单元更少" },
  source: "Bau et al. 2017",
  rule: "every",
  evidence: [
    primary("uniqueDetectors", "lower"),
    secondary("uniqueDetectorShare", "lower"),
    // Their explanation: whitened units are free to rotate, so less is lost by rotating them.
    secondary("rotationRuler", "lower"),
  ],
};

export const detectorsAreAxes: Claim = {
  title: "Concepts belong to single units: a rotation of their space loses them",
  zh: { title: "概念属于单个单元：旋转其空间会使之丢失" },
  source: "Bau et al. 2017",
  rule: "every",
  evidence: [
    primary("rotationRuler", "higher", {
      arm: none,
      against: { value: 0 },
      published: { effect: 0.8, where: "AlexNet, Places205" },
    }),
    secondary("rotationRuler", "higher", { against: { value: 0 } }),
  ],
};

export const distributedCodes: Claim = {
  title: "Batch Norm spreads what a network knows over many units",
  zh: { title: "批归一化使网络的知识分散到许多单元上" },
  source: "Morcos et al. 2018",
  rule: "every",
  evidence: [
    primary("classSelectivity", "lower"),
    primary("classInformation", "higher"),
    primary("ablationZero", "higher"),
    secondary("ablationMean", "higher"),
  ],
};

export const meansHurtMore: Claim = {
  title: "Holding units at their means hurts more than switching them off",
  zh: { title: "把单元固定在均值上比关闭它们的损害更大" },
  source: "Morcos et al. 2018",
  rule: "every",
  evidence: [
    primary("ablationMean", "lower", { arm: none, against: measured("ablationZero") }),
    secondary("ablationMean", "lower", { against: measured("ablationZero") }),
  ],
};

const normOnly: ArmPattern = { norm: "batch", learns: "norm" };

export const normAloneLearns: Claim = {
  title: "γ and β alone learn far more than chance while all filters stay random",
  zh: { title: "滤波器全部保持随机时，仅学习 γ 和 β 也远胜于猜测" },
  source: "Frankle et al. 2021",
  rule: "every",
  evidence: [
    primary("validationAccuracy", "higher", {
      arm: normOnly,
      against: { aboveChance: 0.1 },
      // 82 % where guessing reaches 10 %, and ten points more are asked for.
      published: { effect: 0.62, where: "deep ResNet, CIFAR-10" },
    }),
    // About a third of the features were disabled.
    secondary("deadUnits", "equal", { arm: normOnly, against: { value: 1 / 3 }, margin: 0.1 }),
    secondary("validationAccuracy", "lower", { arm: normOnly, against: { arm: batch } }),
  ],
};
