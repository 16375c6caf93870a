/** Completeness gap: |Σ a − (f(x) − f(x₀))| / |f(x) − f(x₀)|, f the logit of the explained class. 0 if the map accounts for
 *  all that the image adds to the baseline. Only attributions promise it; other maps have no score.
 *  Sundararajan, Taly & Yan 2017. */

import type { BaselineName } from "../../explain/index.js";
import type { ImageContext } from "../context.js";
import { sum } from "../means.js";
import { free, type Groundwork, type MapMeasure } from "../measure.js";
import { baselineChoices, exchanged, nothingOf } from "../variants.js";

type GapOptions = {
  readonly baseline: BaselineName;
};

/** f(x) − f(x₀). */
const difference: Groundwork<ImageContext, GapOptions, number> = {
  reads: ["baseline"],
  cost: () => ({ forward: 2, backward: 0 }),
  make({ image, answers }, { baseline }) {
    const every = Int32Array.from({ length: image.shape[1] * image.shape[2] }, (_, p) => p);
    const [f, f0] = answers(exchanged(image, nothingOf(image, baseline), [[], every])).logit;
    return f - f0;
  },
};

export const completenessGap = {
  of: "map",
  reading: "signed",
  kinds: ["attribution"],
  title: "Completeness gap",
  question: "How much of the logit does the map not account for?",
  zh: { title: "完备性缺口", question: "logit 有多少没有被归因图解释？" },
  family: "axioms",
  unit: "share of the logit's difference",
  better: "lower",
  scale: "difference",
  reference: "Sundararajan et al. 2017",
  /** baseline: the image that the logit's difference is counted from. */
  defaults: { baseline: "zero" },
  choices: baselineChoices,
  groundwork: difference,
  cost: free,
  score: ({ channels }, _, all) => Math.abs(sum(channels) - all) / Math.abs(all),
} as const satisfies MapMeasure<GapOptions, number>;
