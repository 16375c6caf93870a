/** Expected calibration error: Σ_b (n_b/N)·|acc_b − conf_b| over equal bins of confidence, conf the probability of the
 *  predicted class. 0: of the images that a model is 80 % sure of, 80 % are right. As the model is, and after its
 *  logits were divided by the temperature that fits best. Guo et al. 2017. It is biased upwards for few images, alike in
 *  all arms. What is stored are the bins of the reliability diagram. */

import { imageBatch } from "../../data/dataset.js";
import { top } from "../../explain/index.js";
import { log } from "../../tensor/math.js";
import { slice, type Tensor } from "../../tensor/tensor.js";
import { classProbability } from "../calibration.js";
import { detailTable } from "../details.js";
import type { ModelMeasure, Score, Trained } from "../measure.js";
import { remembered } from "../remembered.js";
import { runOf } from "../sample.js";

export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Means over the bin; null if it is empty. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
}

/** `bins` equal bins (low, high] of (0, 1]. */
export function reliability(
  confidences: ArrayLike<number>,
  correct: ArrayLike<number>,
  bins: number,
): Bin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidences[i] * bins) - 1))];
    bin.count++;
    bin.confidence += confidences[i];
    bin.right += correct[i];
  }
  return sums.map(({ count, confidence, right }, b) => ({
    low: b / bins,
    high: (b + 1) / bins,
    count,
    confidence: count === 0 ? null : confidence / count,
    accuracy: count === 0 ? null : right / count,
  }));
}

export function expectedError(bins: readonly Bin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce(
    (sum, { count, accuracy, confidence }) =>
      sum + (count / all) * Math.abs((accuracy ?? 0) - (confidence ?? 0)),
    0,
  );
}

interface Predictions {
  /** Probability of the predicted class, and 1 where it is the label. */
  readonly confidences: Float64Array;
  readonly correct: Uint8Array;
  /** Mean −ln p of the label. */
  readonly loss: number;
}

/** Confidences of logits [n, K] at a temperature. */
export function predictions(
  logits: Tensor,
  labels: ArrayLike<number>,
  temperature: number,
): Predictions {
  const [n] = logits.shape;
  const predicted = top(logits);
  const confidences = new Float64Array(n);
  const correct = new Uint8Array(n);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const row = slice(logits, i, i + 1);
    confidences[i] = classProbability(row, predicted[i], temperature)[0];
    correct[i] = predicted[i] === labels[i] ? 1 : 0;
    loss -= log(Math.max(1e-300, classProbability(row, labels[i], temperature)[0]));
  }
  return { confidences, correct, loss: loss / n };
}

const predictionsOf = remembered((trained: Trained, { scaled }: { scaled: boolean }) => {
  const { images, labels } = trained.dataset.validation;
  const logits = logitsOf(trained, {});
  return predictions(logits, labels.subarray(0, images.count), scaled ? trained.temperature : 1);
});

const logitsOf = remembered((trained: Trained, none: Record<string, never>): Tensor => {
  const { images } = trained.dataset.validation;
  return runOf(trained, none).forward(imageBatch(images, 0, images.count));
});

const calibration = (scaled: boolean, words: Pick<ModelMeasure, "title" | "question" | "zh">) =>
  ({
    ...words,
    of: "model",
    family: "calibration",
    unit: "share",
    better: "lower",
    scale: "difference",
    reference: "Guo et al. 2017",
    /** bins: of confidence. */
    defaults: { bins: 15 },
    cost: (_, { validation }) => ({ forward: validation, backward: 0 }),
    score(trained, { bins }): Score {
      const { confidences, correct } = predictionsOf(trained, { scaled });
      const found = reliability(confidences, correct, bins);
      const details = { tables: { reliability: detailTable(found.map((bin) => ({ ...bin }))) } };
      return { value: expectedError(found), details };
    },
  }) as const satisfies ModelMeasure<{ bins: number }>;

export const calibrationError = calibration(false, {
  title: "Calibration error",
  question: "Is the model as often right as it is sure?",
  zh: { title: "校准误差", question: "模型的把握与其正确率是否一致？" },
});

export const scaledCalibrationError = calibration(true, {
  title: "Calibration error after temperature scaling",
  question: "Is the model as often right as it is sure, once one temperature has been fitted?",
  zh: {
    title: "温度缩放后的校准误差",
    question: "拟合一个温度之后，模型的把握与其正确率是否一致？",
  },
});

export const scaledLoss = {
  of: "model",
  title: "Validation loss after temperature scaling",
  question:
    "How surprised is the model by labels it has never seen, once one temperature has been fitted?",
  zh: { title: "温度缩放后的验证损失", question: "拟合一个温度之后，从未见过的标签让模型多意外？" },
  family: "calibration",
  unit: "nats",
  better: "lower",
  scale: "difference",
  reference: "Guo et al. 2017",
  defaults: {},
  cost: (_, { validation }) => ({ forward: validation, backward: 0 }),
  score: (trained): Score => ({ value: predictionsOf(trained, { scaled: true }).loss }),
} as const satisfies ModelMeasure;
