/** Relevance mass accuracy: the share of |a| that lies on the object, Σ_mask |a| / Σ |a|. Chance is the share of
 *  pixels that the object covers, which the constant control shows. Arras, Osman & Samek 2022. */

import type { MapContext, MapMeasure } from "./measure.js";

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

const score = ({ map, mask }: MapContext): number | null =>
  mask?.includes(1) ? (massInside(map, mask) ?? null) : null;

const relevanceMass = <Name extends string>(explainer: Name, title: string) =>
  ({
    of: "map",
    explainer,
    reading: "absolute",
    needsMask: true,
    title: `Relevance mass on the object, ${title}`,
    question: "How much of the map lies on the object rather than beside it?",
    family: "localisation",
    unit: "share",
    better: "higher",
    scale: "difference",
    reference: "Arras et al. 2022",
    defaults: {},
    score,
  }) as const;

export const relevanceMassSaliency = relevanceMass("saliency", "saliency") satisfies MapMeasure;

export const relevanceMassIntegratedGradients = relevanceMass(
  "integratedGradients",
  "integrated gradients",
) satisfies MapMeasure;
