/** The standard normal distribution, from own exp and log alone so that every machine gives the same bits. */

import { exp, log } from "../../tensor/math.js";

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
const normalDensity = (x: number): number =>
  exp((-x * x) / 2) * (TWO_OVER_ROOT_PI / 2 / Math.SQRT2);

/** Φ⁻¹(p): −∞ at 0, ∞ at 1, NaN outside [0, 1]. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  // Hastings' rational approximation (Abramowitz & Stegun 26.2.23), error below 4.5e-4 …
  const t = Math.sqrt(-2 * log(p));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let x = numerator / denominator - t;
  // … and Halley's steps, each of which cubes the error.
  for (let step = 0; step < 3; step++) {
    const u = (normalCdf(x) - p) / normalDensity(x);
    x -= u / (1 + (x * u) / 2);
  }
  return x;
}
