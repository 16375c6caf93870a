/** Faithfulness correlation: over random sets S of one size, Pearson of Σ_{i∈S} a_i and f(x) − f(x without S). 1 if the
 *  map's sums foretell what removing pixels does. Bhatt, Weller & Moura 2020; the size of 1 % of the pixels as Pahde et
 *  al. 2023 have it. */

import type { ImageContext } from "../context.js";
import { free, type Groundwork, type MapMeasure } from "../measure.js";
import { type Exchange, exchangeChoices, nothingOf } from "../variants.js";
import { meanAgreement, type Removals, randomSets, removalsOf } from "./removals.js";

type CorrelationOptions = Exchange & {
  readonly subsets: number;
  readonly share: number;
};

/** Fewer pixels than this move a logit too little, unless that is more than half of those that can be removed. */
const FEWEST = 4;

/** Pixels per set: a share of all H·W, at most half of those that can be removed. */
export const setSize = (share: number, pixels: number, removable: number): number =>
  Math.min(Math.max(FEWEST, Math.round(share * pixels)), Math.floor(removable / 2));

const groundwork: Groundwork<ImageContext, CorrelationOptions, Removals> = {
  reads: ["subsets", "share", "baseline", "output"],
  cost: ({ subsets }) => ({ forward: subsets + 1, backward: 0 }),
  make(context, { subsets, share, baseline, output }) {
    const pixels = context.tieOrder.length;
    const nothing = nothingOf(context.image, baseline);
    const sets = randomSets(context, nothing, subsets, (n) => setSize(share, pixels, n));
    return removalsOf(context, sets, nothing, output);
  },
};

export const faithfulnessCorrelation = {
  of: "map",
  reading: "signed",
  title: "Faithfulness correlation",
  question: "Do sums over the map foretell what removing pixels does to the logit?",
  zh: { title: "忠实度相关", question: "归因图之和能否预告去掉像素对 logit 的影响？" },
  family: "faithfulness",
  unit: "correlation",
  better: "higher",
  scale: "difference",
  reference: "Bhatt et al. 2020",
  /** subsets: sets drawn; share: pixels of a set, as a share of all; baseline: what removed pixels become. */
  defaults: { subsets: 100, share: 0.01, baseline: "zero", output: "logit" },
  choices: exchangeChoices,
  groundwork,
  cost: free,
  score: ({ map }, _, removals) => meanAgreement(map, [removals]),
} as const satisfies MapMeasure<CorrelationOptions, Removals>;
