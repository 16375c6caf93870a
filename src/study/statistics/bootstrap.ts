/** BCa bootstrap interval of a mean over seeds, with images nested in seeds (Efron 1987).
 *  One resample draws seeds with replacement and, within each drawn seed, its images with replacement; a seed's
 *  value is the mean of its images. Pairs stay together because what is drawn are differences.
 *
 *  The spread of resamples divides by n where it should by n − 1, and knows nothing of Student's tails: of nominal 95 %
 *  intervals from ten normal numbers 90 % hold the truth. So the ends are taken further out, at the levels
 *  Φ(±√(n/(n − 1))·t₍ₙ₋₁₎), which for normal numbers give Student's interval (Hesterberg 2015, expanded percentiles). */

import { random } from "../../tensor/random.js";
import { normalCdf, normalQuantile } from "./normal.js";
import { studentQuantile } from "./student.js";

export interface BootstrapOptions {
  /** Number of resamples; defaults to 10,000. */
  resamples?: number;
  /** Coverage wanted; defaults to 0.95. */
  level?: number;
  /** Names the random stream, so that every contrast has its own and none depends on the others. */
  name?: string;
}

export interface BootstrapInterval {
  readonly low: number;
  readonly high: number;
  /** All differences are equal: the interval is a point and says nothing about spread. */
  readonly degenerate: boolean;
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
};

/** Interval of the mean over seeds; `differences[s]` holds the differences of seed s (one number, or one per
 *  image). Null with fewer than two seeds. */
export function bootstrapInterval(
  differences: readonly ArrayLike<number>[],
  { resamples = 10_000, level = 0.95, name = "bootstrap" }: BootstrapOptions = {},
): BootstrapInterval | null {
  if (differences.length < 2) return null;
  const seedMeans = differences.map(mean);
  const estimate = mean(seedMeans);
  const replicates = resample(differences, resamples, name).sort();
  if (replicates[0] === replicates[resamples - 1])
    return { low: estimate, high: estimate, degenerate: true };
  const z0 = normalQuantile(shareBelow(replicates, estimate));
  const a = acceleration(seedMeans);
  const n = differences.length;
  const reach = Math.sqrt(n / (n - 1)) * studentQuantile(level, n - 1);
  const bound = (deviate: number): number => {
    const z = z0 + deviate;
    return quantile(replicates, normalCdf(z0 + z / (1 - a * z)));
  };
  return { low: bound(-reach), high: bound(reach), degenerate: false };
}

/** Means of `resamples` hierarchical resamples, in the order drawn. */
function resample(
  differences: readonly ArrayLike<number>[],
  resamples: number,
  name: string,
): Float64Array {
  const draw = random("contrast intervals").split(name);
  const seeds = differences.length;
  const images = differences.map((values) => Float64Array.from(values));
  const replicates = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let total = 0;
    for (let s = 0; s < seeds; s++) {
      const own = images[Math.floor(draw.bits() * 2 ** -32 * seeds)];
      const n = own.length;
      let sum = 0;
      if (n === 1) sum = own[0];
      else for (let i = 0; i < n; i++) sum += own[Math.floor(draw.bits() * 2 ** -32 * n)];
      total += sum / n;
    }
    replicates[r] = total / seeds;
  }
  return replicates;
}

/** Share of replicates below the estimate, ties half; kept off 0 and 1, where z₀ would be infinite. */
function shareBelow(sorted: Float64Array, estimate: number): number {
  // The same mean summed in another order differs in its last bits: that is a tie.
  const slack = 1e-12 * Math.max(Math.abs(sorted[0]), Math.abs(sorted[sorted.length - 1]));
  const below = firstAtLeast(sorted, estimate - slack);
  const ties = firstAtLeast(sorted, estimate + slack) - below;
  const share = (below + ties / 2) / sorted.length;
  return Math.min(Math.max(share, 0.5 / sorted.length), 1 - 0.5 / sorted.length);
}

/** Index of the first element ≥ x. */
function firstAtLeast(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** a = Σ (θ̄ − θ₍₋ₛ₎)³ / (6·(Σ (θ̄ − θ₍₋ₛ₎)²)^1.5), θ₍₋ₛ₎ the mean without seed s; 0 if all seeds agree. */
export function acceleration(seedMeans: readonly number[]): number {
  const n = seedMeans.length;
  const centre = mean(seedMeans);
  let squares = 0;
  let cubes = 0;
  for (const value of seedMeans) {
    const d = (value - centre) / (n - 1); // = θ̄ − θ₍₋ₛ₎
    squares += d * d;
    cubes += d * d * d;
  }
  return squares === 0 ? 0 : cubes / (6 * squares * Math.sqrt(squares));
}

/** Quantile of sorted values, linear between order statistics. */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  const position = probability * (sorted.length - 1);
  const i = Math.min(Math.floor(position), sorted.length - 2);
  return sorted.length === 1 ? sorted[0] : sorted[i] + (position - i) * (sorted[i + 1] - sorted[i]);
}
