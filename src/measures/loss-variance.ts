/** Batch-to-batch variance of the training loss: what remains of the step losses ℓ(t) after a local straight line.
 *  e(t) = ℓ(t) − (ℓ(t−1) + ℓ(t+1))/2 has no trend left and, for independent noise of variance σ², variance 3σ²/2,
 *  so σ² is estimated by ⅔ · mean e². Gasser, Sroka & Jennen-Steinmetz 1986.
 *  Noise shrinks with the loss itself; the relative form divides each e(t) by the mean of its three losses, which keeps
 *  it at or below 6. It rises again where a few hard images make up a small loss, so it too is read beside the loss. */

import { free, type ModelMeasure } from "./measure.js";

/** ⅔ · mean of e(t)², or of (e(t)/local mean)²; undefined with fewer than three losses. */
export function noiseVariance(losses: ArrayLike<number>, relative: boolean): number | undefined {
  const n = losses.length - 2;
  if (n < 1) return undefined;
  let sum = 0;
  for (let t = 1; t <= n; t++) {
    const around = losses[t - 1] + losses[t + 1];
    const e = losses[t] - around / 2;
    const local = relative ? (around + losses[t]) / 3 : 1;
    sum += local === 0 ? 0 : (e / local) ** 2;
  }
  return (2 / 3) * (sum / n);
}

const variance = (
  relative: boolean,
  title: string,
  question: string,
  zh: ModelMeasure["zh"],
  unit: string,
) =>
  ({
    of: "model",
    title,
    question,
    zh,
    family: "dynamics",
    unit,
    better: "lower",
    scale: "ratio",
    reference: "Gasser et al. 1986",
    defaults: {},
    cost: free,
    score({ steps }) {
      const losses = steps.map(({ loss }) => loss);
      return { value: noiseVariance(losses, relative) ?? null };
    },
  }) as const satisfies ModelMeasure;

export const lossVariance = variance(
  false,
  "Batch-to-batch loss variance",
  "How much does the loss jump from batch to batch around its trend?",
  { title: "批间损失方差", question: "损失在批与批之间围绕趋势跳动多大？" },
  "nats²",
);

export const relativeLossVariance = variance(
  true,
  "Relative batch-to-batch loss variance",
  "How much does the loss jump from batch to batch, compared with its size?",
  { title: "相对批间损失方差", question: "与损失本身相比，批间跳动有多大？" },
  "share²",
);
