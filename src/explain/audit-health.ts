/** Is a model's batch norm healthy? Per layer from its parameters and what it does to the images at hand; for the whole
 *  model how much the choice of batch matters where statistics of the batch are used by mistake. */

import type { Session } from "../engine/session.js";
import { session } from "../engine/session.js";
import { normFacts } from "../fold/index.js";
import type { Model, Node } from "../model/model.js";
import { slice, type Tensor, tensor } from "../tensor/tensor.js";
import { saliency } from "./saliency.js";
import { only } from "./target.js";

export interface NormHealth {
  readonly norm: string;
  readonly channels: number;
  /** Channels with γ < 0, and with |γ| at most a hundredth of the layer's largest. */
  readonly negative: number;
  readonly nearZero: number;
  /** Channels that are the same everywhere in all images: γ = 0, or the ReLU beside the norm never fires. */
  readonly dead: number;
  /** Channels beside that whose ReLU fires on less than one pixel in a hundred. */
  readonly nearlyDead: number;
  /** |t| against the root mean square of s·x, median and largest over live channels. */
  readonly shift: { readonly median: number; readonly largest: number };
  /** Running statistics against those of the images: |μ_images − μ|/√(σ² + ε), and the larger over the smaller variance. */
  readonly meanDrift: { readonly median: number; readonly largest: number };
  readonly varianceRatio: { readonly median: number; readonly largest: number };
}

/** What one channel of a norm's input is on the images. */
interface Channel {
  readonly mean: number;
  readonly variance: number;
  readonly meanSquare: number;
  /** Share of elements at which a ReLU before, or after s·x + t, fires. */
  readonly firesBefore: number;
  readonly firesAfter: number;
}

function channelOf({ shape, data }: Tensor, c: number, s: number, t: number): Channel {
  const [n, C] = shape;
  const pixels = data.length / (n * C);
  const m = n * pixels;
  let [sum, squares, before, after] = [0, 0, 0, 0];
  const visit = (of: (v: number) => void) => {
    for (let i = 0; i < n; i++)
      for (let p = 0, at = (i * C + c) * pixels; p < pixels; p++, at++) of(data[at]);
  };
  visit((v) => {
    sum += v;
    squares += v * v;
    if (v > 0) before++;
    if (s * v + t > 0) after++;
  });
  const mean = sum / m;
  let variance = 0;
  visit((v) => {
    variance += (v - mean) ** 2 / m;
  });
  return {
    mean,
    variance,
    meanSquare: squares / m,
    firesBefore: before / m,
    firesAfter: after / m,
  };
}

const spread = (values: readonly number[]): { median: number; largest: number } => {
  if (values.length === 0) return { median: 0, largest: 0 };
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor((sorted.length - 1) / 2)], largest: sorted.at(-1) ?? 0 };
};

/** Every batch norm of the model on these images. */
export function normHealth(run: Session, images: Tensor): NormHealth[] {
  const { model } = run;
  const norms = model.nodes.filter(({ kind }) => kind === "batchNorm");
  const ids = [...new Set(norms.map(({ inputs }) => inputs[0]))].filter((id) => id !== "input");
  const values = ids.length > 0 ? run.activations(images, ids) : {};
  return norms.map((node) => healthOf(model, node, values[node.inputs[0]] ?? images));
}

