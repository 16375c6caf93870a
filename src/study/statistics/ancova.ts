/** Analysis of covariance of paired arms: Δy = τ + b·Δx + e. The intercept τ is the difference that is left between
 *  arms of equal x (accuracy, say), as far as a straight line can tell. A sensitivity check beside the plain
 *  difference, never in its place: what the norm does to y by way of x is taken away with it. */

import { mean } from "../../measures/means.js";
import type { Interval } from "../conclusions.js";
import { deviation } from "./quantile.js";
import { studentQuantile } from "./student.js";

export interface Ancova {
  /** τ, in the unit of y. */
  readonly adjusted: number;
  /** Student's interval of τ with n − 2 degrees of freedom. */
  readonly interval: Interval;
  /** b: how y moves with x within pairs. */
  readonly slope: number;
  /** Δx = 0 lies outside the observed range, where the line is a guess. */
  readonly extrapolated: boolean;
}

/** Least squares of the differences of y on those of x; null with fewer than four pairs or if all Δx are equal. */
export function ancova(
  differences: readonly number[],
  covariate: readonly number[],
  level = 0.95,
): Ancova | null {
  const n = differences.length;
  if (n < 4 || covariate.every((x) => x === covariate[0])) return null;
  const [centreX, centreY] = [mean(covariate), mean(differences)];
  const squares = (n - 1) * deviation(covariate) ** 2;
  const products = covariate.map((x, i) => (x - centreX) * (differences[i] - centreY));
  const slope = (n * mean(products)) / squares;
  const adjusted = centreY - slope * centreX;
  const residuals = covariate.map((x, i) => (differences[i] - adjusted - slope * x) ** 2);
  const variance = (n * mean(residuals)) / (n - 2);
  const error = Math.sqrt(variance * (1 / n + (centreX * centreX) / squares));
  const half = studentQuantile(level, n - 2) * error;
  return {
    adjusted,
    interval: [adjusted - half, adjusted + half],
    slope,
    extrapolated: Math.min(...covariate) > 0 || Math.max(...covariate) < 0,
  };
}
