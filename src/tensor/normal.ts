/** The standard normal distribution, from own exp alone so that every machine gives the same bits. */

import { exp } from "./math.js";

/** 2/√π. */
const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** erfc(x) = 2/√π ∫ₓ^∞ e^(−t²) dt; relative error below 1e-13 for x ≤ 26. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  return x < 2.5 ? 1 - erfSeries(x) : erfcFraction(x);
}

/** erf(x) = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1)/(1·3·…·(2n+1)): all terms positive, so nothing cancels. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_ROOT_PI * exp(-x * x) * sum;
}

/** erfc(x) = e^(−x²)/√π · 1/(x + ½/(x + 1/(x + ³⁄₂/(x + …)))), from the inside out; good from 2.5 upwards. */
function erfcFraction(x: number): number {
  let denominator = x;
  for (let k = 80; k >= 1; k--) denominator = x + k / 2 / denominator;
  return ((TWO_OVER_ROOT_PI / 2) * exp(-x * x)) / denominator;
}

/** Φ(x) = P(Z ≤ x). */
export const normalCdf = (x: number): number => erfc(-x / Math.SQRT2) / 2;

/** φ(x), the density. */
export const normalDensity = (x: number): number =>
  exp((-x * x) / 2) * (TWO_OVER_ROOT_PI / 2 / Math.SQRT2);
