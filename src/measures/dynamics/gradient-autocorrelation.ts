/** Gradient autocorrelation: how alike the gradients of a network's output are at neighbouring inputs, before any
 *  training. Inputs are points on a line, x = −2 … 2; the gradients dy/dx make a series whose autocorrelation is
 *  averaged over `lags` and over networks. 1: the gradient barely changes. 0: white noise; gradients are shattered.
 *  Plain deep networks shatter; a norm alone does not help; skip connections with a norm do. Balduzzi et al. 2017.
 *  The networks are the measure's own: dense layers with the arm's norm, with or without skips. The norm takes its
 *  statistics over the line, and dy/dx is taken with those fixed, so that each point has a gradient of its own. */

import type { Images } from "../../data/dataset.js";
import { session } from "../../engine/session.js";
import { random } from "../../tensor/random.js";
import { tensor } from "../../tensor/tensor.js";
import { recalibrate } from "../../training/recalibrate.js";
import { mean } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import { type ArmNorm, heStart, hiddenLayers, normOf } from "./initial-networks.js";

/** Autocorrelations at the lags 1 … `lags`: Σ (g_t − ḡ)(g_(t+k) − ḡ)/Σ (g_t − ḡ)²; undefined for a constant series. */
export function autocorrelations(series: ArrayLike<number>, lags: number): number[] | undefined {
  const centre = mean(series);
  let square = 0;
  let largest = 0;
  for (let t = 0; t < series.length; t++) {
    square += (series[t] - centre) ** 2;
    largest = Math.max(largest, Math.abs(series[t]));
  }
  // What rounding leaves of a constant is no series.
  if (square <= series.length * (1e-6 * largest) ** 2) return undefined;
  return Array.from({ length: lags }, (_, k) => {
    let sum = 0;
    for (let t = 0; t + k + 1 < series.length; t++)
      sum += (series[t] - centre) * (series[t + k + 1] - centre);
    return sum / square;
  });
}

type ShatterOptions = {
  depth: number;
  width: number;
  skip: boolean;
  networks: number;
  points: number;
  lags: number;
};

/** dy/dx along the line for one network. */
export function gradientsOnLine(
  norm: ArmNorm | undefined,
  { depth, width, skip, points }: ShatterOptions,
  name: string,
): Float32Array | Float64Array {
  const graph = hiddenLayers({ norm, inputs: 1, width, depth, skip, output: true });
  const data = Float32Array.from({ length: points }, (_, i) => -2 + (4 * i) / (points - 1));
  const line: Images = { shape: [1, 1, 1], count: points, data };
  // Without any bias a ReLU network of one input is two straight lines.
  const start = heStart(graph, random(name).split("shattering"), { bias: 1 });
  const model = recalibrate(start, line, { batchSize: points });
  return session(model, { stats: "running" }).inputGradient(
    tensor([points, 1, 1, 1], data),
    (logits) => tensor(logits.shape, new Float32Array(logits.data.length).fill(1)),
  ).gradient.data;
}

export const gradientAutocorrelation = {
  of: "model",
  title: "Autocorrelation of input gradients at the start",
  question: "Before training, is the gradient at one input like that at an input nearby?",
  zh: {
    title: "初始输入梯度的自相关",
    question: "训练之前，一个输入处的梯度与附近输入处的是否相似？",
  },
  family: "dynamics",
  unit: "correlation",
  better: "higher",
  scale: "difference",
  reference: "Balduzzi et al. 2017",
  /** depth, width: of the networks; skip: whether they have skip connections; networks: how many; points: on the
   *  line; lags: how many neighbours are averaged. */
  defaults: { depth: 24, width: 64, skip: false, networks: 20, points: 256, lags: 15 },
  // Networks of its own: counted in images of a network like the study's.
  cost: ({ networks, points }) => ({ forward: 2 * networks * points, backward: networks * points }),
  score({ model, seed }, options, tick): Score {
    const norm = normOf(model);
    if (norm === "spatial") return { value: null, states: { needsPixels: 1 } };
    const found = Array.from({ length: options.networks }, (_, network) => {
      tick(network / options.networks);
      const gradients = gradientsOnLine(norm, options, `${seed}/${network}`);
      return autocorrelations(gradients, options.lags);
    });
    const series = found.filter((lags) => lags !== undefined);
    const states = { constant: found.length - series.length };
    if (series.length === 0) return { value: null, states };
    const lags = Array.from({ length: options.lags }, (_, k) => mean(series.map((s) => s[k])));
    const curve = { lag: lags.map((_, k) => k + 1), correlation: lags };
    return { value: mean(lags), states, details: { tables: { curve } } };
  },
} as const satisfies ModelMeasure<ShatterOptions>;
