/** Time per step: median wall-clock time of a training step. Depends on the machine and on what else runs there,
 *  so it is stored apart from results and never hashed; arms are compared as ratios, paired by seed. */

import { free, type ModelMeasure } from "./measure.js";

export const stepTime = {
  of: "model",
  timing: true,
  title: "Time per training step",
  question: "How long does one update of the weights take?",
  zh: { title: "每步训练时间", question: "更新一次权重要多久？" },
  family: "cost",
  unit: "µs",
  better: "lower",
  scale: "ratio",
  reference: "",
  defaults: {},
  cost: free,
  score({ steps }) {
    const sorted = Float64Array.from(steps, ({ microseconds }) => microseconds).sort();
    const middle = sorted.length >> 1;
    if (sorted.length === 0) return { value: null };
    const odd = sorted.length % 2 === 1;
    return { value: odd ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2 };
  },
} as const satisfies ModelMeasure;
