/** The depthwise convolution of plans that only go forward: filters [taps][channels], 4 pixels × 4 channels at a time. */

import { mulAdd } from "./arithmetic";
import { distance, ended } from "./ends";
import { at } from "./memory";

/** Channels whose filters and pixels are used at a time, in bytes: those of a few lines stay in the first-level cache. */
const SLICE: usize = 256;

export function convolveDepthwise(
  x: i32, xImage: i32, xRow: i32, xPixel: i32, offsets: i32, taps: i32, w: i32, bias: i32,
  y: i32, n: i32, Ho: i32, Wo: i32, cs: i32, norm: i32, residual: i32, relu: f32,
): void {
  const toResidual = distance(y, residual);
  const step = at(cs);
  const xStep = at(xPixel);
  const end = at(offsets + taps);
  const width = min(4, Wo);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const line = at(x + i * xImage + oy * xRow);
      const to = at(y) + <usize>((i * Ho + oy) * Wo) * step;
      for (let first: usize = 0; first < step; first += SLICE) {
        const last = min(step, first + SLICE);
        for (let ox = 0; ox < Wo; ox += width) {
          const column = min(ox, Wo - width); // the last tile starts early enough to be whole
          const from = line + <usize>column * xStep;
          const out = to + <usize>column * step;
          for (let c = first; c < last; c += 16) {
            if (width == 4) fourPixels(from + c, xStep, at(offsets), end, at(w) + c, step, bias, c, out + c, norm, toResidual, relu);
            else
              for (let p: usize = 0; p < <usize>width; p++)
                onePixel(from + p * xStep + c, at(offsets), end, at(w) + c, step, bias, c, out + p * step + c,
                  norm, toResidual, relu);
          }
        }
      }
    }
}

// @ts-ignore: decorator
@inline
function fourPixels(
  x: usize, xStep: usize, offsets: usize, end: usize, w: usize, step: usize, bias: i32, c: usize, y: usize,
  norm: i32, residual: usize, relu: f32,
): void {
  let s0 = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + c);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let k = offsets; k < end; k += 4) {
    let from = x + at(load<i32>(k));
    const v = v128.load(w);
    s0 = mulAdd(v128.load(from), v, s0);
    from += xStep;
    s1 = mulAdd(v128.load(from), v, s1);
    from += xStep;
    s2 = mulAdd(v128.load(from), v, s2);
    s3 = mulAdd(v128.load(from + xStep), v, s3);
    w += step;
  }
  v128.store(y, ended(s0, c, y, norm, residual, relu));
  y += step;
  v128.store(y, ended(s1, c, y, norm, residual, relu));
  y += step;
  v128.store(y, ended(s2, c, y, norm, residual, relu));
  y += step;
  v128.store(y, ended(s3, c, y, norm, residual, relu));
}

// @ts-ignore: decorator
@inline
function onePixel(
  x: usize, offsets: usize, end: usize, w: usize, step: usize, bias: i32, c: usize, y: usize,
  norm: i32, residual: usize, relu: f32,
): void {
  let sum = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + c);
  for (let k = offsets; k < end; k += 4) {
    sum = mulAdd(v128.load(x + at(load<i32>(k))), v128.load(w), sum);
    w += step;
  }
  v128.store(y, ended(sum, c, y, norm, residual, relu));
}
