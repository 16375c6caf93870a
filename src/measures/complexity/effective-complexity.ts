/** Effective complexity: the share of pixels whose |a| exceeds ε, the largest being 1. The published form counts pixels
 *  of the map as it is, which measures the scale of the logits. Nguyen & Martínez 2020. */

import { free, type MapMeasure } from "../measure.js";

export const effectiveComplexity = {
  of: "map",
  reading: "absolute",
  scaled: "peak",
  title: "Effective complexity",
  question: "How many pixels does the map use at all?",
  zh: { title: "有效复杂度", question: "归因图总共用到多少像素？" },
  family: "complexity",
  unit: "share of pixels",
  better: "lower",
  scale: "difference",
  reference: "Nguyen & Martínez 2020",
  /** epsilon: what counts as nothing, as a share of the largest value. */
  defaults: { epsilon: 1e-5 },
  cost: free,
  score: ({ map }, { epsilon }) => map.filter((a) => a > epsilon).length / map.length,
} as const satisfies MapMeasure<{ epsilon: number }>;
