/** Gradient noise scale: tr(Σ)/‖G‖², the batch size at which noise and signal of the gradient are equally strong;
 *  G is the gradient of the whole loss, Σ the covariance of a single image's. McCandlish et al. 2018.
 *
 *  With k micro-batches of b images, gradients gᵢ and mean ḡ:  tr(Σ) ≈ b/(k−1)·Σ‖gᵢ − ḡ‖²  and
 *  ‖G‖² ≈ ‖ḡ‖² − tr(Σ)/(k·b), which are the paper's two estimators for sizes b and B = k·b. Both are averaged over
 *  checkpoints before they are divided. Batch norm couples images: every micro-batch has the size of the training
 *  batches and its own statistics, so that what is measured is the gradient that training follows.
 *
 *  The scale grows as the loss falls, because the signal fades and the noise does not. At equal steps the arm that
 *  learns faster therefore tends to have the larger one: read it beside the training loss. Where the signal is lost
 *  altogether there is no number, and the pair is left out and counted. */

import { imageBatch, labelsAt } from "../data/dataset.js";
import { session } from "../engine/session.js";
import type { Model } from "../model/model.js";
import { type Random, random } from "../tensor/random.js";
import type { ModelMeasure, Score, Trained } from "./measure.js";

export interface NoiseParts {
  /** tr(Σ), of single images. */
  readonly noise: number;
  /** ‖G‖²; an unbiased estimate, so it can be negative where noise drowns the signal. */
  readonly signal: number;
}

/** The two estimators from the gradients of micro-batches of b images. */
export function noiseParts(gradients: readonly ArrayLike<number>[], b: number): NoiseParts {
  const k = gradients.length;
  let spread = 0;
  let square = 0;
  for (let p = 0; p < gradients[0].length; p++) {
    let sum = 0;
    for (const g of gradients) sum += g[p];
    const mean = sum / k;
    square += mean * mean;
    for (const g of gradients) spread += (g[p] - mean) ** 2;
  }
  const noise = (b * spread) / (k - 1);
  return { noise, signal: square - noise / (k * b) };
}

/** So many, or as many as there are whole batches of training images; none if there are not two to compare. */
function microBatches(wanted: number, images: number, batchSize: number): number {
  const k = Math.min(wanted, Math.floor(images / batchSize));
  return k < 2 ? 0 : k;
}

/** One vector of all gradients for each of `batches` random micro-batches of the training images. */
function microBatchGradients(
  model: Model,
  { dataset: { train }, batchSize }: Trained,
  batches: number,
  stream: Random,
): Float64Array[] {
  const order = stream.permutation(train.images.count);
  const run = session(model, { stats: "batch" });
  const k = microBatches(batches, order.length, batchSize);
  return Array.from({ length: k }, (_, i) => {
    const indices = order.subarray(i * batchSize, (i + 1) * batchSize);
    const labels = labelsAt(train.labels, indices);
    const images = imageBatch(train.images, indices);
    const { gradients } = run.parameterGradients(images, labels);
    const keys = Object.keys(gradients).sort();
    return concatenated(keys.map((key) => gradients[key].data));
  });
}

function concatenated(parts: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => {
    all.set(part, at);
    return at + part.length;
  }, 0);
  return all;
}

/** `count` of the checkpoints, evenly spread, the last among them. */
function spread<T>(checkpoints: readonly T[], count: number): T[] {
  const n = Math.min(count, checkpoints.length);
  return Array.from(
    { length: n },
    (_, i) => checkpoints[Math.ceil(((i + 1) * checkpoints.length) / n) - 1],
  );
}

export const gradientNoiseScale = {
  of: "model",
  title: "Gradient noise scale",
  question: "How many images must be averaged before the gradient is more signal than noise?",
  zh: { title: "梯度噪声尺度", question: "要平均多少图像，梯度中的信号才超过噪声？" },
  family: "dynamics",
  unit: "images",
  better: "lower",
  scale: "ratio",
  reference: "McCandlish et al. 2018",
  /** batches: micro-batches per checkpoint; checkpoints: how many, evenly over training. */
  defaults: { batches: 24, checkpoints: 3 },
  cost({ batches, checkpoints }, work) {
    const micro = microBatches(batches, work.train, work.batchSize);
    const images = micro * work.batchSize * Math.min(checkpoints, work.checkpoints);
    return { forward: images, backward: images };
  },
  score(trained, { batches, checkpoints }): Score {
    if (microBatches(batches, trained.dataset.train.images.count, trained.batchSize) === 0)
      return { value: null, states: { tooFewImages: 1 } };
    const root = random(trained.seed).split("gradient noise");
    const parts = spread(trained.checkpoints, checkpoints).map(({ step, model }) =>
      noiseParts(microBatchGradients(model, trained, batches, root.split(step)), trained.batchSize),
    );
    const noise = parts.reduce((sum, part) => sum + part.noise, 0);
    const signal = parts.reduce((sum, part) => sum + part.signal, 0);
    const resolved = signal > 0 && noise > 0;
    return { value: resolved ? noise / signal : null, states: { signalLost: resolved ? 0 : 1 } };
  },
} as const satisfies ModelMeasure<{ batches: number; checkpoints: number }>;
