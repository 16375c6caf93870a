/** Attribution localisation: the share of the positive attributions that lies on the object, Σ_mask a⁺ / Σ a⁺.
 *  Kohlbrenner et al. 2020. */

import { free, type MapMeasure } from "../measure.js";
import { massInside } from "./relevance-mass.js";
import { objectOf } from "./top-pixels.js";

export const attributionLocalisation = {
  of: "map",
  reading: "positive",
  needsMask: true,
  title: "Attribution localisation",
  question: "How much of what speaks for the class lies on the object?",
  zh: { title: "归因定位", question: "支持该类别的归因有多少落在物体上？" },
  family: "localisation",
  unit: "share",
  better: "higher",
  scale: "difference",
  reference: "Kohlbrenner et al. 2020",
  defaults: {},
  cost: free,
  score({ map, mask }) {
    const object = objectOf(mask);
    return object ? (massInside(map, object) ?? null) : null;
  },
} as const satisfies MapMeasure;
