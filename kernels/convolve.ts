/** The convolution loop. A tile is 4 pixels × 8 output channels (8 accumulators); taps whose offsets follow each other
 *  ("runs": the channels of a pixel, or the row of a filter on one channel) are walked by incrementing pointers. */

import { mulAdd } from "./arithmetic";
import { distance, ended, NOTHING, normalised } from "./ends";
import { at, positive } from "./memory";

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
  y: i32, yImage: i32, yRow: i32, yPixel: i32, n: i32, Ho: i32, Wo: i32, os: i32, norm: i32, residual: i32, relu: i32,
): void {
  const toResidual = distance(y, residual);
  const gap = gapOf(at(offsets), taps);
  const run = runLength(at(offsets), taps, gap);
  const fit = (SLICE_BYTES / (taps << 2)) & ~7;
  const slice = fit < 8 ? 8 : fit;
  for (let i = 0; i < n; i++) {
    for (let o = 0; o < os; o += slice) {
      const hi = min(os, o + slice);
      if (Ho * Wo < 4) {
        pixels(at(x + i * xImage), at(xRow), at(xPixel), at(offsets), taps, at(w), at(wPanel), at(wTap), bias,
          at(y + i * yImage), at(yRow), at(yPixel), Ho, Wo, at(o), at(hi), norm, toResidual, relu);
      } else {
        tiles(at(x + i * xImage), at(xRow), at(xPixel), at(offsets), taps, run, at(gap), at(w), at(wPanel), at(wTap), bias,
          at(y + i * yImage), at(yRow), at(yPixel), Ho, Wo, at(o), at(hi), norm, toResidual, relu);
      }
    }
  }
}

/** Output channels lo … hi of one image, 4 pixels at a time in row-major order across row ends; the last tile starts
 *  early enough to be whole. All lengths but taps, run, Ho and Wo in bytes. */
function tiles(
  x: usize, xRow: usize, xPixel: usize, offsets: usize, taps: i32, run: i32, gap: usize,
  w: usize, wPanel: usize, wTap: usize, bias: i32,
  y: usize, yRow: usize, yPixel: usize, Ho: i32, Wo: i32, lo: usize, hi: usize, norm: i32, residual: usize, relu: i32,
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

// @ts-ignore: decorator
@inline
function tile4x2(
  x0: usize, x1: usize, x2: usize, x3: usize, offsets: usize, taps: i32, run: i32, gap: usize, w: usize, os: usize,
  bias: i32, o: usize, y0: usize, y1: usize, y2: usize, y3: usize, norm: i32, residual: usize, relu: i32,
): void {
  let c00 = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + o);
  let c01 = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + o, 16);
  let c10 = c00;
  let c11 = c01;
  let c20 = c00;
  let c21 = c01;
  let c30 = c00;
  let c31 = c01;
  let k = 0;
  do {
    const offset = at(load<i32>(offsets + at(k)));
    let a = x0 + offset;
    let b = x1 + offset;
    let c = x2 + offset;
    let d = x3 + offset;
    const end = w + <usize>run * os; // the pointer itself counts: V8 keeps no counter in a register
    do {
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      let s = v128.load32_splat(a);
      c00 = mulAdd(s, w0, c00);
      c01 = mulAdd(s, w1, c01);
      s = v128.load32_splat(b);
      c10 = mulAdd(s, w0, c10);
      c11 = mulAdd(s, w1, c11);
      s = v128.load32_splat(c);
      c20 = mulAdd(s, w0, c20);
      c21 = mulAdd(s, w1, c21);
      s = v128.load32_splat(d);
      c30 = mulAdd(s, w0, c30);
      c31 = mulAdd(s, w1, c31);
      a += gap;
      b += gap;
      c += gap;
      d += gap;
      w += os;
    } while (w != end);
    k += run;
  } while (k < taps);
  if (norm >= 0) {
    const row = at(norm) + (o << 2);
    let mu = v128.load(row);
    let r = v128.load(row, 16);
    let gamma = v128.load(row, 32);
    let beta = v128.load(row, 48);
    c00 = normalised(c00, mu, r, gamma, beta);
    c10 = normalised(c10, mu, r, gamma, beta);
    c20 = normalised(c20, mu, r, gamma, beta);
    c30 = normalised(c30, mu, r, gamma, beta);
    mu = v128.load(row, 64);
    r = v128.load(row, 80);
    gamma = v128.load(row, 96);
    beta = v128.load(row, 112);
    c01 = normalised(c01, mu, r, gamma, beta);
    c11 = normalised(c11, mu, r, gamma, beta);
    c21 = normalised(c21, mu, r, gamma, beta);
    c31 = normalised(c31, mu, r, gamma, beta);
  }
  if (residual != NOTHING) {
    c00 = f32x4.add(c00, v128.load(y0 + residual));
    c01 = f32x4.add(c01, v128.load(y0 + residual, 16));
    c10 = f32x4.add(c10, v128.load(y1 + residual));
    c11 = f32x4.add(c11, v128.load(y1 + residual, 16));
    c20 = f32x4.add(c20, v128.load(y2 + residual));
    c21 = f32x4.add(c21, v128.load(y2 + residual, 16));
    c30 = f32x4.add(c30, v128.load(y3 + residual));
    c31 = f32x4.add(c31, v128.load(y3 + residual, 16));
  }
  if (relu) {
    c00 = positive(c00);
    c01 = positive(c01);
    c10 = positive(c10);
    c11 = positive(c11);
    c20 = positive(c20);
    c21 = positive(c21);
    c30 = positive(c30);
    c31 = positive(c31);
  }
  v128.store(y0, c00);
  v128.store(y0, c01, 16);
  v128.store(y1, c10);
  v128.store(y1, c11, 16);
  v128.store(y2, c20);
  v128.store(y2, c21, 16);
  v128.store(y3, c30);
  v128.store(y3, c31, 16);
}

