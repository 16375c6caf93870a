/** The dense op. Forward: 2 images × 5 outputs at a time, each sum in 4 lanes that are added at the end, so that the
 *  order of an image's sums does not depend on its neighbours. */

import { at } from "./memory";

/** The four lanes' sum, pairs first: (0 + 2) + (1 + 3). */
// @ts-ignore: decorator
@inline
export function laneSum(v: v128): f32 {
  const pairs = f32x4.add(v, i32x4.shuffle(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

export function dense(
  x: i32, w: i32, bias: i32, y: i32, n: i32, F: i32, O: i32, os: i32, relu: i32,
): void {
  const f = at(F);
  for (let i = 0; i < n; i += 2) {
    const two = i + 1 < n;
    const x0 = at(x + i * F);
    const y0 = at(y + i * os);
    let o = 0;
    for (; o + 5 <= O; o += 5) {
      if (two) dense2x5(x0, at(w + o * F), y0 + at(o), f, at(os));
      else dense1x5(x0, at(w + o * F), y0 + at(o), f);
    }
    for (; o < O; o++) {
      dense1x1(x0, at(w + o * F), y0 + at(o), f);
      if (two) dense1x1(x0 + f, at(w + o * F), y0 + at(os + o), f);
    }
    finish(y0, bias, O, os, relu);
    if (two) finish(y0 + at(os), bias, O, os, relu);
  }
}

/** Adds the bias, applies the ReLU and clears the padding lanes of one image's outputs. */
function finish(y: usize, bias: i32, O: i32, os: i32, relu: i32): void {
  for (let o = 0; o < O; o++) {
    let v = load<f32>(y + at(o));
    if (bias >= 0) v += load<f32>(at(bias + o));
    store<f32>(y + at(o), relu && v < 0 ? 0 : v);
  }
  for (let o = O; o < os; o++) store<f32>(y + at(o), 0);
}

function dense2x5(x: usize, w: usize, y: usize, f: usize, os: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  let b4 = a0;
  let xb = x + f;
  let w1 = w + f;
  let w2 = w1 + f;
  let w3 = w2 + f;
  let w4 = w3 + f;
  const end = x + f;
  do {
    const p = v128.load(x);
    const q = v128.load(xb);
    let v = v128.load(w);
    a0 = f32x4.add(a0, f32x4.mul(p, v));
    b0 = f32x4.add(b0, f32x4.mul(q, v));
    v = v128.load(w1);
    a1 = f32x4.add(a1, f32x4.mul(p, v));
    b1 = f32x4.add(b1, f32x4.mul(q, v));
    v = v128.load(w2);
    a2 = f32x4.add(a2, f32x4.mul(p, v));
    b2 = f32x4.add(b2, f32x4.mul(q, v));
    v = v128.load(w3);
    a3 = f32x4.add(a3, f32x4.mul(p, v));
    b3 = f32x4.add(b3, f32x4.mul(q, v));
    v = v128.load(w4);
    a4 = f32x4.add(a4, f32x4.mul(p, v));
    b4 = f32x4.add(b4, f32x4.mul(q, v));
    x += 16;
    xb += 16;
    w += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
    w4 += 16;
  } while (x < end);
  store<f32>(y, laneSum(a0));
  store<f32>(y, laneSum(a1), 4);
  store<f32>(y, laneSum(a2), 8);
  store<f32>(y, laneSum(a3), 12);
  store<f32>(y, laneSum(a4), 16);
  y += os;
  store<f32>(y, laneSum(b0));
  store<f32>(y, laneSum(b1), 4);
  store<f32>(y, laneSum(b2), 8);
  store<f32>(y, laneSum(b3), 12);
  store<f32>(y, laneSum(b4), 16);
}

function dense1x5(x: usize, w: usize, y: usize, f: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let w1 = w + f;
  let w2 = w1 + f;
  let w3 = w2 + f;
  let w4 = w3 + f;
  const end = x + f;
  do {
    const p = v128.load(x);
    a0 = f32x4.add(a0, f32x4.mul(p, v128.load(w)));
    a1 = f32x4.add(a1, f32x4.mul(p, v128.load(w1)));
    a2 = f32x4.add(a2, f32x4.mul(p, v128.load(w2)));
    a3 = f32x4.add(a3, f32x4.mul(p, v128.load(w3)));
    a4 = f32x4.add(a4, f32x4.mul(p, v128.load(w4)));
    x += 16;
    w += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
    w4 += 16;
  } while (x < end);
  store<f32>(y, laneSum(a0));
  store<f32>(y, laneSum(a1), 4);
  store<f32>(y, laneSum(a2), 8);
  store<f32>(y, laneSum(a3), 12);
  store<f32>(y, laneSum(a4), 16);
}

function dense1x1(x: usize, w: usize, y: usize, f: usize): void {
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < f; i += 16)
    sum = f32x4.add(sum, f32x4.mul(v128.load(x + i), v128.load(w + i)));
  store<f32>(y, laneSum(sum));
}

export function denseBackward(dy: i32, w: i32, dx: i32, n: i32, F: i32, O: i32, os: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4)
    backward4(at(dy + i * os), at(w), at(dx + i * F), at(F), O, at(os));
  for (; i < n; i++) backward1(at(dy + i * os), at(w), at(dx + i * F), at(F), O);
}

/** 4 images × 8 features at a time. */
function backward4(dy: usize, w: usize, dx: usize, f: usize, O: i32, os: usize): void {
  let i: usize = 0;
  for (; i + 32 <= f; i += 32) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let b0 = a0;
    let b1 = a0;
    let c0 = a0;
    let c1 = a0;
    let d0 = a0;
    let d1 = a0;
    let weights = w + i;
    let da = dy;
    let db = dy + os;
    let dc = db + os;
    let dd = dc + os;
    let o = O;
    do {
      const w0 = v128.load(weights);
      const w1 = v128.load(weights, 16);
      let s = v128.load32_splat(da);
      a0 = f32x4.add(a0, f32x4.mul(s, w0));
      a1 = f32x4.add(a1, f32x4.mul(s, w1));
      s = v128.load32_splat(db);
      b0 = f32x4.add(b0, f32x4.mul(s, w0));
      b1 = f32x4.add(b1, f32x4.mul(s, w1));
      s = v128.load32_splat(dc);
      c0 = f32x4.add(c0, f32x4.mul(s, w0));
      c1 = f32x4.add(c1, f32x4.mul(s, w1));
      s = v128.load32_splat(dd);
      d0 = f32x4.add(d0, f32x4.mul(s, w0));
      d1 = f32x4.add(d1, f32x4.mul(s, w1));
      weights += f;
      da += 4;
      db += 4;
      dc += 4;
      dd += 4;
    } while (--o);
    const to = dx + i;
    v128.store(to, a0);
    v128.store(to, a1, 16);
    v128.store(to + f, b0);
    v128.store(to + f, b1, 16);
    v128.store(to + 2 * f, c0);
    v128.store(to + 2 * f, c1, 16);
    v128.store(to + 3 * f, d0);
    v128.store(to + 3 * f, d1, 16);
  }
  if (i < f)
    for (let image: usize = 0; image < 4; image++)
      backwardVector(dy + image * os, w + i, dx + image * f + i, f, O);
}

function backward1(dy: usize, w: usize, dx: usize, f: usize, O: i32): void {
  let i: usize = 0;
  for (; i + 64 <= f; i += 64) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let weights = w + i;
    for (let o = 0; o < O; o++) {
      const s = v128.load32_splat(dy + at(o));
      a = f32x4.add(a, f32x4.mul(s, v128.load(weights)));
      b = f32x4.add(b, f32x4.mul(s, v128.load(weights, 16)));
      c = f32x4.add(c, f32x4.mul(s, v128.load(weights, 32)));
      d = f32x4.add(d, f32x4.mul(s, v128.load(weights, 48)));
      weights += f;
    }
    v128.store(dx + i, a);
    v128.store(dx + i, b, 16);
    v128.store(dx + i, c, 32);
    v128.store(dx + i, d, 48);
  }
  for (; i < f; i += 16) backwardVector(dy, w + i, dx + i, f, O);
}

function backwardVector(dy: usize, w: usize, dx: usize, f: usize, O: i32): void {
  let sum = f32x4.splat(0);
  for (let o = 0; o < O; o++) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(dy + at(o)), v128.load(w)));
    w += f;
  }
  v128.store(dx, sum);
}
