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
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  // Lanes of the last vector of a pixel that are channels.
  const rest = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(C - ((C - 1) & ~3)));
  for (let p = 0; p < pixels; p++) {
    const from = at(x + p * cs);
    const to = at(y + p * cs);
    for (let c = 0; c < cs; c += 4) {
      const v = v128.load(from + at(c));
      // A NaN stays one: max hands it on.
      const e = expOfNegative(f32x4.max(f32x4.neg(f32x4.abs(v)), f32x4.splat(-87)));
      let s = f32x4.div(v128.bitselect(e, one, f32x4.lt(v, zero)), f32x4.add(one, e));
      if (c + 4 >= cs) s = v128.and(s, rest);
      v128.store(to + at(c), s);
    }
  }
}

export function sigmoidBackward(y: i32, dy: i32, dx: i32, count: i32): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < at(count); i += 16) {
    const p = v128.load(at(y) + i);
    const g = f32x4.mul(v128.load(at(dy) + i), p);
    v128.store(at(dx) + i, f32x4.mul(g, f32x4.sub(one, p)));
  }
}
