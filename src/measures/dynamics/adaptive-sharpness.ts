/** Adaptive sharpness: max L(W + e) − L(W) over ‖e/|W|‖₂ ≤ ρ, by the one step that ASAM takes: with T = diag|w|,
 *  e = ρ·T²g/‖T·g‖₂. Weights before a norm can be scaled without changing the function, which would make plain
 *  sharpness meaningless; here every weight moves in proportion to its own size. On training images with the batch's
 *  statistics; the mean over batches of the size of training. Kwon et al. 2021. */

import { imageBatch, labelsAt } from "../../data/dataset.js";
import { random } from "../../tensor/random.js";
import { mean } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import { type WeightSpace, weightSpace } from "../weights.js";

/** L(W + e) − L(W) from where `space` stands, on the batch it sees. */
export function sharpness(space: WeightSpace, rho: number): number {
  const w = space.weights();
  const { loss, gradient } = space.gradient();
  let norm = 0;
  for (let p = 0; p < w.length; p++) norm += (w[p] * gradient[p]) ** 2;
  norm = Math.sqrt(norm);
  if (norm === 0) return 0;
  const step = gradient.map((g, p) => w[p] * w[p] * g);
  space.move(w, step, -rho / norm);
  const there = space.loss().loss;
  space.move(w, step, 0);
  return there - loss;
}

export const adaptiveSharpness = {
  of: "model",
  title: "Adaptive sharpness",
  question:
    "How much does the loss rise if every weight moves a little, in proportion to its size?",
  zh: { title: "自适应锐度", question: "每个权重按自身大小略微移动，损失上升多少？" },
  family: "generalisation",
  unit: "nats",
  better: "lower",
  scale: "ratio",
  reference: "Kwon et al. 2021",
  /** rho: radius ρ; batches: how many batches of training images. */
  defaults: { rho: 0.5, batches: 8 },
  cost({ batches }, { batchSize, train }) {
    const images = batchSize * Math.min(batches, Math.ceil(train / batchSize));
    return { forward: 2 * images, backward: images };
  },
  score({ model, dataset: { train }, batchSize, seed }, { rho, batches }): Score {
    const order = random(seed).split("sharpness").permutation(train.images.count);
    const size = Math.min(batchSize, order.length);
    const space = weightSpace(model, size);
    space.put(model.parameters);
    const count = Math.min(batches, Math.floor(order.length / size));
    const found = Array.from({ length: count }, (_, batch) => {
      const images = order.subarray(batch * size, (batch + 1) * size);
      const labels = labelsAt(train.labels, images);
      space.see(imageBatch(train.images, images), labels);
      return sharpness(space, rho);
    });
    return { value: mean(found) };
  },
} as const satisfies ModelMeasure<{ rho: number; batches: number }>;
