/** Random logit: how alike the maps of the explained class y and of another class y′ are, the mean over the others: by
 *  Spearman, or by SSIM. A map that stays the same does not say why this class. Sixt, Granz & Landgraf 2020. */

import type { ExplainerContext } from "../context.js";
import { meanKnown } from "../means.js";
import { type ExplainerMeasure, free, type Groundwork, timesCost } from "../measure.js";
import { spearman, ssim } from "../similarity.js";

type LogitOptions = {
  readonly others: number;
};

/** Maps of the classes y + 1, y + 2, … (round the list of classes), by their distance to y. */
const otherClasses: Groundwork<ExplainerContext, LogitOptions, (readonly Float64Array[])[]> = {
  reads: ["others"],
  cost: ({ others }, { classes, explained, explanation }) =>
    timesCost(Math.min(others, classes - 1) * explained, explanation),
  make({ images, targets, logits, explain }, { others }) {
    const K = logits.shape[1];
    return Array.from({ length: Math.min(others, K - 1) }, (_, k) => {
      const other = targets.map((target) => (target + k + 1) % K);
      return explain(images, { targets: other }).maps;
    });
  },
};

const randomised = (
  words: Pick<ExplainerMeasure, "title" | "question" | "zh" | "unit">,
  similarity: (a: Float64Array, b: Float64Array, width: number) => number | undefined,
) =>
  ({
    of: "explainer",
    reading: "signed",
    ...words,
    family: "randomisation",
    better: "lower",
    scale: "difference",
    reference: "Sixt et al. 2020",
    /** others: at most so many other classes. */
    defaults: { others: 9 },
    groundwork: otherClasses,
    cost: free,
    score: ({ maps, images }, _, found) =>
      maps.map((map, i) =>
        meanKnown(found.map((other) => similarity(map, other[i], images.shape[3]))),
      ),
  }) as const satisfies ExplainerMeasure<LogitOptions, (readonly Float64Array[])[]>;

export const randomLogit = randomised(
  {
    title: "Random logit",
    question: "Does the map of another class rank the pixels alike?",
    zh: { title: "随机 logit", question: "换一个类别，归因图对像素的排序是否仍然相似？" },
    unit: "rank correlation",
  },
  spearman,
);

export const randomLogitSsim = randomised(
  {
    title: "Random logit, SSIM",
    question: "Does the map of another class look alike?",
    zh: { title: "随机 logit（SSIM）", question: "换一个类别，归因图看起来是否仍然相似？" },
    unit: "SSIM",
  },
  ssim,
);
