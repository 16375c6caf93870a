/** Faithfulness estimate: pixels in groups along the map's order, each group removed alone from the intact image; Pearson
 *  of Σ_{i∈G} a_i and f(x) − f(x without G). Alvarez-Melis & Jaakkola 2018. */

import type { MapMeasure } from "../measure.js";
import {
  descending,
  differing,
  type Exchange,
  exchangeChoices,
  inGroups,
  nothingOf,
} from "../variants.js";
import { meanAgreement, removalsOf } from "./removals.js";

type EstimateOptions = Exchange & {
  readonly pixels: number;
};

export const faithfulnessEstimate = {
  of: "map",
  reading: "signed",
  title: "Faithfulness estimate",
  question: "Do the map's values rank what removing pixels, a few at a time, does to the logit?",
  zh: { title: "忠实度估计", question: "归因值能否反映逐组去掉像素对 logit 的影响？" },
  family: "faithfulness",
  unit: "correlation",
  better: "higher",
  scale: "difference",
  reference: "Alvarez-Melis & Jaakkola 2018",
  /** pixels: removed at once; baseline: what they become. Pixels that it does not change take no part. */
  defaults: { pixels: 4, baseline: "zero", output: "logit" },
  choices: exchangeChoices,
  cost: ({ pixels }, { height, width }) => ({
    forward: Math.ceil((height * width) / pixels) + 1,
    backward: 0,
  }),
  score(context, { pixels, baseline, output }) {
    const { map, image, tieOrder } = context;
    const nothing = nothingOf(image, baseline);
    const removable = new Set(differing(image, nothing));
    const order = descending(map, tieOrder).filter((p) => removable.has(p));
    return meanAgreement(map, [removalsOf(context, inGroups(order, pixels), nothing, output)]);
  },
} as const satisfies MapMeasure<EstimateOptions>;
