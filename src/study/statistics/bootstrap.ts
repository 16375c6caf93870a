/** Studentised hierarchical bootstrap (Davison & Hinkley 1997, §5.2.1): t* = (θ* − θ)/se*, and the interval of level
 *  1 − 2α is θ − t*₍₁₋α₎·se … θ − t*₍α₎·se.
 *
 *  One resample draws seeds with replacement and, within each drawn seed, its images with replacement; pairs stay
 *  together because what is drawn are differences. Drawing images again adds their noise to that which the seeds'
 *  means already hold. Since numerator and denominator of t* both carry it, it cancels, as it would not in an interval
 *  of plain percentiles. */

import { mean } from "../../measures/means.js";
import type { Random } from "../../tensor/random.js";
import type { Interval } from "../conclusions.js";
import { countBelow, deviation, quantile } from "./quantile.js";
import type { Side } from "./sign-flip.js";

/** So many resampled means of each seed's images are drawn once, and serve all resamples of seeds. */
const INNER = 100;

/** An index below n; for so few the bias of 32 bits is beneath notice. */
const index = (draw: Random, n: number): number => Math.floor(draw.bits() * 2 ** -32 * n);

export interface StudentisedBootstrap {
  interval(level: number): Interval;
  /** Share of resamples whose t* is at least as extreme as the t of the mean against θ; never 0. */
  pValue(theta: number, side: Side): number;
}

export function studentisedBootstrap(
  differences: readonly ArrayLike<number>[],
  resamples: number,
  draw: Random,
): StudentisedBootstrap {
  const n = differences.length;
  const means = differences.map(mean);
  const centre = mean(means);
  const error = deviation(means) / Math.sqrt(n);
  const seeds = differences.map((images) => imageResamples(images, draw));
  const ratios = new Float64Array(resamples);
  const sample = new Float64Array(n);
  let count = 0;
  for (let r = 0; r < resamples; r++) {
    for (let s = 0; s < n; s++) {
      const which = index(draw, n * INNER);
      const own = seeds[Math.floor(which / INNER)];
      sample[s] = own[own.length === 1 ? 0 : which % INNER] - centre;
    }
    const spread = deviation(sample) / Math.sqrt(n);
    // A resample of equal numbers has no t (but rounding). Of counts, in which seeds often agree, many are.
    if (spread > 1e-9 * error) ratios[count++] = mean(sample) / spread;
  }
  return inferenceOf(ratios.subarray(0, count).sort(), centre, error);
}

function inferenceOf(ratios: Float64Array, centre: number, error: number): StudentisedBootstrap {
  const count = ratios.length;
  const mirrored = ratios.map((ratio) => -ratio).reverse();
  return {
    interval: (level) => [
      centre - quantile(ratios, (1 + level) / 2) * error,
      centre - quantile(ratios, (1 - level) / 2) * error,
    ],
    pValue(theta, side) {
      const t = (centre - theta) / error;
      const slack = 1e-12 * Math.abs(t); // the same mean summed in another order is a tie
      const greater = (1 + count - countBelow(ratios, t - slack)) / (1 + count);
      const less = (1 + count - countBelow(mirrored, -t - slack)) / (1 + count);
      if (side === "two") return Math.min(1, 2 * Math.min(greater, less));
      return side === "greater" ? greater : less;
    },
  };
}

/** Means of resampled images; one number stands for itself. */
function imageResamples(images: ArrayLike<number>, draw: Random): Float64Array {
  const n = images.length;
  if (n === 1) return Float64Array.of(images[0]);
  return Float64Array.from({ length: INNER }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += images[index(draw, n)];
    return sum / n;
  });
}
