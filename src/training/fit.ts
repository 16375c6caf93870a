/** Training as an async generator of records. Pure: the model given is left as it is; the trained one is returned. */

import { type Dataset, imageBatch, type Labels } from "../data/dataset.js";
import { refusal } from "../engine/compile.js";
import type { Learns, LossName } from "../engine/plan.js";
import type { Arithmetic } from "../kernels/arithmetic.js";
import { classCount, type Model } from "../model/model.js";
import type { Stats } from "../ops/op.js";
import { checkCancelled, fail } from "../tensor/errors.js";
import { random } from "../tensor/random.js";
import { sameShape, showShape } from "../tensor/tensor.js";
import { type Evaluation, evaluate } from "./evaluate.js";
import { adam, type Optimiser } from "./optimiser.js";
import { type Trainer, type TrainerState, trainer } from "./trainer.js";

export interface FitOptions {
  /** Passes over the training data; defaults to 10. */
  readonly epochs?: number;
  /** Images per step; the last step of an epoch takes what is left. Defaults to 32. */
  readonly batchSize?: number;
  /** Drives the order of the images and the noise of dropout; defaults to 0. */
  readonly seed?: number | string;
  /** Defaults to Adam as in Keras. */
  readonly optimiser?: Optimiser;
  /** Defaults to "crossEntropy". */
  readonly loss?: LossName;
  /** What normalisers normalise with; defaults to "batch". "running": Batch Norm is frozen, its statistics stay. */
  readonly stats?: Stats;
  /** Trainable parameters that change; defaults to all. */
  readonly learns?: Learns;
  /** Defaults to 1. The bits are the same for any number. */
  readonly threads?: number;
  /** Of training and validation; defaults to "exact": the same bits everywhere. "fused" is faster and its last bits
   *  depend on the machine. */
  readonly arithmetic?: Arithmetic;
  /** Whether neighbouring ops are merged; defaults to true. The results are equal, to rounding where sums are reordered. */
  readonly fuse?: boolean;
  /** Evaluate on the validation split after every epoch; defaults to true. */
  readonly validate?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called after every epoch and when cancelled. Awaited. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  /** Goes on from a checkpoint of the same run: same data, options and model; gives the same bits as an undisturbed run. */
  readonly resume?: Checkpoint;
}

/** Everything that an interrupted run needs to go on. */
export interface Checkpoint {
  readonly model: Model;
  readonly trainer: TrainerState;
  readonly epoch: number;
  /** Images of the epoch already seen, and their summed loss and hits. */
  readonly seen: number;
  readonly lossSum: number;
  readonly correct: number;
  readonly seed: number | string;
  readonly arithmetic: Arithmetic;
  readonly dataFingerprint: string;
}

export interface StepRecord {
  readonly kind: "step";
  /** 1, 2, … over the whole run. */
  readonly step: number;
  /** 1, 2, …. */
  readonly epoch: number;
  /** Of this batch, before the step. */
  readonly loss: number;
  readonly accuracy: number;
  readonly learningRate: number;
  readonly microsecondsPerImage: number;
  /** Training images of the batch, by index. */
  readonly images: Int32Array;
  /** The model after the step, until the next step is asked for. */
  model(): Model;
}

export interface EpochRecord {
  readonly kind: "epoch";
  readonly step: number;
  readonly epoch: number;
  /** Means over the epoch's batches, each taken before its step, with statistics of the batch. */
  readonly train: { readonly loss: number; readonly accuracy: number };
  /** Running statistics, after the epoch. */
  readonly validation?: Evaluation;
  readonly microsecondsPerImage: number;
  readonly memoryBytes: number;
  /** The model as it is now. */
  model(): Model;
}

export type FitRecord = StepRecord | EpochRecord;

/** How long the loop may hold the thread before others get a turn, in milliseconds. */
const TURN = 30;

