/** Top-k intersection: the share of the map's k largest pixels that lie on the object; ties by expectation.
 *  Theiner, Müller-Budack & Ewerth 2022. */

import { free, type MapMeasure } from "../measure.js";
import { expectedInside, objectOf } from "./top-pixels.js";

/** k is at least this. */
const FEWEST = 4;

export const topKIntersection = {
  of: "map",
  reading: "evidence",
  needsMask: true,
  title: "Top-k intersection",
  question: "How many of the map's few largest pixels lie on the object?",
  zh: { title: "Top-k 交集", question: "归因值最大的少数像素有多少在物体上？" },
  family: "localisation",
  unit: "share",
  better: "higher",
  scale: "difference",
  reference: "Theiner et al. 2022",
  /** share: k as a share of the pixels, at least 4 of them. */
  defaults: { share: 0.02 },
  cost: free,
  score({ map, mask }, { share }) {
    const object = objectOf(mask);
    if (!object) return null;
    const k = Math.min(map.length, Math.max(FEWEST, Math.round(share * map.length)));
    return expectedInside(map, object, k) / k;
  },
} as const satisfies MapMeasure<{ share: number }>;
