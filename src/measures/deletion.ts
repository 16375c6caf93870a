/** Deletion: the probability of the explained class while pixels are set to black, the most relevant first; all
 *  channels of a pixel go together. The score is the area under the curve over the share of pixels removed,
 *  (Σ − ½·first − ½·last)/(points − 1), the intact image being the first point: low if the map names what the model
 *  uses. Probabilities are those of the calibrated model. Petsiuk et al. 2018 (RISE); Bach et al. 2015. */

import { size, type Tensor, tensor } from "../tensor/index.js";
import type { MapContext, MapMeasure } from "./measure.js";

/** Pixels from the largest value of the map to the smallest; ties in the given order. */
export function descending(map: Float64Array, tieOrder: ArrayLike<number>): Int32Array {
  const rank = new Int32Array(map.length);
  for (let r = 0; r < rank.length; r++) rank[tieOrder[r]] = r;
  return Int32Array.from(map.keys()).sort((p, q) => map[q] - map[p] || rank[p] - rank[q]);
}

/** The probability after 0, step, 2·step, … pixels of `order` were set to `baseline`; the last step may be shorter. */
export function deletionCurve(
  image: Tensor,
  order: ArrayLike<number>,
  step: number,
  probabilities: (variants: Tensor) => Float64Array,
  baseline = 0,
): Float64Array {
  const inner = size(image.shape);
  const pixels = order.length;
  const points = Math.ceil(pixels / step) + 1;
  const variants = new Float32Array(points * inner);
  variants.set(image.data);
  for (let point = 1; point < points; point++) {
    const own = variants.subarray(point * inner, (point + 1) * inner);
    own.set(variants.subarray((point - 1) * inner, point * inner));
    for (let k = (point - 1) * step; k < Math.min(point * step, pixels); k++)
      for (let at = order[k]; at < inner; at += pixels) own[at] = baseline;
  }
  return probabilities(tensor([points, ...image.shape], variants));
}

/** Area under a curve with points at equal distances on [0, 1], by trapezoids. */
export function area(curve: ArrayLike<number>): number {
  const last = curve.length - 1;
  let sum = -(curve[0] + curve[last]) / 2;
  for (let i = 0; i <= last; i++) sum += curve[i];
  return sum / last;
}

function score({ map, image, tieOrder, answers }: MapContext, options: DeletionOptions) {
  const step = options.rowsPerStep * image.shape[2];
  const order = descending(map, tieOrder);
  return area(deletionCurve(image, order, step, (variants) => answers(variants).probability));
}

type DeletionOptions = { readonly rowsPerStep: number };

/** Signed attributions: pixels that speak for the class go first, those against it last. Sensitivities: by magnitude,
 *  for their signs do not speak for the class. */
export const deletion = {
  of: "map",
  reading: "evidence",
  title: "Deletion AUC",
  question: "Does the prediction collapse when the pixels that the map names are blackened?",
  zh: { title: "删除曲线面积", question: "把归因图指出的像素涂黑后，预测会崩溃吗？" },
  family: "faithfulness",
  unit: "probability",
  better: "lower",
  scale: "difference",
  reference: "Petsiuk et al. 2018",
  /** rowsPerStep: pixels removed per step, in image rows. */
  defaults: { rowsPerStep: 1 },
  cost: ({ rowsPerStep }, { height }) => ({
    forward: Math.ceil(height / rowsPerStep) + 1,
    backward: 0,
  }),
  score,
} as const satisfies MapMeasure<DeletionOptions>;
