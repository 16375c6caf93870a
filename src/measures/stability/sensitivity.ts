/** Max- and average sensitivity: the largest and the mean relative change ‖a(x + δ) − a(x)‖ / ‖a(x)‖ over neighbours
 *  ‖δ‖∞ ≤ r. Drawing neighbours makes the largest a lower bound of the true maximum. Yeh et al. 2019; Bhatt, Weller &
 *  Moura 2020 (average). */

import { distance, meanKnown } from "../means.js";
import { type ExplainerMeasure, free } from "../measure.js";
import {
  largest,
  type Neighbour,
  type NeighbourOptions,
  neighbours,
  overNeighbours,
} from "./neighbours.js";

const sensitivity = (
  words: Pick<ExplainerMeasure, "title" | "question" | "zh" | "reference">,
  summary: (changes: readonly number[]) => number | null,
) =>
  ({
    of: "explainer",
    reading: "signed",
    ...words,
    family: "stability",
    unit: "relative change",
    better: "lower",
    scale: "difference",
    /** radius: largest change of a pixel, in units of the input range; draws: neighbours of each image. */
    defaults: { radius: 0.02, draws: 10 },
    groundwork: neighbours,
    cost: free,
    score: (context, _, found) =>
      overNeighbours(
        context,
        found,
        ({ maps }, i) => distance(maps[i], context.maps[i]) / distance(context.maps[i]),
      ).map(summary),
  }) as const satisfies ExplainerMeasure<NeighbourOptions, readonly Neighbour[]>;

export const maxSensitivity = sensitivity(
  {
    title: "Max-sensitivity",
    question: "How far can the map change when the image barely does?",
    zh: { title: "最大敏感度", question: "图像几乎不变时，归因图最多变化多少？" },
    reference: "Yeh et al. 2019",
  },
  largest,
);

export const averageSensitivity = sensitivity(
  {
    title: "Average sensitivity",
    question: "How far does the map change when the image barely does?",
    zh: { title: "平均敏感度", question: "图像几乎不变时，归因图平均变化多少？" },
    reference: "Bhatt et al. 2020",
  },
  meanKnown,
);
