/** Class selectivity of units: (μ_max − μ_rest)/(μ_max + μ_rest), μ_max the largest class-conditional mean of a unit's
 *  activation and μ_rest the mean over all other classes; a unit's activation is its spatial mean after the last
 *  ReLU. Averaged over the units that are alive. Morcos et al. 2018. Lower selectivity is not a worse model. */

import { imageBatch, type Split } from "../data/dataset.js";
import { session } from "../engine/session.js";
import type { Graph } from "../model/model.js";
import type { ModelMeasure, Score } from "./measure.js";

/** Per unit and class the sum of its mean activations, per unit the largest activation, per class the images. */
export interface UnitResponses {
  readonly units: number;
  /** [units][classes], row-major. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  readonly maxima: Float64Array;
}

/** Mean selectivity of the units whose largest activation exceeds `alive`, and how many do not. Classes without
 *  images do not take part. */
export function selectivity(
  { units, sums, counts, maxima }: UnitResponses,
  alive: number,
): { mean: number | null; dead: number } {
  const classes = [...counts.keys()].filter((k) => counts[k] > 0);
  let total = 0;
  let dead = 0;
  for (let unit = 0; unit < units; unit++) {
    if (maxima[unit] <= alive) {
      dead++;
      continue;
    }
    const means = classes.map((k) => sums[unit * counts.length + k] / counts[k]);
    const largest = Math.max(...means);
    const rest = (means.reduce((sum, mean) => sum + mean, 0) - largest) / (means.length - 1);
    total += (largest - rest) / (largest + rest);
  }
  return { mean: dead < units && classes.length > 1 ? total / (units - dead) : null, dead };
}

/** The node tapped: the last ReLU of the graph. */
export const lastRelu = (graph: Graph): string | undefined =>
  graph.nodes.findLast(({ kind }) => kind === "relu")?.id;

const BATCH = 32;

/** Adds one batch of activations [n, units, …] to the responses. */
export function addResponses(
  responses: UnitResponses,
  activations: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  labels: ArrayLike<number>,
): void {
  const [n, units] = activations.shape;
  const positions = activations.data.length / (n * units);
  for (let i = 0; i < n; i++)
    for (let unit = 0; unit < units; unit++) {
      let sum = 0;
      const from = (i * units + unit) * positions;
      for (let p = from; p < from + positions; p++) {
        sum += activations.data[p];
        responses.maxima[unit] = Math.max(responses.maxima[unit], activations.data[p]);
      }
      responses.sums[unit * responses.counts.length + labels[i]] += sum / positions;
    }
  for (let i = 0; i < n; i++) responses.counts[labels[i]]++;
}

export const classSelectivity = {
  of: "model",
  title: "Class selectivity of units",
  question: "Do single units respond to single classes?",
  zh: { title: "单元的类别选择性", question: "单个单元是否只对单个类别有反应？" },
  family: "units",
  unit: "index",
  better: "neither",
  scale: "difference",
  reference: "Morcos et al. 2018",
  /** images: at most so many validation images; alive: a unit is dead if it never exceeds this. */
  defaults: { images: 1000, alive: 1e-6 },
  cost: ({ images }, { validation }) => ({ forward: Math.min(images, validation), backward: 0 }),
  score({ model, dataset }, { images, alive }): Score {
    const tap = lastRelu(model);
    if (tap === undefined) return { value: null, states: { noRelu: 1 } };
    const run = session(model, { stats: "running" });
    const responses = respond(
      dataset.validation,
      images,
      dataset.classes.length,
      (batch) => run.activations(batch, [tap])[tap],
    );
    const { mean, dead } = selectivity(responses, alive);
    return { value: mean, states: { deadUnits: dead } };
  },
} as const satisfies ModelMeasure<{ images: number; alive: number }>;

function respond(
  split: Split,
  images: number,
  classes: number,
  activate: (batch: ReturnType<typeof imageBatch>) => {
    shape: readonly number[];
    data: ArrayLike<number>;
  },
): UnitResponses {
  const count = Math.min(images, split.images.count);
  let responses: UnitResponses | undefined;
  for (let from = 0; from < count; from += BATCH) {
    const to = Math.min(from + BATCH, count);
    const activations = activate(imageBatch(split.images, from, to));
    const units = activations.shape[1];
    responses ??= {
      units,
      sums: new Float64Array(units * classes),
      counts: new Float64Array(classes),
      maxima: new Float64Array(units).fill(-Infinity),
    };
    addResponses(responses, activations, split.labels.subarray(from, to));
  }
  return responses!;
}
