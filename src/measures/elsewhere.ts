/** A model that was trained elsewhere, measured by what can be seen of it: no steps, no snapshots, no seed of its own. */

import { type Dataset, imageBatch, type Labels, type Split } from "../data/dataset.js";
import type { Crew } from "../engine/crew.js";
import { session } from "../engine/session.js";
import { top } from "../explain/index.js";
import { type Graph, type Model, macsOf, outputOf } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import { log } from "../tensor/math.js";
import { type Shape, sameShape, showShape, size, type Tensor } from "../tensor/tensor.js";
import { classProbability, fitTemperature } from "./calibration.js";
import { costsOf, inForwardPasses, workloadOf } from "./cost.js";
import { isOfMaps, type ScoredExplainer } from "./key.js";
import type { Family, Measure, Trained } from "./measure.js";
import { measures } from "./table.js";

/** What a model says of the images of a split. */
export interface Answered {
  /** [n, K]. */
  readonly logits: Tensor;
  /** Classes of the largest logits. */
  readonly predicted: Int32Array;
  readonly labels: Labels;
  readonly accuracy: number;
  /** Mean −ln p of the label. */
  readonly loss: number;
}

/** Refuses images that are not the model's. */
export function checkImages(who: string, { inputShape }: Model, name: string, shape: Shape): void {
  if (sameShape(shape, inputShape)) return;
  const [C, H, W] = inputShape;
  const steps = [
    ...(shape[1] === H && shape[2] === W ? [] : [`resize=${H}x${W}`]),
    ...(shape[0] === C ? [] : [C === 1 ? "grey" : "colour"]),
  ];
  const fit =
    H * W === 1 && size(shape) === C
      ? `, or say that its vectors are such images: --input-shape ${shape.join("x")}`
      : C === 1 || C === 3
        ? `, or fit them: begin --preprocess with "${steps.join("; ")}"`
        : "";
  fail(
    "shape",
    `${who}: got ${name}, whose images are ${showShape(shape)}, expected ${showShape(inputShape)} as the model takes; name its dataset with --data${fit}`,
  );
}

/** Whether the model has a logit for every class. */
export function hasLogits(model: Model, { classes }: Dataset): boolean {
  const output = outputOf(model);
  return output.length === 1 && output[0] >= classes.length;
}

/** Refuses images or classes that are not the model's. */
export function checkFits(who: string, model: Model, data: Dataset): void {
  checkImages(who, model, data.name, data.validation.images.shape);
  if (!hasLogits(model, data))
    fail(
      "shape",
      `${who}: got a model with output ${showShape(outputOf(model))}, expected one logit for each of the ${data.classes.length} classes of ${data.name}`,
    );
}

export function answersOn(model: Model, { images, labels }: Split, threads?: Crew): Answered {
  const logits = session(model, { threads }).forward(imageBatch(images, 0, images.count));
  const [n, K] = logits.shape;
  const predicted = top(logits);
  let [right, loss] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (predicted[i] === labels[i]) right++;
    const row = { shape: [1, K], data: logits.data.subarray(i * K, (i + 1) * K) };
    loss -= log(Math.max(1e-300, classProbability(row, labels[i], 1)[0]));
  }
  return { logits, predicted, labels, accuracy: right / n, loss: loss / n };
}

const UNKNOWN = { loss: Number.NaN, accuracy: Number.NaN };

/** The model as measures take it. Measures of the training split and of its course have nothing to see. */
export function trainedElsewhere(
  model: Model,
  dataset: Dataset,
  { logits, accuracy, loss }: Answered,
  seed = 0,
  threads?: Crew,
): Trained {
  const { labels } = dataset.validation;
  return {
    model,
    dataset,
    seed,
    batchSize: 32,
    steps: [],
    checkpoints: [],
    snapshots: [],
    train: UNKNOWN,
    validation: { loss, accuracy },
    temperature: fitTemperature(logits, labels),
    threads,
  };
}

/** Families that need the way a model came about, or the images that it was trained on. */
const OF_TRAINING: readonly Family[] = ["dynamics", "cost", "generalisation"];

/** A measure that was left out for its cost. */
export interface TooDear {
  readonly measure: string;
  /** Forward passes of the model per validation image. */
  readonly passes: number;
}

/** Images of a set that is not small, and multiply-accumulates that a measure may take on a small one: seconds. Maps of
 *  sixteen images cost the same however few others there are. */
const MANY = 1000;
const WORK = 4e11;

/** Keys of all measures that a finished model can be given, those of maps for every explainer named; measures that
 *  take more than `dearest` passes per validation image, or as many as for a thousand images where that is quick, are
 *  left out and named. */
export function keysFor(
  model: Graph,
  { validation }: Dataset,
  {
    explained,
    explainers,
    dearest = 10,
  }: {
    readonly explained: number;
    readonly explainers: readonly ScoredExplainer[];
    readonly dearest?: number;
  },
): { readonly keys: readonly string[]; readonly left: readonly TooDear[] } {
  const { count } = validation.images;
  const none = { train: 0, batchSize: 32, steps: 0, checkpoints: 0, snapshots: 0 };
  const work = workloadOf(model, { ...none, validation: count, explained });
  const quick = Math.min(dearest * MANY, WORK / Math.max(1, macsOf(model)));
  const most = Math.max(dearest * count, quick);
  const keys: string[] = [];
  const left: TooDear[] = [];
  const table: Readonly<Record<string, Measure>> = measures;
  for (const [name, measure] of Object.entries(table)) {
    if (OF_TRAINING.includes(measure.family) || name.startsWith("train")) continue;
    if (isOfMaps(measure) && "needsMask" in measure && !validation.masks) continue;
    const own = isOfMaps(measure) ? explainers.map((each) => `${name}/${each}`) : [name];
    const passes = inForwardPasses(costsOf(own, work).total);
    if (passes > most) left.push({ measure: name, passes: passes / count });
    else keys.push(...own);
  }
  return { keys, left };
}
