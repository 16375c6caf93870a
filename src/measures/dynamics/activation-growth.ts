/** Activation moments: mean and deviation of what goes into each ReLU, at moments of training, with the batch's
 *  statistics; the same tensor in every arm, wherever its norm stands. The number is how many times larger the root
 *  mean square becomes per layer, (r_last/r_first)^(1/(layers − 1)), as a geometric mean over the moments; what is
 *  stored shows every layer and moment, and also what goes on from there. Without normalisation activations grow with depth. Bjorck et al. 2018. */

import { imageBatch } from "../../data/dataset.js";
import { session } from "../../engine/session.js";
import type { Graph } from "../../model/model.js";
import { pow } from "../../tensor/math.js";
import { random } from "../../tensor/random.js";
import type { DetailTable } from "../details.js";
import { geometricMean, spread } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";

/** Bins of a stored histogram, and layers that are stored at most. */
const BINS = 24;
const STORED_LAYERS = 8;

export interface Moments {
  readonly mean: number;
  readonly deviation: number;
  readonly rootMeanSquare: number;
  readonly low: number;
  readonly high: number;
  /** Shares of the values in equal bins from low to high. */
  readonly histogram: readonly number[];
}

export function moments(values: ArrayLike<number>, bins = BINS): Moments {
  const n = values.length;
  let [sum, squares] = [0, 0];
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    sum += values[i];
    squares += values[i] * values[i];
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  const mean = sum / n;
  let spreadSum = 0;
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < n; i++) {
    spreadSum += (values[i] - mean) ** 2;
    const bin = high > low ? Math.floor(((values[i] - low) / (high - low)) * bins) : 0;
    counts[Math.min(bins - 1, bin)] += 1 / n;
  }
  const deviation = Math.sqrt(spreadSum / n);
  return { mean, deviation, rootMeanSquare: Math.sqrt(squares / n), low, high, histogram: counts };
}

/** Where a layer is looked at. */
export interface Tap {
  /** The ReLU, which has one name in all arms. */
  readonly layer: string;
  /** The node whose values go into it. */
  readonly into: string;
  /** The node whose values go on: the ReLU, or the norm right behind it. */
  readonly out: string;
}

/** All ReLUs; without any, the layers with weights but the last, by their own values. */
export function tapped({ nodes }: Graph): Tap[] {
  const behind = (id: string): string => {
    const readers = nodes.filter(({ inputs }) => inputs.includes(id));
    return readers.length === 1 && readers[0].kind.endsWith("Norm") ? readers[0].id : id;
  };
  const relus = nodes.filter(({ kind }) => kind === "relu");
  const weighted = nodes.filter(({ kind }) => kind === "conv2d" || kind === "dense").slice(0, -1);
  const taps =
    relus.length > 0
      ? relus.map(({ id, inputs }) => ({ layer: id, into: inputs[0], out: behind(id) }))
      : weighted.map(({ id }) => ({ layer: id, into: id, out: behind(id) }));
  return taps.filter(
    ({ into }, i) => into !== "input" && taps.findIndex((tap) => tap.into === into) === i,
  );
}

export const activationGrowth = {
  of: "model",
  title: "Growth of activations per layer",
  question: "How many times larger do activations become from layer to layer?",
  zh: { title: "每层激活增长", question: "激活值逐层增大多少倍？" },
  family: "dynamics",
  unit: "times per layer",
  better: "neither",
  scale: "ratio",
  reference: "Bjorck et al. 2018",
  /** images: training images looked at, as one batch; snapshots: moments of training. */
  defaults: { images: 64, snapshots: 8 },
  cost: ({ images, snapshots }, { train, snapshots: kept }) => ({
    forward: Math.min(images, train) * Math.min(snapshots, kept),
    backward: 0,
  }),
  score({ model: { nodes, ...rest }, dataset: { train }, seed, snapshots }, options): Score {
    const layers = tapped({ nodes, ...rest });
    if (layers.length === 0) return { value: null, states: { noLayers: 1 } };
    if (snapshots.length === 0) return { value: null, states: { noSteps: 1 } };
    const order = random(seed).split("activations").permutation(train.images.count);
    const batch = imageBatch(train.images, order.subarray(0, options.images));
    const found = spread(snapshots, options.snapshots).map(({ step, model }) => {
      const ids = [...new Set(layers.flatMap(({ into, out }) => [into, out]))];
      const values = session(model, { stats: "batch" }).activations(batch, ids);
      return {
        step,
        into: layers.map((tap) => moments(values[tap.into].data)),
        out: layers.map((tap) => moments(values[tap.out].data)),
      };
    });
    const growth = found.map(({ into }) => growthOf(into.map((layer) => layer.rootMeanSquare)));
    const { value, left } = geometricMean(growth);
    const names = layers.map(({ layer }) => layer);
    const table = (side: "into" | "out") =>
      tableOf(
        names,
        found.map(({ step, [side]: of }) => ({ step, of })),
      );
    const details = { tables: { moments: table("into"), outputs: table("out") } };
    const states = layers.length > 1 ? { notFinite: left } : { oneLayer: 1 };
    return { value: layers.length > 1 ? value : null, states, details };
  },
} as const satisfies ModelMeasure<{ images: number; snapshots: number }>;

/** (last/first)^(1/(layers − 1)). */
export function growthOf(sizes: readonly number[]): number {
  return pow(sizes[sizes.length - 1] / sizes[0], 1 / (sizes.length - 1));
}

/** A row per moment and layer. */
function tableOf(
  layers: readonly string[],
  found: readonly { readonly step: number; readonly of: readonly Moments[] }[],
): DetailTable {
  const kept = spread([...layers.keys()], STORED_LAYERS);
  const rows = found.flatMap(({ step, of }) =>
    kept.map((layer) => ({ step, layer, ...of[layer] })),
  );
  const column = (value: (row: (typeof rows)[number]) => number): number[] => rows.map(value);
  const bins = Array.from({ length: BINS }, (_, bin): [string, number[]] => [
    `bin${bin}`,
    column(({ histogram }) => histogram[bin]),
  ]);
  return {
    layer: rows.map(({ layer }) => layers[layer]),
    step: column(({ step }) => step),
    mean: column((row) => row.mean),
    deviation: column(({ deviation }) => deviation),
    low: column(({ low }) => low),
    high: column(({ high }) => high),
    ...Object.fromEntries(bins),
  };
}
