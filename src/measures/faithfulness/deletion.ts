/** Deletion and insertion: what the model answers for the explained class while pixels are exchanged, the most relevant
 *  first. The score is the area under the curve over the share of pixels exchanged, by trapezoids, the untouched image
 *  being the first point.
 *  - Deletion: pixels of the image become the baseline. Low if the map names what the model uses. Pixel flipping is the
 *    same with `output=logit`.
 *  - Insertion: pixels of the blurred image become those of the image. High if the map names what suffices.
 *  Probabilities are those of the calibrated model. Petsiuk et al. 2018 (RISE); Bach et al. 2015. */

import type { BaselineName } from "../../explain/index.js";
import type { MapMeasure } from "../measure.js";
import {
  area,
  curvePoints,
  descending,
  type Exchange,
  exchangeChoices,
  exchangeCurve,
  nothingOf,
} from "../variants.js";

type CurveOptions = Exchange & {
  readonly rowsPerStep: number;
};

/** Signed attributions: pixels that speak for the class go first, those against it last. Sensitivities: by magnitude,
 *  for their signs do not speak for the class. */
const curve = (
  way: "away" | "back",
  words: Pick<MapMeasure, "title" | "question" | "zh" | "better">,
  baseline: BaselineName,
) =>
  ({
    of: "map",
    reading: "evidence",
    ...words,
    family: "faithfulness",
    unit: "probability",
    scale: "difference",
    reference: "Petsiuk et al. 2018",
    /** rowsPerStep: pixels per step, in image rows; baseline: what pixels become, or come from; output: what is asked. */
    defaults: { rowsPerStep: 1, baseline, output: "probability" },
    choices: exchangeChoices,
    cost: ({ rowsPerStep }, { height, width }) => ({
      forward: curvePoints(height * width, rowsPerStep * width),
      backward: 0,
    }),
    score({ map, image, tieOrder, answers }, options) {
      const nothing = nothingOf(image, options.baseline);
      const [from, to] = way === "away" ? [image, nothing] : [nothing, image];
      const step = options.rowsPerStep * image.shape[2];
      const order = descending(map, tieOrder);
      return area(exchangeCurve(from, to, order, step, (each) => answers(each)[options.output]));
    },
  }) as const satisfies MapMeasure<CurveOptions>;

export const deletion = curve(
  "away",
  {
    title: "Deletion AUC",
    question: "Does the prediction collapse when the pixels that the map names are blackened?",
    zh: { title: "删除曲线面积", question: "把归因图指出的像素涂黑后，预测会崩溃吗？" },
    better: "lower",
  },
  "zero",
);

export const insertion = curve(
  "back",
  {
    title: "Insertion AUC",
    question: "Does the prediction come back with the pixels that the map names?",
    zh: { title: "插入曲线面积", question: "恢复归因图指出的像素后，预测会恢复吗？" },
    better: "higher",
  },
  "blur",
);
