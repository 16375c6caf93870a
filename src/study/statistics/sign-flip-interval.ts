/** The means that the sign-flip test does not reject. Under the hypothesis that the mean is θ, turning the signs of
 *  the differences in a set S changes Σ(d − θ) by −2·Σ_S(d − θ): it grows just if the mean of S is below θ. So the
 *  limits are order statistics of the means of subsets (Hartigan 1969, "Using subsample values as typical values"),
 *  and with r subsets below it the p-value of θ on that side is (1 + r)/2ⁿ. */

import type { Random } from "../../tensor/random.js";
import type { Interval } from "../conclusions.js";
import { at } from "./quantile.js";

/** Means of all 2ⁿ − 1 subsets up to this many values, of 2¹² − 1 random ones above, for which the same holds. */
const ALL_SUBSETS = 12;

/** Interval of the mean for any level of at least 1 − 2¹⁻ⁿ. Between the levels that 2ⁿ patterns can have it is
 *  interpolated, so that six seeds are not given 97 % where 95 % were asked for. */
export function signFlipInterval(
  values: readonly number[],
  draw: Random,
): (level: number) => Interval {
  const means = subsetMeans(values, draw);
  const patterns = means.length + 1;
  return (level) => {
    const place = Math.max(0, ((1 - level) / 2) * patterns - 1);
    return [at(means, place), at(means, means.length - 1 - place)];
  };
}

/** Means of non-empty subsets, ascending. */
export function subsetMeans(values: readonly number[], draw: Random): Float64Array {
  const n = values.length;
  const means = n <= ALL_SUBSETS ? allMeans(values) : randomMeans(values, draw);
  return means.sort();
}

function allMeans(values: readonly number[]): Float64Array {
  const patterns = 2 ** values.length;
  const sums = new Float64Array(patterns);
  const counts = new Uint8Array(patterns);
  for (let set = 1; set < patterns; set++) {
    const rest = set & (set - 1); // without its lowest member
    const member = 31 - Math.clz32(set ^ rest);
    sums[set] = sums[rest] + values[member];
    counts[set] = counts[rest] + 1;
  }
  return sums.subarray(1).map((sum, i) => sum / counts[i + 1]);
}

function randomMeans(values: readonly number[], draw: Random): Float64Array {
  const means = new Float64Array(2 ** ALL_SUBSETS - 1);
  for (let r = 0; r < means.length; ) {
    let sum = 0;
    let count = 0;
    let members = 0;
    for (let i = 0; i < values.length; i++) {
      if ((i & 31) === 0) members = draw.bits();
      if (members & 1) {
        sum += values[i];
        count++;
      }
      members >>>= 1;
    }
    if (count > 0) means[r++] = sum / count; // the empty set counts on both sides anyway
  }
  return means;
}
