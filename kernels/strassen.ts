/** 1×1 convolution as a product of matrices, pixels × inputs times inputs × outputs, by Strassen's algorithm in Winograd's
 *  form (Winograd 1971): each matrix is cut in four, and seven products of quarters do the work of eight.
 *
 *    S₁ = A₂₁ + A₂₂   S₂ = S₁ − A₁₁   S₃ = A₁₁ − A₂₁   S₄ = A₁₂ − S₂
 *    T₁ = B₁₂ − B₁₁   T₂ = B₂₂ − T₁   T₃ = B₂₂ − B₁₂   T₄ = T₂ − B₂₁
 *    P₁ = A₁₁B₁₁  P₂ = A₁₂B₂₁  P₃ = S₄B₂₂  P₄ = A₂₂T₄  P₅ = S₁T₁  P₆ = S₂T₂  P₇ = S₃T₃      U = P₁ + P₆
 *    C₁₁ = P₁ + P₂    C₁₂ = U + P₅ + P₃    C₂₁ = U + P₇ − P₄    C₂₂ = U + P₇ + P₅
 *
 *  The pixels of an image are cut in blocks of 2m: A₁ is the first half of a block, A₂ the second. Pixels that are left go
 *  by the plain loop. The sums T are made for 16 + 16 outputs at a time, where they are used: results then fill whole lines
 *  of the cache. */

import { convolvePixels } from "./convolve";
import { distance, ended } from "./ends";
import { at } from "./memory";
import { multiply } from "./products";

/** Output channels that share a panel of filters, and those of a quarter that are worked on at a time, in panels of them. */
const PANEL: i32 = 8;
const WIDTH: i32 = 16;

export function strassenConvolve(
  x: i32, offsets: i32, I: i32, w: i32, bias: i32, y: i32, n: i32, pixels: i32, os: i32,
  norm: i32, residual: i32, relu: f32, m: i32, S: i32, T: i32, P: i32,
): void {
  const toResidual = distance(y, residual);
  const half = at(I >> 1);
  const panel = at(I * PANEL);
  const quarter = panel >> 1;
  const across = <usize>(os >> 4) * panel; // from a panel of B₁₁ to that of B₁₂
  const pixel = at(I);
  const step = at(os);
  const below = <usize>m * pixel;
  const s = <usize>m * half;
  const p = at(m * WIDTH);
  const left = pixels % (2 * m);
  for (let image = 0; image < n; image++) {
    let from = at(x) + <usize>(image * pixels) * pixel;
    let to = at(y) + <usize>(image * pixels) * step;
    for (let first = 0; first < pixels - left; first += 2 * m) {
      sums(from, below, half, at(S), s, m);
      const isLast = first + 2 * m == pixels - left;
      for (let o = 0; o < os >> 1; o += WIDTH) {
        const b11 = at(w + o * I);
        const b12 = b11 + across;
        for (let k: usize = 0; k < 2; k++)
          filterSums(b11 + k * panel, b12 + k * panel, quarter, panel, at(T) + k * quarter);
        product(from, pixel, b11, panel, 0, at(P), I, m);
        product(from + half, pixel, b11 + quarter, panel, 1, at(P), I, m);
        product(at(S) + 3 * s, half, b12 + quarter, panel, 2, at(P), I, m);
        product(from + below + half, pixel, at(T) + 3 * panel, quarter, 3, at(P), I, m);
        for (let k = 0; k < 3; k++)
          product(at(S) + <usize>k * s, half, at(T) + <usize>k * panel, quarter, 4 + k, at(P), I, m);
        combine(at(P), p, bias, to, at(o), step, m, norm, toResidual, relu);
        if (isLast && left > 0)
          for (let c = 0; c < 2; c++) { // while the filters are near
            const channel = at(o) + <usize>c * (step >> 1);
            convolvePixels(from + 2 * below, pixel, pixel, at(offsets), I, I, 4, at(w), panel, 32, bias,
              to + <usize>(2 * m) * step, step, step, 1, left, channel, channel + at(WIDTH), norm, toResidual, relu);
          }
      }
      from += 2 * below;
      to += <usize>(2 * m) * step;
    }
  }
}

