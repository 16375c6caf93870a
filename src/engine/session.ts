/** A model ready to run on batches: logits, activations, gradients. Pure: it never changes the model, and BN uses the
 *  running statistics unless asked for those of the batch at hand. */

import type { Arithmetic } from "../kernels/arithmetic.js";
import { type Model, outputOf } from "../model/model.js";
import type { Stats } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import { size, type Tensor, tensor } from "../tensor/tensor.js";
import type { BackwardName } from "./backward.js";
import { type Crew, crew } from "./crew.js";
import { type BackendName, type Executor, type ExecutorOptions, executor } from "./executor.js";
import { readImages, writeImages } from "./images.js";
import type { LossName, Readable } from "./plan.js";
import { checkedLabel, checkIds, checkImages, checkSeeds } from "./session-checks.js";

export interface SessionOptions {
  /** Which statistics batch norm uses; defaults to "running". */
  readonly stats?: Stats;
  /** Defaults to "wasm" (float32); "reference" is float64 and slow. */
  readonly backend?: BackendName;
  /** Defaults to "exact": the same bits everywhere. "fused" is faster and its last bits depend on the machine. */
  readonly arithmetic?: Arithmetic;
  /** Images per pass over "running" statistics; defaults to 32. With "batch", all images given are one batch. */
  readonly batch?: number;
  /** Whether neighbouring ops are merged; defaults to true. The results are equal, to rounding where sums are reordered. */
  readonly fuse?: boolean;
  /** Threads that share the work, or the crew of a session whose threads this one may use; defaults to 1. The bits are
   *  the same for any number. More than one take Node and the "wasm" backend, and end with `close`. */
  readonly threads?: number | Crew | undefined;
}

/** Output of a loss, per image. */
export interface Losses {
  readonly losses: Float64Array;
  /** 1 where the largest logit is that of the label. */
  readonly correct: Uint8Array;
}

/** Makes the gradient [n, K] that the backward pass starts with from the logits [n, K]. Called for one pass at a
 *  time: for the images from … from + n − 1 of those given. */
export type Seed = (logits: Tensor, from: number) => Tensor;

export interface Session {
  readonly model: Model;
  readonly stats: Stats;
  readonly backend: BackendName;
  readonly arithmetic: Arithmetic;
  /** The threads that it runs on. */
  readonly crew: Crew;
  /** Logits [n, K] of images [n, C, H, W]. */
  forward(x: Tensor): Tensor;
  /** Values of nodes by id, each [n, …]. */
  activations(x: Tensor, ids: readonly string[]): Record<string, Tensor>;
  /** d(Σ seed·logits)/dx, [n, C, H, W]; the seed [n, K] is made from the logits. \`backward\` names another rule. */
  inputGradient(
    x: Tensor,
    seed: Seed,
    backward?: BackwardName,
  ): { logits: Tensor; gradient: Tensor };
  /** Values of nodes and d(Σ seed·logits)/d(value), each [n, …]. */
  activationGradients(
    x: Tensor,
    ids: readonly string[],
    seed: Seed,
  ): { logits: Tensor; values: Record<string, Tensor>; gradients: Record<string, Tensor> };
  /** Cross-entropy of each image with its label. */
  losses(x: Tensor, labels: ArrayLike<number>): Losses;
  /** Gradient of each image's own cross-entropy with respect to that image. */
  lossGradient(x: Tensor, labels: ArrayLike<number>): Losses & { gradient: Tensor };
  /** Mean cross-entropy over all images given, as one batch, and its gradient with respect to every trainable parameter. */
  parameterGradients(
    x: Tensor,
    labels: ArrayLike<number>,
  ): { loss: number; gradients: Record<string, Tensor> };
  /** Ends the threads that it started, and gives its memory back; a session that is closed does no more work. One that
   *  was never closed keeps no process alive. */
  close(): void;
}

interface Purpose {
  readonly input?: boolean;
  readonly parameters?: boolean;
  readonly loss?: LossName;
  readonly retain?: readonly string[];
  readonly gradients?: readonly string[];
  readonly backward?: BackwardName;
}

