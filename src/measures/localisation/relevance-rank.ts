/** Relevance rank accuracy: the share of the object's K pixels that are among the K largest of |a|; ties by expectation.
 *  Chance is the object's share of the image, which the constant control shows. Arras, Osman & Samek 2022. */

import { sum } from "../means.js";
import { free, type MapMeasure } from "../measure.js";
import { expectedInside, objectOf } from "./top-pixels.js";

export const relevanceRank = {
  of: "map",
  reading: "absolute",
  needsMask: true,
  title: "Relevance rank on the object",
  question: "Are the map's largest values, as many as the object has pixels, on the object?",
  zh: { title: "物体上的相关性排名", question: "归因值最大的像素是否都在物体上？" },
  family: "localisation",
  unit: "share",
  better: "higher",
  scale: "difference",
  reference: "Arras et al. 2022",
  defaults: {},
  cost: free,
  score({ map, mask }) {
    const object = objectOf(mask);
    if (!object) return null;
    const K = sum(object);
    return expectedInside(map, object, K) / K;
  },
} as const satisfies MapMeasure;
