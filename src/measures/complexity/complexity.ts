/** Complexity: the entropy of |a| as a distribution over the d pixels, as a share of the largest possible,
 *  −Σ p ln p / ln d with p = |a|/Σ|a|: 1 for a constant map, 0 if one pixel holds everything. The published form is not
 *  divided by ln d, and images of other sizes do not compare. Bhatt, Weller & Moura 2020. */

import { log } from "../../tensor/math.js";
import { sum } from "../means.js";
import { free, type MapMeasure } from "../measure.js";

/** −Σ p ln p of non-negative values, in nats; undefined if they are all 0. */
export function entropy(values: Float64Array): number | undefined {
  const total = sum(values);
  if (!(total > 0)) return undefined;
  let found = 0;
  for (const value of values) if (value > 0) found -= (value / total) * log(value / total);
  return found;
}

export const complexity = {
  of: "map",
  reading: "absolute",
  title: "Complexity",
  question: "Is the map spread over many pixels?",
  zh: { title: "复杂度", question: "归因图是否分散在许多像素上？" },
  family: "complexity",
  unit: "entropy / ln d",
  better: "lower",
  scale: "difference",
  reference: "Bhatt et al. 2020",
  defaults: {},
  cost: free,
  score({ map }) {
    const found = entropy(map);
    return found === undefined ? null : found / log(map.length);
  },
} as const satisfies MapMeasure;
