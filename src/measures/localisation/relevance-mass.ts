/** Relevance mass accuracy: the share of |a| that lies on the object, Σ_mask |a| / Σ |a|. Chance is the share of
 *  pixels that the object covers, which the constant control shows. Arras, Osman & Samek 2022. */

import { free, type MapMeasure } from "../measure.js";

/** Σ over the mask / Σ, of non-negative values; undefined if they are all 0. */
export function massInside(values: Float64Array, mask: ArrayLike<number>): number | undefined {
  let inside = 0;
  let sum = 0;
  for (let p = 0; p < values.length; p++) {
    sum += values[p];
    if (mask[p] === 1) inside += values[p];
  }
  return sum > 0 ? inside / sum : undefined;
}

export const relevanceMass = {
  of: "map",
  reading: "absolute",
  needsMask: true,
  title: "Relevance mass on the object",
  question: "How much of the map lies on the object rather than beside it?",
  zh: { title: "落在物体上的相关性", question: "归因图有多少落在物体上而不是旁边？" },
  family: "localisation",
  unit: "share",
  better: "higher",
  scale: "difference",
  reference: "Arras et al. 2022",
  defaults: {},
  cost: free,
  score: ({ map, mask }) => (mask?.includes(1) ? (massInside(map, mask) ?? null) : null),
} as const satisfies MapMeasure;
