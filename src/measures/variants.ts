/** Variants of one image in which pixels were exchanged for those of another, all channels of a pixel together, and the
 *  orders in which that is done. */

import { type BaselineName, baselineOf, baselines } from "../explain/index.js";
import type { Random } from "../tensor/index.js";
import { size, type Tensor, tensor } from "../tensor/index.js";
import type { Output } from "./context.js";

/** What pixels are exchanged for, and what of the answer is read. */
export type Exchange = {
  readonly baseline: BaselineName;
  readonly output: Output;
};

/** The words that these options may have. */
export const baselineChoices: { readonly baseline: readonly string[] } = {
  baseline: Object.keys(baselines),
};
export const exchangeChoices = {
  ...baselineChoices,
  output: ["logit", "probability"],
} as const satisfies Record<keyof Exchange, readonly string[]>;

/** What stands for "nothing" in the place of an image [C, H, W]. */
export function nothingOf(image: Tensor, baseline: BaselineName): Tensor {
  const batch = tensor([1, ...image.shape], image.data);
  return tensor(image.shape, baselineOf(batch, baseline, "measures").data);
}

/** Pixels in which two images differ in some channel. Exchanging the others can say nothing. */
export function differing(image: Tensor, other: Tensor): Int32Array {
  const [C, H, W] = image.shape;
  const pixels = H * W;
  const isSame = (p: number): boolean => {
    for (let c = 0; c < C; c++)
      if (image.data[c * pixels + p] !== other.data[c * pixels + p]) return false;
    return true;
  };
  return Int32Array.from({ length: pixels }, (_, p) => p).filter((p) => !isSame(p));
}

/** Variants [sets, C, H, W]: in variant k the pixels of set k are those of `other`. */
export function exchanged(
  image: Tensor,
  other: Tensor,
  sets: readonly ArrayLike<number>[],
): Tensor {
  const [C, H, W] = image.shape;
  const inner = size(image.shape);
  const variants = new Float32Array(sets.length * inner);
  sets.forEach((set, k) => {
    const own = variants.subarray(k * inner, (k + 1) * inner);
    own.set(image.data);
    for (let j = 0; j < set.length; j++)
      for (let c = 0, at = set[j]; c < C; c++, at += H * W) own[at] = other.data[at];
  });
  return tensor([sets.length, ...image.shape], variants);
}

/** What is asked while pixels of one image are exchanged for those of another: after 0, step, 2·step, … pixels of the
 *  order; the last step may be shorter. */
export function exchangeCurve(
  from: Tensor,
  to: Tensor,
  order: Int32Array,
  step: number,
  ask: (variants: Tensor) => Float64Array,
): Float64Array {
  const points = Math.ceil(order.length / step) + 1;
  const sets = Array.from({ length: points }, (_, point) => order.subarray(0, point * step));
  return ask(exchanged(from, to, sets));
}

/** Points of such a curve over all pixels. */
export const curvePoints = (pixels: number, step: number): number => Math.ceil(pixels / step) + 1;

/** Area under a curve with points at equal distances on [0, 1], by trapezoids:
 *  (Σ − ½·first − ½·last)/(points − 1). */
export function area(curve: ArrayLike<number>): number {
  const last = curve.length - 1;
  let sum = -(curve[0] + curve[last]) / 2;
  for (let i = 0; i <= last; i++) sum += curve[i];
  return sum / last;
}

/** Places from the largest value to the smallest; ties in the given order. */
export function descending(values: ArrayLike<number>, tieOrder: ArrayLike<number>): Int32Array {
  const rank = new Int32Array(values.length);
  for (let r = 0; r < rank.length; r++) rank[tieOrder[r]] = r;
  return Int32Array.from({ length: values.length }, (_, p) => p).sort(
    (p, q) => values[q] - values[p] || rank[p] - rank[q],
  );
}

/** Lists of `length` neighbours of an order; the last may be shorter. */
export const inGroups = (order: Int32Array, length: number): Int32Array[] =>
  Array.from({ length: Math.ceil(order.length / length) }, (_, k) =>
    order.subarray(k * length, (k + 1) * length),
  );

/** So many of the pixels, drawn without replacement. */
export function drawn(stream: Random, pixels: Int32Array, count: number): Int32Array {
  const pool = pixels.slice();
  for (let k = 0; k < count; k++) {
    const other = k + stream.below(pool.length - k);
    [pool[k], pool[other]] = [pool[other], pool[k]];
  }
  return pool.subarray(0, count);
}

/** Σ of the map over a set of pixels. */
export function sumOver(map: ArrayLike<number>, pixels: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < pixels.length; k++) sum += map[pixels[k]];
  return sum;
}
