/** How large a paired difference is, apart from how sure we are of it. */

import type { Interval } from "../conclusions.js";
import { normalQuantile } from "./normal.js";

/** Hedges' g_z = (mean Δ / sd Δ)·(1 − 3/(4(n − 1) − 1)), sd with n − 1. Null if it has no meaning: fewer than
 *  two pairs, or differences that are all equal. */
export function hedgesG(differences: readonly number[]): number | null {
  const n = differences.length;
  if (n < 2 || differences.every((d) => d === differences[0])) return null;
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1);
  return (mean / Math.sqrt(variance)) * (1 - 3 / (4 * (n - 1) - 1));
}

/** Cliff's δ = P(arm > baseline) − P(arm < baseline) over all n² combinations of the two samples. */
export function cliffsDelta(arm: readonly number[], baseline: readonly number[]): number | null {
  if (arm.length === 0 || baseline.length === 0) return null;
  let sum = 0;
  for (const a of arm) for (const b of baseline) sum += Math.sign(a - b);
  return sum / (arm.length * baseline.length);
}

/** Share of pairs in which the arm is larger, ties counted half, with Wilson's interval for a share. */
export function superiority(
  differences: readonly number[],
  level = 0.95,
): { value: number; interval: Interval } | null {
  const n = differences.length;
  if (n === 0) return null;
  const value = differences.reduce((sum, d) => sum + (d > 0 ? 1 : d === 0 ? 0.5 : 0), 0) / n;
  const z = normalQuantile((1 + level) / 2);
  const centre = (value + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half =
    (z * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { value, interval: [Math.max(0, centre - half), Math.min(1, centre + half)] };
}
