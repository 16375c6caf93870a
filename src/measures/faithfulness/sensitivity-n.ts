/** Sensitivity-n: for n = 1, 2, 4 … up to a share of the pixels, Pearson over random sets S of n pixels of Σ_{i∈S} a_i and
 *  f(x) − f(x without S); the mean over n. Ancona et al. 2018. (Some libraries remove nested top-ranked pixels instead,
 *  which is another quantity.) */

import type { ImageContext } from "../context.js";
import { free, type Groundwork, type MapMeasure } from "../measure.js";
import { differing, type Exchange, exchangeChoices, nothingOf } from "../variants.js";
import { meanAgreement, type Removals, randomSets, removalsOf } from "./removals.js";

type SensitivityOptions = Exchange & {
  readonly subsets: number;
  readonly upTo: number;
};

/** 1, 2, 4 … up to a share of the pixels, and below their number. */
export function sizes(upTo: number, pixels: number): number[] {
  const found: number[] = [];
  for (let n = 1; n <= upTo * pixels && n < pixels; n *= 2) found.push(n);
  return found;
}

const groundwork: Groundwork<ImageContext, SensitivityOptions, readonly Removals[]> = {
  reads: ["subsets", "upTo", "baseline", "output"],
  cost: ({ subsets, upTo }, { height, width }) => ({
    forward: sizes(upTo, height * width).length * (subsets + 1),
    backward: 0,
  }),
  make(context, { subsets, upTo, baseline, output }) {
    const nothing = nothingOf(context.image, baseline);
    const removable = differing(context.image, nothing).length;
    return sizes(upTo, removable).map((n) =>
      removalsOf(
        context,
        randomSets(context, nothing, subsets, () => n),
        nothing,
        output,
      ),
    );
  },
};

export const sensitivityN = {
  of: "map",
  reading: "signed",
  title: "Sensitivity-n",
  question: "Do sums over the map foretell what removing few and many pixels does?",
  zh: { title: "Sensitivity-n", question: "归因图之和能否预告去掉少量和大量像素的影响？" },
  family: "faithfulness",
  unit: "correlation",
  better: "higher",
  scale: "difference",
  reference: "Ancona et al. 2018",
  /** subsets: sets of each size; upTo: largest size, as a share of the pixels; baseline: what removed pixels become. */
  defaults: { subsets: 100, upTo: 0.8, baseline: "zero", output: "logit" },
  choices: exchangeChoices,
  groundwork,
  cost: free,
  score: ({ map }, _, removals) => meanAgreement(map, removals),
} as const satisfies MapMeasure<SensitivityOptions, readonly Removals[]>;
