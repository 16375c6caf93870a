/** The convolution loop. A tile is 4 pixels × 8 output channels (8 sums in registers); taps whose offsets follow each other
 *  ("runs": the channels of a pixel, or the row of a filter on one channel) are walked by incrementing pointers. */

import { mulAdd } from "./arithmetic";
import { tile4x1, tile4x2 } from "./convolve-tiles";
import { distance, ended } from "./ends";
import { at } from "./memory";

/** Weights that a slice of output channels may occupy, in bytes: they stay in the first-level cache. */
const SLICE_BYTES: i32 = 20 * 1024;

/** Distance of the first two offsets. */
export function gapOf(offsets: usize, taps: i32): i32 {
  return taps > 1 ? load<i32>(offsets + 4) - load<i32>(offsets) : 1;
}

/** The largest r such that the offsets are runs of r numbers, `gap` apart, each. */
export function runLength(offsets: usize, taps: i32, gap: i32): i32 {
  let r = 1;
  while (r < taps && load<i32>(offsets + at(r)) == load<i32>(offsets) + r * gap) r++;
  if (taps % r != 0) return 1;
  for (let k = r; k < taps; k += r) {
    const start = load<i32>(offsets + at(k));
    for (let j = 1; j < r; j++) if (load<i32>(offsets + at(k + j)) != start + j * gap) return 1;
  }
  return r;
}

export function convolve(
  x: i32, xImage: i32, xRow: i32, xPixel: i32, offsets: i32, taps: i32, w: i32, wPanel: i32, wTap: i32, bias: i32,
  y: i32, yImage: i32, yRow: i32, yPixel: i32, n: i32, Ho: i32, Wo: i32, os: i32, norm: i32, residual: i32, relu: f32,
): void {
  const toResidual = distance(y, residual);
  const gap = gapOf(at(offsets), taps);
  const run = runLength(at(offsets), taps, gap);
  const fit = (SLICE_BYTES / (taps << 2)) & ~7;
  const slice = Ho * Wo < 4 ? os : max(8, fit); // filters that are used once need not stay
  for (let i = 0; i < n; i++) {
    for (let o = 0; o < os; o += slice) {
      const hi = min(os, o + slice);
      convolvePixels(at(x + i * xImage), at(xRow), at(xPixel), at(offsets), taps, run, at(gap), at(w), at(wPanel), at(wTap),
        bias, at(y + i * yImage), at(yRow), at(yPixel), Ho, Wo, at(o), at(hi), norm, toResidual, relu);
    }
  }
}

/** Output channels lo … hi of one image. All lengths but taps, run, Ho and Wo in bytes. */
export function convolvePixels(
  x: usize, xRow: usize, xPixel: usize, offsets: usize, taps: i32, run: i32, gap: usize,
  w: usize, wPanel: usize, wTap: usize, bias: i32,
  y: usize, yRow: usize, yPixel: usize, Ho: i32, Wo: i32, lo: usize, hi: usize, norm: i32, residual: usize, relu: f32,
): void {
  if (Ho * Wo < 4)
    pixels(x, xRow, xPixel, offsets, taps, w, wPanel, wTap, bias, y, yRow, yPixel, Ho, Wo, lo, hi, norm, residual, relu);
  else
    tiles(x, xRow, xPixel, offsets, taps, run, gap, w, wPanel, wTap, bias, y, yRow, yPixel, Ho, Wo, lo, hi, norm, residual, relu);
}

/** Output channels lo … hi of one image, 4 pixels at a time in row-major order across row ends; the last tile starts
 *  early enough to be whole. */