export function session(
  model: Model,
  {
    stats = "running",
    backend = "wasm",
    arithmetic = "exact",
    batch = 32,
    fuse = true,
    threads = 1,
  }: SessionOptions = {},
): Session {
  const count = typeof threads === "number" ? threads : threads.threads;
  if (backend !== "wasm" && count > 1)
    fail(
      "option",
      `session: got ${count} threads with the ${backend} backend, expected 1: only wasm shares memory`,
    );
  const hands = typeof threads === "number" ? crew(threads) : threads;
  let isOpen = true;
  const runners = new Map<string, { runner: Executor; batch: number }>();

  /** The executor for a purpose, able to take batches of n. */
  const runnerFor = (purpose: Purpose, n: number): Executor => {
    const key = JSON.stringify(purpose);
    const known = runners.get(key);
    if (!isOpen)
      fail("option", "session: got work after close(), expected none; make another session");
    if (known && known.batch >= n) return known.runner;
    known?.runner.close();
    const made: ExecutorOptions = {
      batch: n,
      stats,
      training: false,
      wants: { input: purpose.input ?? false, parameters: purpose.parameters ?? false },
      ...(purpose.loss ? { loss: purpose.loss } : {}),
      fuse,
      retain: purpose.retain ?? [],
      gradients: purpose.gradients ?? [],
      backward: purpose.backward ?? "gradient",
      backend,
      arithmetic,
    };
    const runner = executor(model, made, hands);
    runner.write(model.parameters);
    runner.run("prepare");
    runners.set(key, { runner, batch: n });
    return runner;
  };

  /** Calls `work` for every batch of the images, with an executor that holds that batch. */
  const inBatches = (
    x: Tensor,
    purpose: Purpose,
    work: (e: Executor, from: number, n: number) => void,
  ): void => {
    const count = checkImages(model, x);
    const largest = stats === "batch" || purpose.parameters ? count : Math.min(batch, count);
    for (let from = 0; from < count; from += largest) {
      const n = Math.min(largest, count - from);
      const e = runnerFor(purpose, largest);
      const isSwitched = e.plan.options.batch !== n;
      e.withBatch(n);
      if (isSwitched) e.run("prepare");
      writeImages(e, e.plan.input.place, e.plan.input.layout, x, from, n);
      work(e, from, n);
    }
  };

  const made = (n: number, shape: readonly number[]): Tensor =>
    tensor(
      [n, ...shape],
      backend === "reference"
        ? new Float64Array(n * size(shape))
        : new Float32Array(n * size(shape)),
    );
  const copyOut = (
    e: Executor,
    { place, layout }: Readable,
    into: Tensor,
    from: number,
    n: number,
  ) => readImages(e, place, layout, into, from, n);

  const outputShape = outputOf(model);

  /** Forward, seed, backward for one batch. */
  const thereAndBack = (e: Executor, seed: Seed, logits: Tensor, from: number, n: number): void => {
    e.run("forward");
    copyOut(e, e.plan.output, logits, from, n);
    const part = made(n, outputShape);
    copyOut(e, e.plan.output, part, 0, n);
    const seeds = seed(part, from);
    checkSeeds(seeds, part.shape);
    writeImages(e, e.plan.outputGradient, e.plan.output.layout, seeds, 0, n);
    e.run("backward");
  };

  const withLabels = (
    x: Tensor,
    labels: ArrayLike<number>,
    purpose: Purpose,
    after: (e: Executor, from: number, n: number) => void,
  ): Losses => {
    const [K] = outputShape;
    if (labels.length !== x.shape[0])
      fail("shape", `session: got ${labels.length} labels, expected ${x.shape[0]}, one per image`);
    const losses = new Float64Array(labels.length);
    const correct = new Uint8Array(labels.length);
    inBatches(x, { ...purpose, loss: "crossEntropy" }, (e, from, n) => {
      for (let i = 0; i < n; i++)
        e.numbers[e.address(e.plan.labels, i)] = checkedLabel(labels, from + i, K);
      e.run("forward");
      after(e, from, n);
      for (let i = 0; i < n; i++) {
        losses[from + i] = e.numbers[e.address(e.plan.losses, i)];
        correct[from + i] = e.numbers[e.address(e.plan.correct, i)];
      }
    });
    return { losses, correct };
  };

  return {
    model,
    stats,
    backend,
    arithmetic,
    crew: hands,
    forward(x) {
      const logits = made(x.shape[0], outputShape);
      inBatches(x, {}, (e, from, n) => {
        e.run("forward");
        copyOut(e, e.plan.output, logits, from, n);
      });
      return logits;
    },
    activations(x, ids) {
      const found: Record<string, Tensor> = {};
      checkIds(model, ids);
      inBatches(x, { retain: [...ids] }, (e, from, n) => {
        e.run("forward");
        for (const [id, value] of e.plan.values) {
          found[id] ??= made(x.shape[0], value.layout.shape);
          copyOut(e, value, found[id], from, n);
        }
      });
      return found;
    },
    inputGradient(x, seed, backward = "gradient") {
      const logits = made(x.shape[0], outputShape);
      const gradient = made(x.shape[0], model.inputShape);
      inBatches(x, { input: true, backward }, (e, from, n) => {
        thereAndBack(e, seed, logits, from, n);
        copyOut(e, e.plan.inputGradient as Readable, gradient, from, n);
      });
      return { logits, gradient };
    },
    activationGradients(x, ids, seed) {
      checkIds(model, ids);
      const logits = made(x.shape[0], outputShape);
      const values: Record<string, Tensor> = {};
      const gradients: Record<string, Tensor> = {};
      inBatches(x, { retain: ids, gradients: ids }, (e, from, n) => {
        thereAndBack(e, seed, logits, from, n);
        for (const [id, value] of e.plan.values) {
          values[id] ??= made(x.shape[0], value.layout.shape);
          copyOut(e, value, values[id], from, n);
          gradients[id] ??= made(x.shape[0], value.layout.shape); // 0 where the output does not depend on it
          const kept = e.plan.gradients.get(id);
          if (kept) copyOut(e, kept, gradients[id], from, n);
        }
      });
      return { logits, values, gradients };
    },
    losses: (x, labels) => withLabels(x, labels, {}, () => {}),
    lossGradient(x, labels) {
      const gradient = made(x.shape[0], model.inputShape);
      const found = withLabels(x, labels, { input: true }, (e, from, n) => {
        e.run("backward");
        copyOut(e, e.plan.inputGradient as Readable, gradient, from, n);
      });
      return { ...found, gradient };
    },
    parameterGradients(x, labels) {
      let gradients: Record<string, Tensor> = {};
      const { losses } = withLabels(x, labels, { parameters: true }, (e) => {
        e.run("backward");
        gradients = e.read("gradient");
      });
      return { loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length, gradients };
    },
    close() {
      isOpen = false;
      for (const { runner } of runners.values()) runner.close();
      runners.clear();
      if (hands !== threads) hands.close();
    },
  };
}
