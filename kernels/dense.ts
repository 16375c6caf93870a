/** The dense op. Forward: 4 images × 2 outputs (or 1 × 5) at a time, each sum in 4 lanes that are added at the end of a block of
 *  features; the order of an image's sums does not depend on its neighbours. */

import { mulAdd } from "./arithmetic";
import { at } from "./memory";

/** The four lanes' sum, pairs first: (0 + 2) + (1 + 3). */
// @ts-ignore: decorator
@inline
export function laneSum(v: v128): f32 {
  const pairs = f32x4.add(v, i32x4.shuffle(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Features per block: a block of all weights stays in the first-level cache while the images pass. */
const BLOCK: i32 = 512;

export function dense(
  x: i32, w: i32, bias: i32, y: i32, n: i32, F: i32, O: i32, os: i32, relu: i32,
): void {
  const f = at(F);
  memory.fill(at(y), 0, at(n * os));
  for (let start = 0; start < F; start += BLOCK) {
    const size = at(min(BLOCK, F - start));
    let i = 0;
    for (; i + 4 <= n; i += 4)
      images4(at(x + i * F + start), at(w + start), at(y + i * os), size, f, O, at(os));
    for (; i < n; i++) image1(at(x + i * F + start), at(w + start), at(y + i * os), size, f, O);
  }
  for (let i = 0; i < n; i++) finish(at(y + i * os), bias, O, relu);
}

/** Adds the bias to one image's outputs and applies the ReLU. */
function finish(y: usize, bias: i32, O: i32, relu: i32): void {
  for (let o = 0; o < O; o++) {
    let v = load<f32>(y + at(o));
    if (bias >= 0) v += load<f32>(at(bias + o));
    store<f32>(y + at(o), relu && v < 0 ? 0 : v);
  }
}

/** y += the sum of v's lanes. */
// @ts-ignore: decorator
@inline
function addLanes(y: usize, v: v128): void {
  store<f32>(y, load<f32>(y) + laneSum(v));
}

function images4(x: usize, w: usize, y: usize, size: usize, f: usize, O: i32, os: usize): void {
  for (; O >= 2; O -= 2) {
    dense4x2(x, w, y, size, f, os);
    w += 2 * f;
    y += 8;
  }
  if (O) for (let i: usize = 0; i < 4; i++) dense1x1(x + i * f, w, y + i * os, size);
}

function image1(x: usize, w: usize, y: usize, size: usize, f: usize, O: i32): void {
  for (; O >= 5; O -= 5) {
    dense1x5(x, w, y, size, f);
    w += 5 * f;
    y += 20;
  }
  for (; O; O--) {
    dense1x1(x, w, y, size);
    w += f;
    y += 4;
  }
}

/** `size` bytes of 4 images and 2 outputs, whose rows lie f bytes apart. */
function dense4x2(x: usize, w: usize, y: usize, size: usize, f: usize, os: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  let xb = x + f;
  let xc = xb + f;
  let xd = xc + f;
  let w1 = w + f;
  const end = x + size;
  do {
    const v0 = v128.load(w);
    const v1 = v128.load(w1);
    let p = v128.load(x);
    a0 = mulAdd(p, v0, a0);
    a1 = mulAdd(p, v1, a1);
    p = v128.load(xb);
    b0 = mulAdd(p, v0, b0);
    b1 = mulAdd(p, v1, b1);
    p = v128.load(xc);
    c0 = mulAdd(p, v0, c0);
    c1 = mulAdd(p, v1, c1);
    p = v128.load(xd);
    d0 = mulAdd(p, v0, d0);
    d1 = mulAdd(p, v1, d1);
    x += 16;
    xb += 16;
    xc += 16;
    xd += 16;
    w += 16;
    w1 += 16;
  } while (x < end);
  addLanes(y, a0);
  addLanes(y + 4, a1);
  y += os;
  addLanes(y, b0);
  addLanes(y + 4, b1);
  y += os;
  addLanes(y, c0);
  addLanes(y + 4, c1);
  y += os;
  addLanes(y, d0);
  addLanes(y + 4, d1);
}

function dense1x5(x: usize, w: usize, y: usize, size: usize, f: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let w1 = w + f;
  let w2 = w1 + f;
  let w3 = w2 + f;
  let w4 = w3 + f;
  const end = x + size;
  do {
    const p = v128.load(x);
    a0 = mulAdd(p, v128.load(w), a0);
    a1 = mulAdd(p, v128.load(w1), a1);
    a2 = mulAdd(p, v128.load(w2), a2);
    a3 = mulAdd(p, v128.load(w3), a3);
    a4 = mulAdd(p, v128.load(w4), a4);
    x += 16;
    w += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
    w4 += 16;
  } while (x < end);
  addLanes(y, a0);
  addLanes(y + 4, a1);
  addLanes(y + 8, a2);
  addLanes(y + 12, a3);
  addLanes(y + 16, a4);
}

function dense1x1(x: usize, w: usize, y: usize, size: usize): void {
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < size; i += 16)
    sum = mulAdd(v128.load(x + i), v128.load(w + i), sum);
  addLanes(y, sum);
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
      a0 = mulAdd(s, w0, a0);
      a1 = mulAdd(s, w1, a1);
      s = v128.load32_splat(db);
      b0 = mulAdd(s, w0, b0);
      b1 = mulAdd(s, w1, b1);
      s = v128.load32_splat(dc);
      c0 = mulAdd(s, w0, c0);
      c1 = mulAdd(s, w1, c1);
      s = v128.load32_splat(dd);
      d0 = mulAdd(s, w0, d0);
      d1 = mulAdd(s, w1, d1);
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
      a = mulAdd(s, v128.load(weights), a);
      b = mulAdd(s, v128.load(weights, 16), b);
      c = mulAdd(s, v128.load(weights, 32), c);
      d = mulAdd(s, v128.load(weights, 48), d);
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
    sum = mulAdd(v128.load32_splat(dy + at(o)), v128.load(w), sum);
    w += f;
  }
  v128.store(dx, sum);
}
