/** Activations: a line with two bends, the sigmoid. */

import { expOfNegative } from "./exponential";
import { at } from "./memory";

export function bend(x: i32, y: i32, count: i32, low: f32, high: f32, slope: f32): void {
  const l = f32x4.splat(low);
  const h = f32x4.splat(high);
  const s = f32x4.splat(slope);
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(x) + i);
    // l + s·(v − l), which is never asked for when low is −∞.
    const below = f32x4.add(l, f32x4.mul(s, f32x4.sub(v, l)));
    const above = v128.bitselect(h, v, f32x4.gt(v, h));
    v128.store(at(y) + i, v128.bitselect(below, above, f32x4.lt(v, l)));
  }
}

export function bendBackward(
  x: i32, dy: i32, dx: i32, count: i32, low: f32, high: f32, slope: f32,
): void {
  const l = f32x4.splat(low);
  const h = f32x4.splat(high);
  const s = f32x4.splat(slope);
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(x) + i);
    const g = v128.load(at(dy) + i);
    const inside = v128.andnot(g, f32x4.ge(v, h));
    v128.store(at(dx) + i, v128.bitselect(f32x4.mul(s, g), inside, f32x4.le(v, l)));
  }
}

export function sigmoid(x: i32, y: i32, pixels: i32, C: i32, cs: i32): void {
  const toY = at(y) - at(x);
  const end = at(x + pixels * cs);
  let from = at(x);
  // Each is one long chain of operations: four at a time keep the processor busy.
  for (; from + 64 <= end; from += 64) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    v128.store(from + toY, sigmoidOf(a));
    v128.store(from + toY, sigmoidOf(b), 16);
    v128.store(from + toY, sigmoidOf(c), 32);
    v128.store(from + toY, sigmoidOf(d), 48);
  }
  for (; from < end; from += 16) v128.store(from + toY, sigmoidOf(v128.load(from)));
  for (let c = C; c < cs; c++) for (let p = 0; p < pixels; p++) store<f32>(at(y + p * cs + c), 0);
}

// @ts-ignore: decorator
@inline
function sigmoidOf(v: v128): v128 {
  const one = f32x4.splat(1);
  const negative = v128.or(v, f32x4.splat(-0.0)); // −|v|
  // A NaN stays one: it is not less.
  const e = expOfNegative(f32x4.pmax(negative, f32x4.splat(-87)));
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(v, f32x4.splat(0))), f32x4.add(one, e));
}

export function sigmoidBackward(y: i32, dy: i32, dx: i32, count: i32): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < at(count); i += 16) {
    const p = v128.load(at(y) + i);
    const g = f32x4.mul(v128.load(at(dy) + i), p);
    v128.store(at(dx) + i, f32x4.mul(g, f32x4.sub(one, p)));
  }
}
