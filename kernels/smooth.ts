/** Smooth activations: tanh, ELU, GELU. Their sizes next to 0 and far from it are those of the formulas, to a few ulps. */

import { at } from "./memory";
import { expOfNegative, expm1OfNegative } from "./exponential";

// @ts-ignore: decorator
@inline
function floor87(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(-87)); // a NaN stays one: it is not less
}

export function tanh(x: i32, y: i32, count: i32): void {
  const sign = f32x4.splat(-0.0);
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(x) + i);
    const m = expm1OfNegative(floor87(f32x4.mul(f32x4.splat(-2), f32x4.abs(v))));
    // (1 − e)/(1 + e) of e = e^(−2|x|) = 1 + m
    const size = f32x4.abs(f32x4.div(m, f32x4.add(f32x4.splat(2), m)));
    v128.store(at(y) + i, v128.or(size, v128.and(v, sign)));
  }
}

export function tanhBackward(y: i32, dy: i32, dx: i32, count: i32): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(y) + i);
    const slope = f32x4.mul(f32x4.sub(one, v), f32x4.add(one, v));
    v128.store(at(dx) + i, f32x4.mul(v128.load(at(dy) + i), slope));
  }
}

export function elu(x: i32, y: i32, count: i32, below: f32, above: f32): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(x) + i);
    const low = f32x4.mul(f32x4.splat(below), expm1OfNegative(floor87(f32x4.pmin(v, zero))));
    v128.store(at(y) + i, v128.bitselect(f32x4.mul(f32x4.splat(above), v), low, f32x4.gt(v, zero)));
  }
}

export function eluBackward(x: i32, dy: i32, dx: i32, count: i32, below: f32, above: f32): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(x) + i);
    const low = f32x4.mul(f32x4.splat(below), expOfNegative(floor87(f32x4.pmin(v, zero))));
    const slope = v128.bitselect(f32x4.splat(above), low, f32x4.gt(v, zero));
    v128.store(at(dx) + i, f32x4.mul(v128.load(at(dy) + i), slope));
  }
}

/** e^(−x²/2), at least e⁻⁸⁷. */
// @ts-ignore: decorator
@inline
function bell(x: v128): v128 {
  return expOfNegative(floor87(f32x4.mul(f32x4.splat(-0.5), f32x4.mul(x, x))));
}

/** Φ(−|x|)/e^(−x²/2) = s·P(s), s = 1/(1 + 0.3·|x|): a polynomial fitted for the least relative error, 4e-9, up to 14. */
// @ts-ignore: decorator
@inline
function mills(x: v128): v128 {
  const one = f32x4.splat(1);
  const s = f32x4.div(one, f32x4.add(one, f32x4.mul(f32x4.splat(0.3), f32x4.abs(x))));
  let sum = f32x4.splat(-0.0206125446);
  sum = f32x4.add(f32x4.mul(sum, s), f32x4.splat(0.112374264));
  sum = f32x4.add(f32x4.mul(sum, s), f32x4.splat(-0.228064023));
  sum = f32x4.add(f32x4.mul(sum, s), f32x4.splat(0.191577124));
  sum = f32x4.add(f32x4.mul(sum, s), f32x4.splat(-0.0792436012));
  sum = f32x4.add(f32x4.mul(sum, s), f32x4.splat(0.0960558524));
  sum = f32x4.add(f32x4.mul(sum, s), f32x4.splat(0.0784262539));
  sum = f32x4.add(f32x4.mul(sum, s), f32x4.splat(0.110227181));
  sum = f32x4.add(f32x4.mul(sum, s), f32x4.splat(0.119572858));
  sum = f32x4.add(f32x4.mul(sum, s), f32x4.splat(0.119686633));
  return f32x4.mul(sum, s);
}

const TWO_ROOT: f32 = 1.5957691216057308; // 2·√(2/π)
const CUBE: f32 = 0.044715;
const DENSITY: f32 = 0.3989422804014327; // 1/√(2π)

/** x within ±40, beyond which e^(−2|u|) is nothing: no power of it leaves float32. */
// @ts-ignore: decorator
@inline
function near(x: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x, f32x4.splat(40)), f32x4.splat(-40));
}

/** e^(−2|u|) of u = √(2/π)·(x + 0.044715·x³), which has the sign of x. */
// @ts-ignore: decorator
@inline
function fading(x: v128): v128 {
  const cubic = f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.splat(CUBE), f32x4.mul(x, x)));
  const u = f32x4.mul(f32x4.mul(f32x4.splat(-TWO_ROOT), f32x4.abs(x)), cubic);
  return expOfNegative(floor87(u));
}

/** σ(2u) from e^(−2|u|). */
// @ts-ignore: decorator
@inline
function gate(x: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(one, e));
}

/** Φ(x) from Φ(−|x|). */
// @ts-ignore: decorator
@inline
function upper(x: v128, tail: v128): v128 {
  return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(x, f32x4.splat(0)));
}

export function gelu(x: i32, y: i32, count: i32, isTanh: i32): void {
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(x) + i);
    const share = isTanh ? gate(v, fading(near(v))) : upper(v, f32x4.mul(mills(v), bell(v)));
    v128.store(at(y) + i, f32x4.mul(v, share));
  }
}

export function geluBackward(x: i32, dy: i32, dx: i32, count: i32, isTanh: i32): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(x) + i);
    let share: v128;
    let slope: v128;
    if (isTanh) {
      const w = near(v);
      const e = fading(w);
      share = gate(w, e);
      const inner = f32x4.add(one, f32x4.mul(f32x4.splat(3 * CUBE), f32x4.mul(w, w)));
      // σ(1 − σ) = e/(1 + e)², where 1 − σ would lose its digits.
      const both = f32x4.add(one, e);
      const step = f32x4.div(e, f32x4.mul(both, both));
      slope = f32x4.mul(w, f32x4.mul(step, f32x4.mul(f32x4.splat(TWO_ROOT), inner)));
    } else {
      const e = bell(v);
      share = upper(v, f32x4.mul(mills(v), e));
      slope = f32x4.mul(v, f32x4.mul(f32x4.splat(DENSITY), e));
    }
    v128.store(at(dx) + i, f32x4.mul(v128.load(at(dy) + i), f32x4.add(share, slope)));
  }
}
