/** Monotonicity: pixels come back in the order of rising relevance, and the class's answer should never fall.
 *  The score is the share of steps in which it does not fall; `strict` makes it 1 if there is none, else 0, which one dip
 *  decides and convolutional networks nearly never pass. Arya et al. 2019. */

import type { MapMeasure } from "../measure.js";
import {
  curvePoints,
  descending,
  type Exchange,
  exchangeChoices,
  exchangeCurve,
  nothingOf,
} from "../variants.js";

type MonotonicityOptions = Exchange & {
  readonly rowsPerStep: number;
  readonly strict: boolean;
};

/** Share of the steps of a curve that do not go down. */
export function risingShare(curve: ArrayLike<number>): number {
  let rising = 0;
  for (let k = 1; k < curve.length; k++) if (curve[k] >= curve[k - 1]) rising++;
  return rising / (curve.length - 1);
}

export const monotonicity = {
  of: "map",
  reading: "evidence",
  title: "Monotonicity",
  question: "Does the prediction only rise while pixels come back, the least relevant first?",
  zh: { title: "单调性", question: "由最不相关的像素开始恢复时，预测是否只升不降？" },
  family: "faithfulness",
  unit: "share of steps",
  better: "higher",
  scale: "difference",
  reference: "Arya et al. 2019",
  /** rowsPerStep: pixels per step, in image rows; baseline: what they come from; strict: all steps or nothing. */
  defaults: { rowsPerStep: 1, baseline: "zero", output: "probability", strict: false },
  choices: exchangeChoices,
  cost: ({ rowsPerStep }, { height, width }) => ({
    forward: curvePoints(height * width, rowsPerStep * width),
    backward: 0,
  }),
  score({ map, image, tieOrder, answers }, { rowsPerStep, baseline, output, strict }) {
    const order = descending(map, tieOrder).reverse();
    const step = rowsPerStep * image.shape[2];
    const ask: Parameters<typeof exchangeCurve>[4] = (variants) => answers(variants)[output];
    const share = risingShare(exchangeCurve(nothingOf(image, baseline), image, order, step, ask));
    return strict ? Math.floor(share) : share;
  },
} as const satisfies MapMeasure<MonotonicityOptions>;