function healthOf(model: Model, node: Node, x: Tensor): NormHealth {
  const facts = normFacts(model, node.id);
  const { s, t, gamma, mean, variance, epsilon } = facts as NonNullable<typeof facts>;
  const isRectified = model.nodes.find(({ id }) => id === node.inputs[0])?.kind === "relu";
  const readers = model.nodes.filter(({ inputs }) => inputs.includes(node.id));
  const rectifies = readers.length > 0 && readers.every(({ kind }) => kind === "relu");
  const channels = Array.from(s, (_, c) => channelOf(x, c, s[c], t[c]));
  const fires = channels.map(({ firesBefore, firesAfter }) =>
    Math.min(isRectified ? firesBefore : 1, rectifies ? firesAfter : 1),
  );
  const largest = Math.max(...Array.from(gamma, Math.abs));
  const isDead = (c: number) => fires[c] === 0 || gamma[c] === 0;
  const live = channels.map((channel, c) => ({ ...channel, c })).filter(({ c }) => !isDead(c));
  const count = (test: (c: number) => boolean) => channels.filter((_, c) => test(c)).length;
  const ratio = (a: number, b: number) => Math.max(a, b) / Math.max(Math.min(a, b), 1e-12);
  return {
    norm: node.id,
    channels: s.length,
    negative: count((c) => gamma[c] < 0),
    nearZero: count((c) => Math.abs(gamma[c]) <= largest / 100),
    dead: count(isDead),
    nearlyDead: count((c) => !isDead(c) && fires[c] < 0.01),
    shift: spread(
      live.map(
        ({ c, meanSquare }) =>
          Math.abs(t[c]) / Math.max(Math.abs(s[c]) * Math.sqrt(meanSquare), 1e-12),
      ),
    ),
    meanDrift: spread(
      channels.map((found, c) => Math.abs(found.mean - mean[c]) / Math.sqrt(variance[c] + epsilon)),
    ),
    varianceRatio: spread(
      channels.map((found, c) => ratio(found.variance + epsilon, variance[c] + epsilon)),
    ),
  };
}

/** What happens when batch norm uses the statistics of the batch, as after a forgotten switch to inference. */
export interface BatchSensitivity {
  readonly batchSize: number;
  /** Largest change of a logit, as a share of the largest logit. */
  readonly logits: number;
  /** Share of the images whose predicted class changes. */
  readonly classes: number;
  /** ‖Δ‖/‖·‖ of the saliency map of the first image when its batch mates are others. */
  readonly map: number;
}

export function batchSensitivity(run: Session, images: Tensor): BatchSensitivity[] {
  const [n] = images.shape;
  const batch = session(run.model, {
    stats: "batch",
    backend: run.backend,
    threads: run.crew,
  });
  const still = run.forward(images);
  return [2, 8, 32]
    .filter((size) => 2 * size - 1 <= n)
    .map((size) => {
      const logits = [];
      for (let from = 0; from + size <= n; from += size)
        logits.push(...batch.forward(slice(images, from, from + size)).data);
      const [first, other] = [0, size - 1].map((from) =>
        firstMap(batch, images, from, size, still),
      );
      return { batchSize: size, ...changes(still, logits), map: relative(other, first) };
    });
}

/** Saliency of image 0 in a batch with the images from + 1 … from + size − 1. */
function firstMap(
  run: Session,
  images: Tensor,
  from: number,
  size: number,
  logits: Tensor,
): Tensor {
  const one = images.data.length / images.shape[0];
  const data = images.data.slice(0, size * one);
  data.set(images.data.subarray((from + 1) * one, (from + size) * one), one);
  const K = logits.shape[1];
  const row = Array.from(logits.data.subarray(0, K));
  const target = only(row.indexOf(Math.max(...row)));
  const { values } = saliency.explain(run, tensor([size, ...images.shape.slice(1)], data), {
    target,
  });
  return slice(values, 0, 1);
}

function changes(still: Tensor, logits: readonly number[]): { logits: number; classes: number } {
  const K = still.shape[1];
  const winner = (values: ArrayLike<number>, i: number): number => {
    let best = 0;
    for (let k = 1; k < K; k++) if (values[i * K + k] > values[i * K + best]) best = k;
    return best;
  };
  let [apart, largest, changed] = [0, 0, 0];
  logits.forEach((value, i) => {
    apart = Math.max(apart, Math.abs(value - still.data[i]));
    largest = Math.max(largest, Math.abs(still.data[i]));
  });
  const count = logits.length / K;
  for (let i = 0; i < count; i++) if (winner(logits, i) !== winner(still.data, i)) changed++;
  return { logits: largest === 0 ? 0 : apart / largest, classes: changed / count };
}

/** ‖a − b‖/‖b‖; 0 if both are 0. */
export function relative(a: Tensor, b: Tensor): number {
  let [apart, whole] = [0, 0];
  for (let i = 0; i < b.data.length; i++) {
    apart += (a.data[i] - b.data[i]) ** 2;
    whole += b.data[i] ** 2;
  }
  return apart === 0 ? 0 : whole === 0 ? Number.MAX_VALUE : Math.sqrt(apart / whole);
}
