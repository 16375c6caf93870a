/** Weight gradient of the dense op: 5 outputs × 8 features at a time, summed over all images in registers. */

import { mulAdd } from "./arithmetic";
import { at } from "./memory";

export function denseWeightGradient(
  x: i32, dy: i32, dw: i32, n: i32, F: i32, O: i32, os: i32, lo: i32, hi: i32,
): void {
  const f = at(F);
  for (let i = at(lo); i < at(hi); i += 32) {
    const pair = i + 32 <= at(hi);
    let o = 0;
    for (; pair && o + 5 <= O; o += 5)
      outputs5(at(x) + i, at(dy + o), at(dw + o * F) + i, n, f, at(os));
    for (; o < O; o++) {
      output1(at(x) + i, at(dy + o), at(dw + o * F) + i, n, f, at(os));
      if (pair) output1(at(x) + i + 16, at(dy + o), at(dw + o * F) + i + 16, n, f, at(os));
    }
  }
}

function outputs5(x: usize, dy: usize, dw: usize, n: i32, f: usize, os: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  let e0 = a0;
  let e1 = a0;
  do {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    let s = v128.load32_splat(dy);
    a0 = mulAdd(s, x0, a0);
    a1 = mulAdd(s, x1, a1);
    s = v128.load32_splat(dy, 4);
    b0 = mulAdd(s, x0, b0);
    b1 = mulAdd(s, x1, b1);
    s = v128.load32_splat(dy, 8);
    c0 = mulAdd(s, x0, c0);
    c1 = mulAdd(s, x1, c1);
    s = v128.load32_splat(dy, 12);
    d0 = mulAdd(s, x0, d0);
    d1 = mulAdd(s, x1, d1);
    s = v128.load32_splat(dy, 16);
    e0 = mulAdd(s, x0, e0);
    e1 = mulAdd(s, x1, e1);
    x += f;
    dy += os;
  } while (--n);
  v128.store(dw, a0);
  v128.store(dw, a1, 16);
  dw += f;
  v128.store(dw, b0);
  v128.store(dw, b1, 16);
  dw += f;
  v128.store(dw, c0);
  v128.store(dw, c1, 16);
  dw += f;
  v128.store(dw, d0);
  v128.store(dw, d1, 16);
  dw += f;
  v128.store(dw, e0);
  v128.store(dw, e1, 16);
}

function output1(x: usize, dy: usize, dw: usize, n: i32, f: usize, os: usize): void {
  let sum = f32x4.splat(0);
  do {
    sum = mulAdd(v128.load32_splat(dy), v128.load(x), sum);
    x += f;
    dy += os;
  } while (--n);
  v128.store(dw, sum);
}
