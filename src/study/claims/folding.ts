/** Published claims about folding: one and the same function, drawn as another graph. */

import { type ArmPattern, type Claim, primary, secondary } from "./claim.js";

const folded: ArmPattern = { norm: "batch", afterwards: "fold" };
const drawn: ArmPattern = { norm: "batch", maps: "asDrawn" };

/** Sizes of Pahde et al. are those of VGG-16, whose order of layers is that of our plain network. They treat a batch norm
 *  that is left by its gradient; here the ε-rule stands in its place. */
const vgg = (effect: number) => ({
  arm: folded,
  against: { arm: drawn },
  published: { effect, where: "VGG-16, ImageNet" },
});

export const foldingHelps: Claim = {
  title: "Folding Batch Norm away makes rule-based explanations better",
  zh: { title: "折叠批归一化使基于规则的解释变得更好" },
  source: "Pahde et al. 2023",
  rule: "some",
  evidence: [
    primary("sparseness/lrpEpsilonPlus", "higher", vgg(0.11)),
    primary("faithfulnessCorrelation/lrpEpsilonPlus", "higher", vgg(0.03)),
    primary("relevanceMass/lrpEpsilonPlus", "higher", vgg(0.07)),
    primary("relevanceRank/lrpEpsilonPlus", "higher", vgg(0.02)),
    secondary("randomLogit/lrpEpsilonPlus", "lower", vgg(-0.03)),
  ],
};