export function tiles(
  x: usize, xRow: usize, xPixel: usize, offsets: usize, taps: i32, run: i32, gap: usize,
  w: usize, wPanel: usize, wTap: usize, bias: i32,
  y: usize, yRow: usize, yPixel: usize, Ho: i32, Wo: i32, lo: usize, hi: usize, norm: i32, residual: usize, relu: f32,
): void {
  const first = w + (lo >> 5) * wPanel;
  const xStep = xRow - <usize>(Wo - 1) * xPixel;
  const yStep = yRow - <usize>(Wo - 1) * yPixel;
  const count = Ho * Wo;
  let ox = 0;
  let x0 = x;
  let y0 = y;
  for (let p = 0; p < count; p += 4) {
    if (p + 4 > count) {
      ox = (count - 4) % Wo;
      x0 = x + <usize>((count - 4) / Wo) * xRow + <usize>ox * xPixel;
      y0 = y + <usize>((count - 4) / Wo) * yRow + <usize>ox * yPixel;
    }
    let end = ++ox == Wo;
    ox = end ? 0 : ox;
    const x1 = x0 + (end ? xStep : xPixel);
    const y1 = y0 + (end ? yStep : yPixel);
    end = ++ox == Wo;
    ox = end ? 0 : ox;
    const x2 = x1 + (end ? xStep : xPixel);
    const y2 = y1 + (end ? yStep : yPixel);
    end = ++ox == Wo;
    ox = end ? 0 : ox;
    const x3 = x2 + (end ? xStep : xPixel);
    const y3 = y2 + (end ? yStep : yPixel);
    end = ++ox == Wo;
    ox = end ? 0 : ox;
    let o = lo;
    let weights = first;
    for (; o + 32 <= hi; o += 32) {
      tile4x2(x0, x1, x2, x3, offsets, taps, run, gap, weights, wTap, bias, o, y0 + o, y1 + o, y2 + o, y3 + o,
        norm, residual, relu);
      weights += wPanel;
    }
    if (o < hi)
      tile4x1(x0, x1, x2, x3, offsets, taps, run, gap, weights, wTap, bias, o, y0 + o, y1 + o, y2 + o, y3 + o,
        norm, residual, relu);
    x0 = x3 + (end ? xStep : xPixel);
    y0 = y3 + (end ? yStep : yPixel);
  }
}

/** The same for fewer than 4 pixels: one pixel and 16 channels at a time, then 4. */
function pixels(
  x: usize, xRow: usize, xPixel: usize, offsets: usize, taps: i32, w: usize, wPanel: usize, wTap: usize, bias: i32,
  y: usize, yRow: usize, yPixel: usize, Ho: i32, Wo: i32, lo: usize, hi: usize, norm: i32, residual: usize, relu: f32,
): void {
  const end = offsets + at(taps);
  for (let oy = 0; oy < Ho; oy++)
    for (let ox = 0; ox < Wo; ox++) {
      const from = x + <usize>oy * xRow + <usize>ox * xPixel;
      const to = y + <usize>oy * yRow + <usize>ox * yPixel;
      let o = lo;
      for (; o + 64 <= hi; o += 64) {
        let s0 = start(bias, o);
        let s1 = start(bias, o + 16);
        let s2 = start(bias, o + 32);
        let s3 = start(bias, o + 48);
        let weights = w + (o >> 5) * wPanel;
        for (let k = offsets; k < end; k += 4) {
          const v = v128.load32_splat(from + at(load<i32>(k)));
          s0 = mulAdd(v, v128.load(weights), s0);
          s1 = mulAdd(v, v128.load(weights, 16), s1);
          s2 = mulAdd(v, v128.load(weights + wPanel), s2);
          s3 = mulAdd(v, v128.load(weights + wPanel, 16), s3);
          weights += wTap;
        }
        v128.store(to + o, ended(s0, o, to + o, norm, residual, relu));
        v128.store(to + o, ended(s1, o + 16, to + o + 16, norm, residual, relu), 16);
        v128.store(to + o, ended(s2, o + 32, to + o + 32, norm, residual, relu), 32);
        v128.store(to + o, ended(s3, o + 48, to + o + 48, norm, residual, relu), 48);
      }
      for (; o < hi; o += 16) {
        let sum = start(bias, o);
        let weights = w + (o >> 5) * wPanel + (o & 16);
        for (let k = offsets; k < end; k += 4) {
          sum = mulAdd(v128.load32_splat(from + at(load<i32>(k))), v128.load(weights), sum);
          weights += wTap;
        }
        v128.store(to + o, ended(sum, o, to + o, norm, residual, relu));
      }
    }
}

// @ts-ignore: decorator
@inline
function start(bias: i32, o: usize): v128 {
  return bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + o);
}
