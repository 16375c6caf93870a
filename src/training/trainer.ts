/** One training run, step by step: what `fit` drives, and what benchmarks time. */

import { type Executor, threadedExecutor } from "../engine/executor.js";
import { writeImages } from "../engine/images.js";
import type { Learns, LossName } from "../engine/plan.js";
import type { Arithmetic } from "../kernels/arithmetic.js";
import { type Model, outputOf, withParameters } from "../model/model.js";
import type { Stats } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import { random } from "../tensor/random.js";
import { sameShape, showShape, type Tensor } from "../tensor/tensor.js";
import { adam, type Optimiser } from "./optimiser.js";
import { type Update, updateOf } from "./update.js";

export interface TrainerOptions {
  /** Largest batch; defaults to 32. */
  readonly batchSize?: number;
  /** Defaults to Adam as in Keras. */
  readonly optimiser?: Optimiser;
  /** Defaults to "crossEntropy" on integer labels. */
  readonly loss?: LossName;
  /** Threads for one training run; the bits are the same for any number. Defaults to 1. */
  readonly threads?: number;
  /** Defaults to "exact": the same bits everywhere. "fused" is faster and its last bits depend on the machine. */
  readonly arithmetic?: Arithmetic;
  /** Whether neighbouring ops are merged; defaults to true. The results are equal, to rounding where sums are reordered. */
  readonly fuse?: boolean;
  /** Steps of the whole run, which schedules refer to. */
  readonly totalSteps?: number;
  /** Seed of the noise in the model (dropout, channelNoise); defaults to 0. */
  readonly seed?: number | string;
  /** What normalisers normalise with; defaults to "batch". "running" freezes Batch Norm: its statistics stay what they
   *  are, and no gradient flows through them. */
  readonly stats?: Stats;
  /** Trainable parameters that change; defaults to all. */
  readonly learns?: Learns;
}

/** Values that an optimiser and the noise carry from step to step. */
export interface TrainerState {
  /** Steps done. */
  readonly step: number;
  /** By "stage.state", in the parameters' order in memory. */
  readonly states: Readonly<Record<string, Float32Array>>;
}

/** Mean loss over the batch, and how many images were right, from the forward pass of a step. */
export interface StepResult {
  readonly loss: number;
  readonly correct: number;
}

export interface Trainer {
  /** One optimiser step on images [n,C,H,W], n ≤ batchSize, with labels (or rows of targets for dense losses). */
  step(x: Tensor, labels: ArrayLike<number>): StepResult | Promise<StepResult>;
  /** The model as it is now. */
  model(): Model;
  /** Gradients of the last step; an optimiser of several stages may have turned them into its update. */
  gradients(): Record<string, Tensor>;
  state(): TrainerState;
  /** Bytes of memory in use. */
  readonly bytes: number;
  close(): void;
}

export async function trainer(
  model: Model,
  {
    batchSize = 32,
    optimiser = adam(),
    loss = "crossEntropy",
    threads = 1,
    arithmetic = "exact",
    fuse = true,
    totalSteps = 1,
    seed = 0,
    stats = "batch",
    learns,
  }: TrainerOptions = {},
  resume?: TrainerState,
): Promise<Trainer> {
  let update: Update | undefined;
  const e = await threadedExecutor(
    model,
    {
      batch: batchSize,
      stats,
      training: true,
      ...(learns && { learns }),
      wants: { input: false, parameters: true },
      loss,
      fuse,
      arithmetic,
      retain: [],
      extra: (buffers) => (update = updateOf(optimiser, buffers, fuse)),
    },
    threads,
  );
  const rules = update as unknown as Update;
  const [classes] = outputOf(model);
  e.write(model.parameters);
  writeNoiseKeys(e, seed);
  let step = resume?.step ?? 0;
  if (resume) writeStates(e, rules, resume);

  const writeScalars = () => {
    optimiser.stages.forEach((stage, i) => {
      e.numbers.set(stage.scalars(step, totalSteps), e.address(rules.scalars[i]));
    });
    e.numbers[e.address(e.buffers.noiseStep)] = step;
  };

  const run = (x: Tensor, labels: ArrayLike<number>, n: number): StepResult => {
    step += 1;
    writeImages(e, e.plan.input.place, e.plan.input.layout, x, 0, n);
    if (loss === "crossEntropy") writeLabels(e, labels, n, classes);
    else
      writeImages(
        e,
        e.plan.targets,
        e.plan.output.layout,
        { shape: [n, classes], data: Float32Array.from(labels) },
        0,
        n,
      );
    writeScalars();
    e.run("step");
    const result = readResult(e, n);
    if (!Number.isFinite(result.loss))
      fail(
        "diverged",
        `training: the loss is ${result.loss} at step ${step}, expected a finite number; use a smaller learning rate`,
      );
    return result;
  };

  return {
    bytes: e.bytes,
    step(x, labels) {
      const [n, ...shape] = x.shape;
      if (!sameShape(shape, model.inputShape) || n < 1 || n > batchSize)
        fail(
          "shape",
          `trainer: got images ${showShape(x.shape)}, expected [n,${model.inputShape.join(",")}] with 1 ≤ n ≤ ${batchSize}`,
        );
      const switched = e.withBatch(n);
      return switched ? switched.then(() => run(x, labels, n)) : run(x, labels, n);
    },
    model: () => withParameters(model, e.read()),
    gradients: () => e.read("gradient"),
    state: () => ({ step, states: readStates(e, rules) }),
    close: () => e.close(),
  };
}

function writeLabels(e: Executor, labels: ArrayLike<number>, n: number, classes: number): void {
  for (let i = 0; i < n; i++) {
    const label = labels[i];
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      fail(
        "data",
        `trainer: label of image ${i} of the batch is ${label}, expected an integer from 0 to ${classes - 1}`,
      );
    e.numbers[e.address(e.plan.labels, i)] = label;
  }
}

function readResult(e: Executor, n: number): StepResult {
  let loss = 0;
  let correct = 0;
  for (let i = 0; i < n; i++) {
    loss += e.numbers[e.address(e.plan.losses, i)];
    correct += e.numbers[e.address(e.plan.correct, i)];
  }
  return { loss: loss / n, correct };
}

function writeNoiseKeys(e: Executor, seed: number | string): void {
  const root = random(seed).split("noise");
  e.buffers.noiseNodes.forEach((id, node) => {
    const { high, low } = root.split(id).key;
    e.numbers.set(
      [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff],
      e.address(e.buffers.noiseKeys) + 4 * node,
    );
  });
}

function readStates(e: Executor, { states }: Update): Record<string, Float32Array> {
  return Object.fromEntries(
    [...states].map(([name, place]) => {
      const at = e.address(place);
      return [name, Float32Array.from(e.numbers.subarray(at, at + place.buffer.size))];
    }),
  );
}

function writeStates(e: Executor, { states }: Update, resume: TrainerState): void {
  for (const [name, place] of states) {
    const values = resume.states[name];
    if (values?.length !== place.buffer.size)
      fail(
        "shape",
        `trainer: got ${values?.length ?? "no"} numbers of optimiser state "${name}", expected ${place.buffer.size}; resume with the optimiser and model of the checkpoint`,
      );
    e.numbers.set(values, e.address(place));
  }
}
