/** Register tiles of the convolution loop: 4 pixels × 8 output channels, 4 × 4 where no more are left. A tile's sums
 *  begin with the bias, walk the taps in order, and end as `ends.ts` says. */

import { mulAdd } from "./arithmetic";
import { normalised, NOTHING, rectified } from "./ends";
import { at } from "./memory";

// @ts-ignore: decorator
@inline
export function tile4x2(
  x0: usize, x1: usize, x2: usize, x3: usize, offsets: usize, taps: i32, run: i32, gap: usize, w: usize, os: usize,
  bias: i32, o: usize, y0: usize, y1: usize, y2: usize, y3: usize, norm: i32, residual: usize, relu: f32,
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
  if (relu > 0) {
    c00 = rectified(c00, relu);
    c01 = rectified(c01, relu);
    c10 = rectified(c10, relu);
    c11 = rectified(c11, relu);
    c20 = rectified(c20, relu);
    c21 = rectified(c21, relu);
    c30 = rectified(c30, relu);
    c31 = rectified(c31, relu);
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
export function tile4x1(
  x0: usize, x1: usize, x2: usize, x3: usize, offsets: usize, taps: i32, run: i32, gap: usize, w: usize, os: usize,
  bias: i32, o: usize, y0: usize, y1: usize, y2: usize, y3: usize, norm: i32, residual: usize, relu: f32,
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
  if (relu > 0) {
    c0 = rectified(c0, relu);
    c1 = rectified(c1, relu);
    c2 = rectified(c2, relu);
    c3 = rectified(c3, relu);
  }
  v128.store(y0, c0);
  v128.store(y1, c1);
  v128.store(y2, c2);
  v128.store(y3, c3);
}
