/** One p-value for many specifications of one question (Simonsohn, Simmons & Nelson 2020): the signs of a seed's
 *  differences are turned in all of them at once, for they come from the same models. The statistic is the median over
 *  specifications of Σd/√Σd², which is free of their units. p is the share of sign patterns whose statistic is at least
 *  as large in size. */

import type { Random } from "../../tensor/random.js";
import { quantile } from "./quantile.js";

/** All 2ⁿ patterns up to this many seeds, 2¹² random ones above. */
const ALL_PATTERNS = 12;

/** `specifications[s][i]` is the difference of seed i in specification s; seeds are the same in all. */
export function jointSignFlip(
  specifications: readonly (readonly number[])[],
  draw: Random,
): number | null {
  const seeds = specifications[0]?.length ?? 0;
  const known = specifications.filter((own) => own.some((d) => d !== 0));
  if (seeds === 0 || known.length === 0) return null;
  const sizes = known.map((own) => Math.sqrt(own.reduce((sum, d) => sum + d * d, 0)));
  const statistic = (signs: Int8Array): number => {
    const ratios = known.map(
      (own, s) => own.reduce((sum, d, i) => sum + signs[i] * d, 0) / sizes[s],
    );
    return Math.abs(quantile(Float64Array.from(ratios).sort(), 0.5));
  };
  const observed = statistic(new Int8Array(seeds).fill(1)) - 1e-12;
  const patterns = 2 ** Math.min(seeds, ALL_PATTERNS);
  const signs = new Int8Array(seeds);
  let count = 0;
  for (let pattern = 0; pattern < patterns; pattern++) {
    for (let i = 0; i < seeds; i++) {
      const turned = seeds <= ALL_PATTERNS ? (pattern >> i) & 1 : draw.bits() & 1;
      signs[i] = turned ? -1 : 1;
    }
    // Of random patterns one is the observed one, so that p is never 0.
    if ((seeds > ALL_PATTERNS && pattern === 0) || statistic(signs) >= observed) count++;
  }
  return count / patterns;
}
