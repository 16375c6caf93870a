/** What a number of seeds can and cannot show, known before anything runs. */

import { mean } from "../../measures/means.js";
import { random } from "../../tensor/random.js";
import { studentisedBootstrap } from "./bootstrap.js";
import { FEW_SEEDS, inferMean } from "./inference.js";
import { deviation, quantile } from "./quantile.js";
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

/** The facts for pairs of `seeds` seeds and `family` tests. A simulation: a quarter of a second for ten seeds, more for more. */
export function power(seeds: number, family: number): Power {
  const tests = Math.max(1, family);
  const smallestP = Math.min(1, 2 ** (1 - seeds));
  const smallestCorrectedP = Math.min(1, tests * smallestP);
  const some = seeds > FEW_SEEDS;
  const [alone, corrected] = some ? detectable(seeds, [ALPHA, ALPHA / tests]) : [null, null];
  return {
    seeds,
    family,
    smallestP,
    smallestCorrectedP,
    decides: some && smallestCorrectedP < ALPHA,
    seedsNeeded: seedsNeeded(tests),
    detectable: alone,
    detectableCorrected: corrected,
    halfWidth: some ? halfWidth(seeds) : null,
  };
}

/** The fewest seeds with which a measure can be decided: n with k·2/2ⁿ < α, and no fewer than have an interval. */
export function seedsNeeded(tests: number): number {
  let seeds = FEW_SEEDS + 1;
  while (tests * 2 ** (1 - seeds) >= ALPHA) seeds++;
  return seeds;
}

/** Standard normal samples of n, the same at every call. */
function* normalSamples(n: number, count: number): Generator<number[]> {
  const draw = random("power").split(n);
  for (let i = 0; i < count; i++) yield Array.from({ length: n }, () => draw.normal());
}

/** The effects that are found at each of `alphas` in a share of all studies. A sample z moved by δ is significant as
 *  soon as δ reaches beyond the lower end of what is known of z, so every sample has an effect from which it is found,
 *  and the answer is a quantile of those. For the sign-flip test that end is the mean of a subset: fewer than α/2·2ⁿ
 *  subsets may have a mean of −δ or less, the empty one among them. Null if no pattern is rare enough. */
export function detectable(
  seeds: number,
  alphas: readonly number[],
  { share = 0.8, samples = 250 }: { share?: number; samples?: number } = {},
): (number | null)[] {
  const draw = random("power").split("draws");
  const effects = alphas.map((): number[] => []);
  for (const sample of normalSamples(seeds, samples)) {
    const means = subsetMeans(sample, draw);
    const { interval } = studentisedBootstrap(single(sample), 2000, draw);
    alphas.forEach((alpha, i) => {
      const last = Math.ceil((alpha / 2) * (means.length + 1)) - 2;
      if (last < 0) return;
      const [low, high] = interval(1 - alpha);
      // The sample turned about 0 is as likely, and its lower end is the upper one of this.
      effects[i].push(-Math.min(means[last], low), Math.max(means[means.length - 1 - last], high));
    });
  }
  return effects.map((own) =>
    own.length === 0 ? null : quantile(Float64Array.from(own).sort(), share),
  );
}

function halfWidth(seeds: number): number {
  const halves = [...normalSamples(seeds, 100)].map((sample, i) => {
    const options = { resamples: 1000, name: `power ${i}` };
    const [low, high] = inferMean(single(sample), options)?.interval(0.95) ?? [0, 0];
    return (high - low) / 2 / deviation(sample);
  });
  return mean(halves);
}

const single = (values: readonly number[]): number[][] => values.map((value) => [value]);