/** S₁ … S₄ of a block, `s` bytes apart, pixels of I/2 channels. */
function sums(a: usize, below: usize, half: usize, S: usize, s: usize, m: i32): void {
  for (let j = 0; j < m; j++) {
    for (let c: usize = 0; c < half; c += 16) {
      const a11 = v128.load(a);
      const a21 = v128.load(a + below);
      const s1 = f32x4.add(a21, v128.load(a + below + half));
      const s2 = f32x4.sub(s1, a11);
      v128.store(S, s1);
      v128.store(S + s, s2);
      v128.store(S + 2 * s, f32x4.sub(a11, a21));
      v128.store(S + 3 * s, f32x4.sub(v128.load(a + half), s2));
      a += 16;
      S += 16;
    }
    a += half;
  }
}

/** T₁ … T₄ of a panel of B₁ and one of B₂, `quarter` bytes each, `apart` bytes apart. */
function filterSums(b11: usize, b12: usize, quarter: usize, apart: usize, T: usize): void {
  for (let e: usize = 0; e < quarter; e += 16) {
    const upper = v128.load(b12 + e);
    const lower = v128.load(b12 + quarter + e);
    const t1 = f32x4.sub(upper, v128.load(b11 + e));
    const t2 = f32x4.sub(lower, t1);
    v128.store(T + e, t1);
    v128.store(T + apart + e, t2);
    v128.store(T + 2 * apart + e, f32x4.sub(lower, upper));
    v128.store(T + 3 * apart + e, f32x4.sub(t2, v128.load(b11 + quarter + e)));
  }
}

/** P[k], two panels of m pixels of 8 channels: m pixels of I/2 channels times two panels. */
// @ts-ignore: decorator
@inline
function product(a: usize, pixel: usize, b: usize, panel: usize, k: i32, P: usize, I: i32, m: i32): void {
  const to = P + <usize>k * at(m * WIDTH);
  multiply(a, pixel, b, to, 32, I >> 1, m);
  multiply(a, pixel, b + panel, to + at(m * PANEL), 32, I >> 1, m);
}

/** Sixteen channels of the block's m pixels of C₁ and of C₂, and sixteen that lie half of all channels further. */
function combine(
  P: usize, p: usize, bias: i32, y: usize, o: usize, step: usize, m: i32, norm: i32, residual: usize, relu: f32,
): void {
  const half = step >> 1;
  const below = <usize>m * step;
  const across = at(m * PANEL);
  for (let j = 0; j < m; j++) {
    for (let c: usize = 0; c < 64; c += 16) {
      const from = P + (c >> 5) * across + (c & 16);
      const p1 = v128.load(from);
      const p5 = v128.load(from + 4 * p);
      const u = f32x4.add(p1, v128.load(from + 5 * p));
      const v = f32x4.add(u, v128.load(from + 6 * p));
      const c11 = f32x4.add(p1, v128.load(from + p));
      const c12 = f32x4.add(f32x4.add(u, p5), v128.load(from + 2 * p));
      const c21 = f32x4.sub(v, v128.load(from + 3 * p));
      const c22 = f32x4.add(v, p5);
      end(c11, c21, o + c, y + o + c, below, bias, norm, residual, relu);
      end(c12, c22, o + c + half, y + o + c + half, below, bias, norm, residual, relu);
    }
    P += 32;
    y += step;
  }
}

/** Writes channels o … o + 3 of two pixels, `below` bytes apart. */
// @ts-ignore: decorator
@inline
function end(
  upper: v128, lower: v128, o: usize, to: usize, below: usize, bias: i32, norm: i32, residual: usize, relu: f32,
): void {
  const b = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + o);
  v128.store(to, ended(f32x4.add(upper, b), o, to, norm, residual, relu));
  v128.store(to + below, ended(f32x4.add(lower, b), o, to + below, norm, residual, relu));
}
