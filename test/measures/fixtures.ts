/** Small datasets and networks with given weights: measures whose answers are known. */
import { type Dataset, dataset, type Split } from "../../src/data/index.js";
import type { Measure, StepRecord, Trained } from "../../src/measures/index.js";
import { dense, flatten, type Layer, relu, sequential } from "../../src/model/build.js";
import { type Model, withParameters } from "../../src/model/model.js";
import { tensor } from "../../src/tensor/tensor.js";

type Shape = readonly [number, number, number];

/** A split from rows of pixels. */
export function split(
  shape: Shape,
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  masks?: readonly (readonly number[])[],
): Split {
  return {
    images: { shape, count: rows.length, data: Float32Array.from(rows.flat()) },
    labels: Uint8Array.from(labels),
    ...(masks && { masks: Uint8Array.from(masks.flat()) }),
  };
}

/** A dataset that is trained and validated on the same images, unless told otherwise. */
export const data = (classes: number, validation: Split, train: Split = validation): Dataset =>
  dataset({
    name: "by hand",
    classes: Array.from({ length: classes }, (_, k) => `class ${k}`),
    train,
    validation,
  });

type Layers = readonly { weight: readonly (readonly number[])[]; bias?: readonly number[] }[];

/** Flatten, then dense layers with a ReLU between each two of them. */
export function network(shape: Shape, layers: Layers): Model {
  const nodes: Layer[] = [flatten()];
  layers.forEach(({ weight }, i) => {
    if (i > 0) nodes.push(relu({ id: `relu${i}` }));
    nodes.push(dense({ id: `dense${i}`, units: weight.length }));
  });
  const parameters = layers.flatMap(({ weight, bias }, i) => [
    [
      `dense${i}.weight`,
      tensor([weight.length, weight[0].length], Float32Array.from(weight.flat())),
    ] as const,
    [
      `dense${i}.bias`,
      tensor([weight.length], Float32Array.from(bias ?? new Array(weight.length).fill(0))),
    ] as const,
  ]);
  return withParameters(sequential([...shape], nodes), Object.fromEntries(parameters));
}

/** A trained model of which nothing is known but what is given. */
export const trained = (
  model: Model,
  images: Dataset,
  given: Partial<Omit<Trained, "model" | "dataset">> = {},
): Trained => ({
  model,
  dataset: images,
  seed: 0,
  batchSize: 2,
  steps: [],
  checkpoints: [{ step: 1, model }],
  snapshots: [],
  train: { loss: 0, accuracy: 1 },
  validation: { loss: 0, accuracy: 1 },
  temperature: 1,
  ...given,
});

/** Steps with given losses, accuracies or times. */
export const steps = (
  values: readonly number[],
  of: "loss" | "accuracy" | "microseconds",
): StepRecord[] =>
  values.map((value, i) => ({
    step: i + 1,
    loss: 0,
    accuracy: 0,
    microseconds: 0,
    [of]: value,
  }));

/** The score of a measure of the whole model. */
export function scoreOf(measure: Measure, of: Trained, options: Measure["defaults"] = {}) {
  if (measure.of !== "model") throw new Error(`${measure.title} is no measure of a model`);
  return measure.score(of, { ...measure.defaults, ...options }, () => {});
}
