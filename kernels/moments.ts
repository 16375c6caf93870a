/** Means and variances. Stable where |mean| ≫ σ: numbers enter as differences from a number of their own block. */

import { at } from "./memory";

/** Pixels per block. Within a block Σd² − (Σd)²/k cancels at most a factor k + 1. */
const BLOCK: i32 = 32;

export function moments(x: i32, parts: i32, n: i32, P: i32, cs: i32): void {
  const step = at(cs);
  for (let i = 0; i < n; i++) {
    const image = at(x + i * P * cs);
    const mean = at(parts + 2 * i * cs);
    for (let p = 0; p < P; p += BLOCK)
      blocks(image, <usize>p * step, min(BLOCK, P - p), p, step, mean);
    for (let c: usize = 0; c < step; c += 16)
      v128.store(mean + c, f32x4.add(v128.load(mean + c), v128.load(image + c)));
  }
}

/** Adds k pixels, `start` bytes into the image, to the moments of the `seen` ones before, for all channels. */
function blocks(image: usize, start: usize, k: i32, seen: i32, step: usize, mean: usize): void {
  let c: usize = 0;
  // Two vectors at a time: four sums in flight.
  for (; c + 32 <= step; c += 32) {
    let from = image + start + c;
    const first0 = v128.load(from);
    const first1 = v128.load(from, 16);
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let squares0 = f32x4.splat(0);
    let squares1 = f32x4.splat(0);
    for (let j = 1; j < k; j++) {
      from += step;
      const d0 = f32x4.sub(v128.load(from), first0);
      const d1 = f32x4.sub(v128.load(from, 16), first1);
      sum0 = f32x4.add(sum0, d0);
      sum1 = f32x4.add(sum1, d1);
      squares0 = f32x4.add(squares0, f32x4.mul(d0, d0));
      squares1 = f32x4.add(squares1, f32x4.mul(d1, d1));
    }
    merge(f32x4.sub(first0, v128.load(image + c)), sum0, squares0, k, seen, mean + c, step);
    const origin = v128.load(image + c, 16);
    merge(f32x4.sub(first1, origin), sum1, squares1, k, seen, mean + c + 16, step);
  }
  for (; c < step; c += 16) {
    let from = image + start + c;
    const first = v128.load(from);
    let sum = f32x4.splat(0);
    let squares = f32x4.splat(0);
    for (let j = 1; j < k; j++) {
      from += step;
      const d = f32x4.sub(v128.load(from), first);
      sum = f32x4.add(sum, d);
      squares = f32x4.add(squares, f32x4.mul(d, d));
    }
    merge(f32x4.sub(first, v128.load(image + c)), sum, squares, k, seen, mean + c, step);
  }
}

/** Merges a block of k pixels, given by Σd and Σd² of the differences d from its first one, into the moments of the
 *  `seen` before (Chan et al. 1983). Means (and `first`) are relative to the image's first pixel, so they stay small. */
// @ts-ignore: decorator
@inline
function merge(
  first: v128, sum: v128, squares: v128, k: i32, seen: i32, mean: usize, step: usize,
): void {
  const offset = f32x4.div(sum, f32x4.splat(<f32>k));
  const spread = f32x4.sub(squares, f32x4.mul(sum, offset));
  const blockMean = f32x4.add(first, offset);
  if (seen == 0) {
    v128.store(mean, blockMean);
    v128.store(mean + step, spread);
    return;
  }
  const total = <f32>(seen + k);
  const delta = f32x4.sub(blockMean, v128.load(mean));
  const share = f32x4.splat(<f32>k / total);
  v128.store(mean, f32x4.add(v128.load(mean), f32x4.mul(delta, share)));
  const between = f32x4.mul(f32x4.mul(delta, delta), f32x4.splat((<f32>seen * <f32>k) / total));
  v128.store(mean + step, f32x4.add(v128.load(mean + step), f32x4.add(spread, between)));
}

/** 1/√(σ²+ε), and 0 where that is not finite. */
// @ts-ignore: decorator
@inline
function reciprocal(variance: f64, epsilon: f64): f32 {
  return variance + epsilon > 0 ? <f32>(1.0 / sqrt<f64>(variance + epsilon)) : 0;
}

/** Mean of `count` means, `step` bytes apart. */
function meanOf(means: usize, count: i32, step: usize): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += <f64>load<f32>(means + <usize>i * step);
  return sum / <f64>count;
}

/** Variance of `count` sets of P numbers about their common mean; a set's Σ(x − mean)² lies `square` bytes after its mean. */
function varianceOf(
  means: usize, square: usize, count: i32, step: usize, P: i32, mean: f64,
): f64 {
  let spread: f64 = 0;
  for (let i = 0; i < count; i++) {
    const from = means + <usize>i * step;
    const d = <f64>load<f32>(from) - mean;
    spread += <f64>load<f32>(from + square) + <f64>P * d * d;
  }
  return spread / (<f64>count * <f64>P);
}

export function mergeBatch(
  parts: i32, N: i32, P: i32, cs: i32, b: i32, epsilon: f64, mean: i32, variance: i32, rstd: i32,
): void {
  let row = 0;
  for (let start = 0; start < N; start += b) {
    const images = min(b, N - start);
    for (let c = 0; c < cs; c++) {
      const from = at(parts + 2 * start * cs + c);
      const mu = meanOf(from, images, at(2 * cs));
      const v = varianceOf(from, at(cs), images, at(2 * cs), P, mu);
      store<f32>(at(mean + row + c), <f32>mu);
      store<f32>(at(variance + row + c), <f32>v);
      store<f32>(at(rstd + row + c), reciprocal(v, epsilon));
    }
    row += cs;
  }
}

export function mergeGroups(
  parts: i32, n: i32, P: i32, C: i32, cs: i32, groups: i32, epsilon: f64, mean: i32, rstd: i32,
): void {
  const size = C / groups;
  for (let i = 0; i < n; i++) {
    const row = i * cs;
    for (let c = 0; c < C; c += size) {
      const from = at(parts + 2 * row + c);
      const mu = meanOf(from, size, 4);
      const r = reciprocal(varianceOf(from, at(cs), size, 4, P, mu), epsilon);
      for (let k = c; k < c + size; k++) {
        store<f32>(at(mean + row + k), <f32>mu);
        store<f32>(at(rstd + row + k), r);
      }
    }
    for (let c = C; c < cs; c++) {
      store<f32>(at(mean + row + c), 0);
      store<f32>(at(rstd + row + c), 0);
    }
  }
}

export function reciprocalDeviation(variance: i32, rstd: i32, cs: i32, epsilon: f64): void {
  for (let c = 0; c < cs; c++)
    store<f32>(at(rstd + c), reciprocal(<f64>load<f32>(at(variance + c)), epsilon));
}

export function updateRunning(running: i32, batch: i32, rows: i32, cs: i32, keep: f64): void {
  for (let c = 0; c < cs; c++) {
    const mean = meanOf(at(batch + c), rows, at(cs));
    const old = <f64>load<f32>(at(running + c));
    store<f32>(at(running + c), <f32>(keep * old + (1 - keep) * mean));
  }
}
