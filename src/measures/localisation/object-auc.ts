/** Object AUC: the map as a detector of the object's pixels, the area under its ROC curve,
 *    P(a on the object > a beside it) + ½·P(the two are equal),
 *  from the sum of ranks of the object's pixels. ½ is chance. Fawcett 2006. */

import { free, type MapMeasure } from "../measure.js";
import { ranks } from "../similarity.js";

/** undefined if the mask is empty or whole. */
export function rocArea(map: ArrayLike<number>, mask: Uint8Array): number | undefined {
  const found = ranks(map);
  let [inside, sum] = [0, 0];
  for (let p = 0; p < map.length; p++)
    if (mask[p] === 1) {
      inside++;
      sum += found[p];
    }
  const outside = map.length - inside;
  if (inside === 0 || outside === 0) return undefined;
  return (sum - (inside * (inside + 1)) / 2) / (inside * outside);
}

export const objectAuc = {
  of: "map",
  reading: "evidence",
  needsMask: true,
  title: "Object AUC",
  question: "Is a pixel of the object more relevant than one beside it?",
  zh: { title: "物体 AUC", question: "物体上的像素是否比旁边的更相关？" },
  family: "localisation",
  unit: "AUC",
  better: "higher",
  scale: "difference",
  reference: "Fawcett 2006",
  defaults: {},
  cost: free,
  score: ({ map, mask }) => (mask && rocArea(map, mask)) ?? null,
} as const satisfies MapMeasure;
