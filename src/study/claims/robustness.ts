/** Published claims about robustness and the gradient at the input. */

import { type ArmPattern, batch, type Claim, primary, secondary } from "./claim.js";

const GALLOWAY = "ResNet-110, CIFAR-10";

/** Against a network with Fixup's start, weight decay 1e-4, five seeds. */
export const lessRobust: Claim = {
  title: "Batch Norm makes a network less robust",
  zh: { title: "批归一化降低网络的稳健性" },
  source: "Galloway et al. 2019",
  rule: "every",
  evidence: [
    primary("noiseAccuracy", "lower", { published: { effect: -0.172, where: GALLOWAY } }),
    primary("pgdLinfAccuracy", "lower", { published: { effect: -0.296, where: GALLOWAY } }),
    primary("pgdL2Accuracy", "lower", { published: { effect: -0.171, where: GALLOWAY } }),
    secondary("fgsmAccuracy", "lower"),
    // Only then is robustness lost to the norm and not to a worse network.
    secondary("validationAccuracy", "equal", {
      margin: 0.02,
      published: { effect: -0.005, where: GALLOWAY },
    }),
  ],
};

const decayed: ArmPattern = { norm: "none", weightDecay: "tuned" };
const instead = { arm: decayed, against: { arm: batch } } as const;

export const decayInstead: Claim = {
  title: "Weight decay in its place gives more robust networks than Batch Norm",
  zh: { title: "以权重衰减代替批归一化，网络更稳健" },
  source: "Galloway et al. 2019",
  rule: "every",
  evidence: [
    primary("noiseAccuracy", "higher", instead),
    primary("pgdLinfAccuracy", "higher", instead),
    primary("pgdL2Accuracy", "higher", instead),
    secondary("validationAccuracy", "equal", { ...instead, margin: 0.02 }),
  ],
};

const BENZ = { where: "ResNet-18, CIFAR-10", approximate: true } as const;

/** About 0.59 with Batch Norm and 0.79 without, read off a plot. */
export const unsteadyGradients: Claim = {
  title: "With Batch Norm the gradient at the input turns further when the image barely changes",
  zh: { title: "使用批归一化时，图像稍有变化，输入梯度的方向就改变得更多" },
  source: "Benz et al. 2021",
  rule: "every",
  evidence: [
    primary("ligs", "lower", { published: { effect: -0.2, ...BENZ } }),
    secondary("pgdLinfAccuracy", "lower", { published: { effect: -0.3, ...BENZ } }),
  ],
};