export async function* fit(
  model: Model,
  dataset: Dataset,
  options: FitOptions = {},
): AsyncGenerator<FitRecord, { readonly model: Model }> {
  const {
    epochs = 10,
    batchSize = 32,
    seed = 0,
    optimiser = adam(),
    threads = 1,
    arithmetic = "exact",
    validate = true,
    signal,
    resume,
  } = options;
  checkFit(model, dataset, options);
  const { images, labels } = dataset.train;
  const stepsPerEpoch = Math.ceil(images.count / batchSize);
  const totalSteps = epochs * stepsPerEpoch;
  const { loss = "crossEntropy", fuse = true, stats = "batch", learns } = options;
  const t = await trainer(
    resume?.model ?? model,
    {
      batchSize: Math.min(batchSize, images.count),
      optimiser,
      loss,
      threads,
      arithmetic,
      fuse,
      totalSteps,
      seed,
      stats,
      ...(learns && { learns }),
    },
    resume?.trainer,
  );
  let step = resume?.trainer.step ?? 0;
  const breathe = turns();
  try {
    for (let epoch = resume?.epoch ?? 1; epoch <= epochs; epoch++) {
      const order = random(seed).split("order").split(epoch).permutation(images.count);
      const isResumed = resume?.epoch === epoch;
      let seen = isResumed ? resume.seen : 0;
      let lossSum = isResumed ? resume.lossSum : 0;
      let hits = isResumed ? resume.correct : 0;
      let milliseconds = 0;
      const seenBefore = seen;
      const checkpoint = (): Checkpoint => ({
        model: t.model(),
        trainer: t.state(),
        ...(seen === images.count
          ? { epoch: epoch + 1, seen: 0, lossSum: 0, correct: 0 }
          : { epoch, seen, lossSum, correct: hits }),
        seed,
        arithmetic,
        dataFingerprint: dataset.fingerprint,
      });
      while (seen < images.count) {
        if (signal?.aborted) await options.onCheckpoint?.(checkpoint());
        checkCancelled(signal, `fit, epoch ${epoch}, step ${step}`);
        const batch = order.subarray(seen, seen + batchSize);
        const started = performance.now();
        const result = await stepOn(t, dataset, batch, labels);
        const elapsed = performance.now() - started;
        step += 1;
        seen += batch.length;
        lossSum += result.loss * batch.length;
        hits += result.correct;
        milliseconds += elapsed;
        yield {
          kind: "step",
          step,
          epoch,
          loss: result.loss,
          accuracy: result.correct / batch.length,
          learningRate: optimiser.learningRate(step, totalSteps),
          microsecondsPerImage: (1000 * elapsed) / batch.length,
          images: batch,
          model: () => t.model(),
        };
        await breathe();
      }
      // Not to be cancelled: an epoch whose steps are done is told and kept, then the next one stops.
      const validation = validate
        ? evaluate(t.model(), dataset.validation, { arithmetic })
        : undefined;
      await options.onCheckpoint?.(checkpoint());
      yield {
        kind: "epoch",
        step,
        epoch,
        train: { loss: lossSum / seen, accuracy: hits / seen },
        ...(validation ? { validation } : {}),
        microsecondsPerImage: (1000 * milliseconds) / Math.max(1, seen - seenBefore),
        memoryBytes: t.bytes,
        model: () => t.model(),
      };
    }
    return { model: t.model() };
  } finally {
    t.close();
  }
}

function stepOn(t: Trainer, dataset: Dataset, batch: Int32Array, labels: Labels) {
  return t.step(
    imageBatch(dataset.train.images, batch),
    Array.from(batch, (i) => labels[i]),
  );
}

/** Refuses what cannot work before anything is computed. */
function checkFit(
  model: Model,
  dataset: Dataset,
  {
    epochs = 10,
    batchSize = 32,
    resume,
    seed = 0,
    loss = "crossEntropy",
    arithmetic = "exact",
    stats = "batch",
  }: FitOptions,
): void {
  for (const [name, value] of [
    ["epochs", epochs],
    ["batchSize", batchSize],
  ] as const)
    if (!Number.isInteger(value) || value < 1)
      fail("option", `fit: ${name} is ${value}, expected a whole number of at least 1`);
  if (loss !== "crossEntropy")
    fail(
      "option",
      `fit: loss is "${loss}", expected "crossEntropy", since datasets have integer labels; use trainer() for dense targets`,
    );
  const { images } = dataset.train;
  if (!sameShape(images.shape, model.inputShape))
    fail(
      "shape",
      `fit: images of "${dataset.name}" are ${showShape(images.shape)}, the model expects ${showShape(model.inputShape)}; build the model with this inputShape`,
    );
  if (classCount(model) < dataset.classes.length)
    fail(
      "shape",
      `fit: the model has ${classCount(model)} outputs, "${dataset.name}" has ${dataset.classes.length} classes`,
    );
  for (const n of new Set([
    Math.min(batchSize, images.count),
    images.count % batchSize || batchSize,
  ])) {
    const refused = refusal(model, Math.min(n, images.count), stats);
    if (refused)
      fail(
        "option",
        `fit: batches of ${n} (${images.count} images in batches of ${batchSize}): ${refused}`,
      );
  }
  if (
    resume &&
    (resume.dataFingerprint !== dataset.fingerprint || String(resume.seed) !== String(seed))
  )
    fail(
      "data",
      `fit: the checkpoint is of seed ${resume.seed} and data ${resume.dataFingerprint.slice(0, 12)}…, expected seed ${seed} and data ${dataset.fingerprint.slice(0, 12)}…; resume with the same data and seed`,
    );
  if (resume && resume.arithmetic !== arithmetic)
    fail(
      "option",
      `fit: the checkpoint was made with ${resume.arithmetic} arithmetic, expected ${arithmetic}; resume with the same`,
    );
}

/** Gives the event loop a turn every `TURN` milliseconds. */
function turns(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN) return;
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    });
    last = performance.now();
  };
}