// @ts-ignore: decorator
@inline
function tile4x1(
  x0: usize, x1: usize, x2: usize, x3: usize, offsets: usize, taps: i32, run: i32, gap: usize, w: usize, os: usize,
  bias: i32, o: usize, y0: usize, y1: usize, y2: usize, y3: usize, norm: i32, residual: usize, relu: i32,
): void {
  let c0 = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + o);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let k = 0;
  do {
    const offset = at(load<i32>(offsets + at(k)));
    let a = x0 + offset;
    let b = x1 + offset;
    let c = x2 + offset;
    let d = x3 + offset;
    const end = w + <usize>run * os; // the pointer itself counts: V8 keeps no counter in a register
    do {
      const w0 = v128.load(w);
      c0 = mulAdd(v128.load32_splat(a), w0, c0);
      c1 = mulAdd(v128.load32_splat(b), w0, c1);
      c2 = mulAdd(v128.load32_splat(c), w0, c2);
      c3 = mulAdd(v128.load32_splat(d), w0, c3);
      a += gap;
      b += gap;
      c += gap;
      d += gap;
      w += os;
    } while (w != end);
    k += run;
  } while (k < taps);
  if (norm >= 0) {
    const row = at(norm) + (o << 2);
    const mu = v128.load(row);
    const r = v128.load(row, 16);
    const gamma = v128.load(row, 32);
    const beta = v128.load(row, 48);
    c0 = normalised(c0, mu, r, gamma, beta);
    c1 = normalised(c1, mu, r, gamma, beta);
    c2 = normalised(c2, mu, r, gamma, beta);
    c3 = normalised(c3, mu, r, gamma, beta);
  }
  if (residual != NOTHING) {
    c0 = f32x4.add(c0, v128.load(y0 + residual));
    c1 = f32x4.add(c1, v128.load(y1 + residual));
    c2 = f32x4.add(c2, v128.load(y2 + residual));
    c3 = f32x4.add(c3, v128.load(y3 + residual));
  }
  if (relu) {
    c0 = positive(c0);
    c1 = positive(c1);
    c2 = positive(c2);
    c3 = positive(c3);
  }
  v128.store(y0, c0);
  v128.store(y1, c1);
  v128.store(y2, c2);
  v128.store(y3, c3);
}

/** The same for images of fewer than 4 pixels: one pixel and one vector at a time. */
function pixels(
  x: usize, xRow: usize, xPixel: usize, offsets: usize, taps: i32, w: usize, wPanel: usize, wTap: usize, bias: i32,
  y: usize, yRow: usize, yPixel: usize, Ho: i32, Wo: i32, lo: usize, hi: usize, norm: i32, residual: usize, relu: i32,
): void {
  for (let oy = 0; oy < Ho; oy++)
    for (let ox = 0; ox < Wo; ox++) {
      const from = x + <usize>oy * xRow + <usize>ox * xPixel;
      const to = y + <usize>oy * yRow + <usize>ox * yPixel;
      for (let o = lo; o < hi; o += 16) {
        let sum = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + o);
        let weights = w + (o >> 5) * wPanel + (o & 16);
        for (let k = 0; k < taps; k++) {
          const s = v128.load32_splat(from + at(load<i32>(offsets + at(k))));
          sum = mulAdd(s, v128.load(weights), sum);
          weights += wTap;
        }
        v128.store(to + o, ended(sum, o, to + o, norm, residual, relu));
      }
    }
}
