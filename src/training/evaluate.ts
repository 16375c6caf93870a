/** Loss and accuracy of a model on a split. */

import { imageBatch, type Split } from "../data/dataset.js";
import { type SessionOptions, session } from "../engine/session.js";
import type { Model } from "../model/model.js";

export interface Evaluation {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** Share of images whose largest logit is the label's. */
  readonly accuracy: number;
  /** Per image. */
  readonly losses: Float64Array;
  readonly correct: Uint8Array;
}

/** Images converted at a time: bounds memory, changes nothing else with running statistics. */
const IMAGES_AT_A_TIME = 512;

/** Evaluates with running statistics, or with those of batches of `batch` images if `stats` is "batch". */
export function evaluate(model: Model, split: Split, options: SessionOptions = {}): Evaluation {
  const s = session(model, options);
  const { count } = split.images;
  const losses = new Float64Array(count);
  const correct = new Uint8Array(count);
  const step = options.stats === "batch" ? (options.batch ?? 32) : IMAGES_AT_A_TIME;
  for (let from = 0; from < count; from += step) {
    const to = Math.min(count, from + step);
    const part = s.losses(imageBatch(split.images, from, to), split.labels.subarray(from, to));
    losses.set(part.losses, from);
    correct.set(part.correct, from);
  }
  const sum = (values: Float64Array | Uint8Array): number => {
    let total = 0;
    for (const value of values) total += value;
    return total;
  };
  return { loss: sum(losses) / count, accuracy: sum(correct) / count, losses, correct };
}
