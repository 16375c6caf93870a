/** What a number of seeds can and cannot show, known before anything runs. */

import { random } from "../../tensor/random.js";
import { FEW_SEEDS, meanInterval } from "./interval.js";
import { deviation, mean, quantile } from "./quantile.js";
import { subsetMeans } from "./sign-flip-interval.js";

/** Corrected p-values below this are significant. */
export const ALPHA = 0.05;

export interface Power {
  readonly seeds: number;
  /** Tests that are corrected for one another. */
  readonly family: number;
  /** 2/2ⁿ: the sign-flip test's p if all pairs agree. */
  readonly smallestP: number;
  /** The same after Holm's correction, if no other test of the family is significant. */
  readonly smallestCorrectedP: number;
  /** Whether a primary measure can be decided at all. */
  readonly decides: boolean;
  /** Seeds from which it can. */
  readonly seedsNeeded: number;
  /** Mean difference, in standard deviations of the differences (Hedges' g), that is found with a probability of 80 %,
   *  alone and as the first of its family; null if none is. Of normal differences. */
  readonly detectable: number | null;
  readonly detectableCorrected: number | null;
  /** Usual half-width of the 95 % interval in standard deviations of the differences; null if there is none. */
  readonly halfWidth: number | null;
}

/** The facts for pairs of `seeds` seeds and `family` tests. Takes about half a second. */
export function power(seeds: number, family: number): Power {
  const tests = Math.max(1, family);
  const smallestP = Math.min(1, 2 ** (1 - seeds));
  const smallestCorrectedP = Math.min(1, tests * smallestP);
  const some = seeds > FEW_SEEDS;
  return {
    seeds,
    family,
    smallestP,
    smallestCorrectedP,
    decides: some && smallestCorrectedP < ALPHA,
    seedsNeeded: seedsNeeded(tests),
    detectable: some ? detectable(seeds, ALPHA) : null,
    detectableCorrected: some ? detectable(seeds, ALPHA / tests) : null,
    halfWidth: some ? halfWidth(seeds) : null,
  };
}

/** n with k·2/2ⁿ < α, and no fewer than have an interval. */
function seedsNeeded(tests: number): number {
  let seeds = FEW_SEEDS + 1;
  while (tests * 2 ** (1 - seeds) >= ALPHA) seeds++;
  return seeds;
}

/** Standard normal samples of n, the same at every call. */
function* normalSamples(n: number, count: number): Generator<number[]> {
  const draw = random("power").split(n);
  for (let i = 0; i < count; i++) yield Array.from({ length: n }, () => draw.normal());
}

/** The effect that the two-sided sign-flip test finds at `alpha` in a share `power` of all studies. The test of z + δ
 *  rejects as soon as fewer than α/2·2ⁿ subsets of z have a mean of −δ or less (the empty one counts). So every sample
 *  z has an effect from which it is significant, and the answer is a quantile of those. Null if no pattern is rare
 *  enough. */
export function detectable(
  seeds: number,
  alpha: number,
  { share = 0.8, samples = 1000 }: { share?: number; samples?: number } = {},
): number | null {
  const draw = random("power").split("subsets");
  const effects: number[] = [];
  for (const sample of normalSamples(seeds, samples)) {
    const means = subsetMeans(sample, draw);
    const allowed = Math.ceil((alpha / 2) * (means.length + 1)) - 1;
    if (allowed < 1) return null;
    effects.push(-means[allowed - 1]);
  }
  return quantile(Float64Array.from(effects).sort(), share);
}

function halfWidth(seeds: number): number {
  const halves = [...normalSamples(seeds, 100)].map((sample, i) => {
    const interval = meanInterval(
      sample.map((d) => [d]),
      { resamples: 1000, name: `power ${i}` },
    )?.(0.95);
    return interval ? (interval.high - interval.low) / 2 / deviation(sample) : Number.NaN;
  });
  return mean(halves);
}
