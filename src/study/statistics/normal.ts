/** Quantiles of the standard normal distribution, from own log alone so that every machine gives the same bits. */

import { log } from "../../tensor/math.js";
import { normalCdf, normalDensity } from "../../tensor/normal.js";

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
