/** How alike two lists of numbers, or two maps, are. `undefined` where the formula has no value: a list of one value has
 *  no correlation. */

import { mean } from "./means.js";

/** Σ (a − ā)(b − b̄) / √(Σ (a − ā)²·Σ (b − b̄)²). */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [a[i] - meanA, b[i] - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  // Rounding of the mean leaves a little variance in a list of one value.
  const isFlat = (values: ArrayLike<number>): boolean =>
    Array.prototype.every.call(values, (value) => value === values[0]);
  if (isFlat(a) || isFlat(b)) return undefined;
  const product = Math.sqrt(aa) * Math.sqrt(bb);
  return product > 0 ? Math.min(1, Math.max(-1, ab / product)) : undefined;
}

/** Ranks from 1, ascending; equal values share their mean rank. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => values[i] - values[j],
  );
  const found = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) found[order[k]] = (from + 1 + to) / 2;
    from = to;
  }
  return found;
}

/** Spearman's rank correlation: Pearson's of the ranks. */
export const spearman = (a: ArrayLike<number>, b: ArrayLike<number>): number | undefined =>
  pearson(ranks(a), ranks(b));

/** Side of the windows of SSIM, or the image's if that is smaller. */
const WINDOW = 7;

/** SSIM of two maps of width W, the mean over all windows of
 *    (2μ_aμ_b + c₁)(2σ_ab + c₂) / ((μ_a² + μ_b² + c₁)(σ_a² + σ_b² + c₂)),  c₁ = (0.01·L)², c₂ = (0.03·L)²,
 *  with even windows of 7×7, unbiased variances and L the range of both maps together. Wang et al. 2004. */
export function ssim(a: Float64Array, b: Float64Array, W: number): number | undefined {
  const H = a.length / W;
  let [low, high] = [Infinity, -Infinity];
  for (const map of [a, b])
    for (const value of map) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const L = high - low;
  if (!(L > 0)) return undefined;
  const [c1, c2] = [(0.01 * L) ** 2, (0.03 * L) ** 2];
  const [h, w] = [Math.min(WINDOW, H), Math.min(WINDOW, W)];
  const each: number[] = [];
  for (let y = 0; y + h <= H; y++)
    for (let x = 0; x + w <= W; x++) {
      const { ma, mb, aa, bb, ab } = moments(a, b, y * W + x, W, h, w);
      each.push(((2 * ma * mb + c1) * (2 * ab + c2)) / ((ma * ma + mb * mb + c1) * (aa + bb + c2)));
    }
  return mean(each);
}

/** Means, variances and covariance within one window. */
function moments(
  a: Float64Array,
  b: Float64Array,
  corner: number,
  W: number,
  h: number,
  w: number,
): { ma: number; mb: number; aa: number; bb: number; ab: number } {
  const n = h * w;
  let [ma, mb] = [0, 0];
  for (let y = 0; y < h; y++)
    for (let p = corner + y * W; p < corner + y * W + w; p++) {
      ma += a[p] / n;
      mb += b[p] / n;
    }
  let [aa, bb, ab] = [0, 0, 0];
  for (let y = 0; y < h; y++)
    for (let p = corner + y * W; p < corner + y * W + w; p++) {
      const [da, db] = [a[p] - ma, b[p] - mb];
      aa += da * da;
      bb += db * db;
      ab += da * db;
    }
  const free = Math.max(1, n - 1);
  return { ma, mb, aa: aa / free, bb: bb / free, ab: ab / free };
}
