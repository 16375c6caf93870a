/** Selectivity: the area under the curve of the class's answer while all squares of the image become the baseline, the
 *  most relevant first, over the share of squares removed. Montavon, Samek & Müller 2018. */

import type { MapMeasure } from "../measure.js";
import { area, type Exchange, exchangeChoices } from "../variants.js";
import { regionCurve } from "./region-perturbation.js";

type SelectivityOptions = Exchange & {
  readonly patch: number;
};

export const selectivity = {
  of: "map",
  reading: "evidence",
  title: "Selectivity",
  question: "How fast does the prediction fall while squares go in the map's order?",
  zh: { title: "选择性曲线", question: "按归因图的顺序去掉方块，预测下降得多快？" },
  family: "faithfulness",
  unit: "probability",
  better: "lower",
  scale: "difference",
  reference: "Montavon et al. 2018",
  /** patch: side of a square in pixels; baseline: what squares become. */
  defaults: { patch: 2, baseline: "zero", output: "probability" },
  choices: exchangeChoices,
  cost: ({ patch }, { height, width }) => ({
    forward: Math.ceil(height / patch) * Math.ceil(width / patch) + 1,
    backward: 0,
  }),
  score: (context, options) => area(regionCurve(context, { ...options, share: 1 }, "most")),
} as const satisfies MapMeasure<SelectivityOptions>;
