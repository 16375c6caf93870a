/** Steps to a target: the first step t ≥ window at which the mean accuracy of the batches t − window + 1 … t reaches
 *  the target. A batch's accuracy is that before its own update, in training mode, so every image still counts as new
 *  in the first epoch. The target is fixed before the study runs.
 *  A run that never gets there has the value "all its steps", a lower bound, and is counted as `neverReached`. */

import { free, type ModelMeasure, type Score } from "./measure.js";

export function firstAtTarget(
  accuracies: ArrayLike<number>,
  target: number,
  window: number,
): number | undefined {
  let correct = 0;
  for (let t = 1; t <= accuracies.length; t++) {
    correct += accuracies[t - 1] - (t > window ? accuracies[t - 1 - window] : 0);
    // Sums of shares carry rounding: a mean of exactly the target must count.
    if (t >= window && correct >= target * window - 1e-9) return t;
  }
  return undefined;
}

export const stepsToTarget = {
  of: "model",
  title: "Steps to target accuracy",
  question: "How many updates does training need to reach the target accuracy?",
  zh: { title: "达到目标准确率的步数", question: "训练需要多少次更新才能达到目标准确率？" },
  family: "dynamics",
  unit: "steps",
  better: "lower",
  scale: "ratio",
  reference: "",
  /** target: accuracy to reach; window: batches averaged. */
  defaults: { target: 0.85, window: 50 },
  cost: free,
  score({ steps }, { target, window }): Score {
    const accuracies = steps.map(({ accuracy }) => accuracy);
    const first = firstAtTarget(accuracies, target, window);
    return { value: first ?? steps.length, states: { neverReached: first === undefined ? 1 : 0 } };
  },
} as const satisfies ModelMeasure<{ target: number; window: number }>;
