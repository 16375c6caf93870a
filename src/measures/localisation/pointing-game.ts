/** Pointing game: whether the map's largest pixel lies on the object. Among tied pixels it is the share of them on the
 *  object, so that a constant map scores the object's share of the image and not 1. Zhang et al. 2018. */

import { free, type MapMeasure } from "../measure.js";
import { expectedInside, objectOf } from "./top-pixels.js";

export const pointingGame = {
  of: "map",
  reading: "evidence",
  needsMask: true,
  title: "Pointing game",
  question: "Does the map's peak lie on the object?",
  zh: { title: "指向游戏", question: "归因图的峰值是否落在物体上？" },
  family: "localisation",
  unit: "share of images",
  better: "higher",
  scale: "difference",
  reference: "Zhang et al. 2018",
  defaults: {},
  cost: free,
  score({ map, mask }) {
    const object = objectOf(mask);
    return object ? expectedInside(map, object, 1) : null;
  },
} as const satisfies MapMeasure;
