/** Sparseness: the Gini index of |a|, Σ (2i − d − 1)·a₍ᵢ₎/(d·Σ a), a₍ᵢ₎ ascending, i = 1 … d.
 *  0 for a constant map, 1 − 1/d if one pixel holds everything. Chalasani et al. 2020. */

import { free, type MapMeasure } from "../measure.js";

/** Gini index of non-negative values; undefined if they are all 0. */
export function gini(values: Float64Array): number | undefined {
  const sorted = values.slice().sort();
  const d = sorted.length;
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < d; i++) {
    sum += sorted[i];
    weighted += (2 * (i + 1) - d - 1) * sorted[i];
  }
  return sum > 0 ? weighted / (d * sum) : undefined;
}

export const sparseness = {
  of: "map",
  reading: "absolute",
  title: "Sparseness",
  question: "Is the map concentrated on few pixels?",
  zh: { title: "稀疏度", question: "归因图是否集中在少数像素上？" },
  family: "complexity",
  unit: "Gini index",
  better: "higher",
  scale: "difference",
  reference: "Chalasani et al. 2020",
  defaults: {},
  cost: free,
  score: ({ map }) => gini(map) ?? null,
} as const satisfies MapMeasure;
