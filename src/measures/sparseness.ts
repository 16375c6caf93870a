/** Sparseness: the Gini index of |a|, Σ (2i − d − 1)·a₍ᵢ₎/(d·Σ a), a₍ᵢ₎ ascending, i = 1 … d.
 *  0 for a constant map, 1 − 1/d if one pixel holds everything. Chalasani et al. 2020. */

import type { MapContext, MapMeasure } from "./measure.js";

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

const score = ({ map }: MapContext): number | null => gini(map) ?? null;

const sparseness = <Name extends string>(explainer: Name, title: string) =>
  ({
    of: "map",
    explainer,
    reading: "absolute",
    title: `Sparseness, ${title}`,
    question: "Is the map concentrated on few pixels?",
    family: "complexity",
    unit: "Gini index",
    better: "higher",
    scale: "difference",
    reference: "Chalasani et al. 2020",
    defaults: {},
    score,
  }) as const;

export const sparsenessSaliency = sparseness("saliency", "saliency") satisfies MapMeasure;

export const sparsenessIntegratedGradients = sparseness(
  "integratedGradients",
  "integrated gradients",
) satisfies MapMeasure;
