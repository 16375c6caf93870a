/** eˣ and eˣ − 1 in float32, four at a time, for numbers from −87 to 0: x = k·ln 2 + r, then the Taylor series of eʳ to r⁷. */

const LOG2E: f32 = 1.44269504;
const LN2_HIGH: f32 = 0.693359375; // few digits: k·LN2_HIGH is exact
const LN2_LOW: f32 = -2.12194440e-4;

// @ts-ignore: decorator
@inline
function wholes(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(x, f32x4.splat(LOG2E)));
}

// @ts-ignore: decorator
@inline
function remainder(x: v128, k: v128): v128 {
  return f32x4.sub(f32x4.sub(x, f32x4.mul(k, f32x4.splat(LN2_HIGH))), f32x4.mul(k, f32x4.splat(LN2_LOW)));
}

/** eʳ − 1. */
// @ts-ignore: decorator
@inline
function series(r: v128): v128 {
  let sum = f32x4.splat(1.0 / 5040);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 720));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 120));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 24));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 6));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  return f32x4.mul(sum, r);
}

/** 3·2²²: what is added to it stands in the last bits of the sum, which has no others below bit 22. */
const TO_BITS: f32 = 12582912;

/** 2ᵏ of a whole k. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: v128): v128 {
  return i32x4.shl(i32x4.add(f32x4.add(k, f32x4.splat(TO_BITS)), i32x4.splat(127)), 23);
}

/** eˣ, to 2e-7 of itself. */
// @ts-ignore: decorator
@inline
export function expOfNegative(x: v128): v128 {
  const k = wholes(x);
  return f32x4.mul(f32x4.add(series(remainder(x, k)), f32x4.splat(1)), powerOfTwo(k));
}

/** eˣ − 1, to 3e-7 of itself: (2ᵏ − 1) + 2ᵏ·(eʳ − 1), where nothing cancels, since k = 0 next to 0. */
// @ts-ignore: decorator
@inline
export function expm1OfNegative(x: v128): v128 {
  const k = wholes(x);
  const power = powerOfTwo(k);
  return f32x4.add(f32x4.sub(power, f32x4.splat(1)), f32x4.mul(power, series(remainder(x, k))));
}
