/** Statistics gap: validation accuracy in inference mode minus that with the statistics of batches of the size of
 *  training. Near 0 if the running values stand for what training normalised with; exactly 0 without batch norm. What
 *  is stored is the accuracy at several batch sizes: small batches show how much a prediction depends on its company. */

import { imageBatch, labelsAt, type Split } from "../../data/dataset.js";
import type { Crew } from "../../engine/crew.js";
import { session } from "../../engine/session.js";
import type { Model } from "../../model/model.js";
import { random } from "../../tensor/random.js";
import { detailTable } from "../details.js";
import type { ModelMeasure, Score } from "../measure.js";

/** Batch sizes stored beside that of training. */
const SIZES = [2, 8, 32, 128];

/** These and the size of training, as far as there are images for a batch. */
const sizesFor = (own: number, images: number): number[] =>
  [...new Set([...SIZES, own])].filter((size) => size <= images).sort((a, b) => a - b);

/** Accuracy where every batch of `size` of the images, in the given order, has its own statistics; images that fill no
 *  batch are left out. */
export function batchAccuracy(
  model: Model,
  { images, labels }: Split,
  order: Int32Array,
  size: number,
  threads?: Crew,
): number {
  const run = session(model, { stats: "batch", threads });
  const batches = Math.floor(order.length / size);
  let right = 0;
  for (let batch = 0; batch < batches; batch++) {
    const own = order.subarray(batch * size, (batch + 1) * size);
    const { correct } = run.losses(imageBatch(images, own), labelsAt(labels, own));
    for (const hit of correct) right += hit;
  }
  run.close();
  return right / (batches * size);
}

export const statisticsGap = {
  of: "model",
  title: "Statistics gap",
  question: "How much accuracy separates inference from normalising with the batch at hand?",
  zh: { title: "统计量差距", question: "推理模式与用当前批归一化相比，准确率相差多少？" },
  family: "generalisation",
  unit: "share",
  better: "neither",
  scale: "difference",
  reference: "",
  /** images: validation images at most. */
  defaults: { images: 1000 },
  cost({ images }, { validation, batchSize }) {
    const count = Math.min(images, validation);
    return { forward: (sizesFor(batchSize, count).length + 1) * count, backward: 0 };
  },
  score({ model, dataset: { validation }, batchSize, seed, threads }, { images }): Score {
    if (!model.nodes.some(({ kind }) => kind === "batchNorm")) return { value: 0 };
    const count = Math.min(images, validation.images.count);
    const order = random(seed).split("statistics").permutation(validation.images.count);
    const own = Math.min(batchSize, count);
    const batches = Math.floor(count / own);
    // Both sides see the same images, so that a model without batch statistics has no gap at all.
    const seen = order.subarray(0, batches * own);
    const inference = session(model, { threads }).losses(
      imageBatch(validation.images, seen),
      labelsAt(validation.labels, seen),
    ).correct;
    const running = inference.reduce((sum, hit) => sum + hit, 0) / seen.length;
    const rows = sizesFor(own, seen.length).map((size) => ({
      size,
      accuracy: batchAccuracy(model, validation, seen, size, threads),
    }));
    const atOwn = rows.find(({ size }) => size === own);
    const details = { tables: { sizes: detailTable([...rows, { size: 0, accuracy: running }]) } };
    return { value: atOwn ? running - atOwn.accuracy : null, details };
  },
} as const satisfies ModelMeasure<{ images: number }>;
