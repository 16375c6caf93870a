/** Exact paired sign-flip test. Under the null hypothesis each difference is as likely to have the other sign,
 *  so the p-value is the share of all 2ⁿ sign patterns whose |Σ| is at least the observed one. */

import { type Random, random } from "../../tensor/random.js";

/** Above this many pairs the patterns are sampled instead of counted. */
export const EXACT_LIMIT = 32;

export interface SignFlip {
  /** Never 0. */
  readonly pValue: number;
  readonly exact: boolean;
}

/** What the differences are suspected of: a mean that is not 0, above 0, below 0. */
export type Side = "two" | "greater" | "less";

/** p-value of "the mean difference is 0", against a suspicion that defaults to either side. Ties with the observed
 *  sum count as at least as extreme. */
export function signFlipTest(
  differences: ArrayLike<number>,
  options: { side?: Side; samples?: number; random?: Random } = {},
): SignFlip {
  const { side = "two" } = options;
  const values = Float64Array.from(differences, (d) => (side === "less" ? -d : d));
  let sum = 0;
  let absolute = 0;
  for (const d of values) {
    sum += d;
    absolute += Math.abs(d);
  }
  // Sums of the same numbers in another order differ in their last bits: those are ties.
  const threshold = (side === "two" ? Math.abs(sum) : sum) - 1e-12 * absolute;
  const tails = side === "two" ? 2 : 1;
  if (values.length <= EXACT_LIMIT)
    return { pValue: countExtreme(values, threshold, tails) / 2 ** values.length, exact: true };
  const { samples = 100_000, random: stream = random("sign flips") } = options;
  const count = sampleExtreme(values, threshold, tails, samples, stream);
  return { pValue: (1 + count) / (1 + samples), exact: false };
}

/** Number of sign patterns with Σ ≥ threshold, or with two tails |Σ| ≥ threshold: all sums of one half against all
 *  sums of the other, both sorted, so 2ⁿ patterns cost 2^(n/2) steps. */
function countExtreme(values: Float64Array, threshold: number, tails: 1 | 2): number {
  if (tails === 2 && threshold <= 0) return 2 ** values.length;
  const middle = values.length >> 1;
  const a = patternSums(values.subarray(0, middle));
  const b = patternSums(values.subarray(middle));
  let count = 0;
  let above = b.length; // b[above …] have a[i] + b ≥ threshold
  for (const x of a) {
    while (above > 0 && x + b[above - 1] >= threshold) above--;
    count += b.length - above;
  }
  return tails * count; // every pattern has its opposite
}

/** All 2ⁿ sums Σ ±v, ascending. */
function patternSums(values: Float64Array): Float64Array {
  let sums = new Float64Array(1);
  for (const v of values) {
    const next = new Float64Array(2 * sums.length);
    for (let i = 0; i < sums.length; i++) {
      next[2 * i] = sums[i] - v;
      next[2 * i + 1] = sums[i] + v;
    }
    sums = next;
  }
  return sums.sort();
}

function sampleExtreme(
  values: Float64Array,
  threshold: number,
  tails: 1 | 2,
  samples: number,
  stream: Random,
): number {
  let count = 0;
  for (let sample = 0; sample < samples; sample++) {
    let sum = 0;
    let signs = 0;
    for (let i = 0; i < values.length; i++) {
      if ((i & 31) === 0) signs = stream.bits();
      sum += signs & 1 ? values[i] : -values[i];
      signs >>>= 1;
    }
    if ((tails === 2 ? Math.abs(sum) : sum) >= threshold) count++;
  }
  return count;
}
