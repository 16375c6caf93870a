/** One trial: train one arm under one seed, measure it. Trial in, result out; nothing here knows of threads or disks. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { type Dataset, imageBatch, take } from "../data/dataset.js";
import { session } from "../engine/session.js";
import { foldGraph } from "../fold/index.js";
import {
  type Evaluation,
  evaluateMeasures,
  explainedImages,
  fitTemperature,
  isTiming,
  type Trained,
} from "../measures/index.js";
import { type Model, parameterCount } from "../model/index.js";
import { fail, firstNonFinite } from "../tensor/index.js";
import { evaluate, recalibrate } from "../training/index.js";
import { type Course, inBlocks, train } from "./course.js";
import { closeUps } from "./microscope.js";
import { earlierMaps, picturedImages, pictureMaps } from "./pictures.js";
import { trialHash } from "./plan.js";
import { imagesOf, learningRateOf } from "./recipe.js";
import type { Trial, TrialResult, TrialTimings } from "./types.js";

export interface TrialOutcome {
  readonly result: TrialResult;
  readonly timings: TrialTimings;
}

/** Where a running trial stands. */
export interface TrialProgress {
  readonly stage: "training" | "measuring";
  /** 1-based. */
  readonly epoch: number;
  readonly epochs: number;
  /** Share of the whole trial that is done; a rough guess. */
  readonly share: number;
  /** Loss of the latest step. */
  readonly loss?: number;
}

export interface TrialOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: TrialProgress) => void;
}

/** Runs trials somewhere: here, in a pool of threads, on another machine. */
export type TrialRunner = (trial: Trial, options?: TrialOptions) => Promise<TrialOutcome>;

/** Refuses an outcome that is not of the trial asked for: whoever ran it has another version or other data. */
export function checkOutcome({ result, timings }: TrialOutcome, hash: string): void {
  const got = result.hash === hash ? timings.hash : result.hash;
  if (got !== hash)
    fail(
      "data",
      `study: arm ${result.arm}, seed ${result.seed} came back as trial ${got.slice(0, 12)}…, ` +
        `expected ${hash.slice(0, 12)}…; all threads and machines must run one version on the same data`,
    );
}

/** Share of a trial's time that training takes, for progress alone. */
const TRAINING_SHARE = 0.8;

export async function runTrial(
  trial: Trial,
  whole: Dataset,
  { signal, onProgress }: TrialOptions = {},
): Promise<TrialOutcome> {
  const dataset = imagesOf(whole, trial);
  const started = performance.now();
  const { epochs } = trial;
  const course = await train(trial, dataset, {
    signal,
    onProgress: (epoch, share, loss) =>
      onProgress?.({ stage: "training", epoch, epochs, share: share * TRAINING_SHARE, loss }),
  });
  const trainedAt = performance.now();
  const trained = course.state === "trained" ? examine(trial, dataset, course) : undefined;
  const measured = trained
    ? measure(trial, trained, signal, (done) => {
        const share = TRAINING_SHARE + (1 - TRAINING_SHARE) * done;
        onProgress?.({ stage: "measuring", epoch: epochs, epochs, share });
      })
    : nothingMeasured(trial, dataset);
  const hash = trialHash(trial, whole.fingerprint);
  const name = { hash, arm: trial.arm.name, seed: trial.seed };
  return {
    result: {
      ...name,
      state: trained ? "trained" : "diverged",
      learningRate: learningRateOf(trial),
      weights: hashParameters(course.model),
      parameters: parameterCount(course.model),
      steps: course.steps.length,
      temperature: trained?.temperature ?? null,
      measures: measured.results,
      explained: measured.explained,
      history: { epochs: course.epochs, steps: inBlocks(course.steps) },
      maps: trained ? pictureMaps(trained.model, dataset, trial.pictured) : [],
      ...(trained && earlierOf(trial, trained)),
      ...(trained && closeUpsOf(trial, trained)),
    },
    timings: {
      ...name,
      trainSeconds: (trainedAt - started) / 1000,
      measureSeconds: (performance.now() - trainedAt) / 1000,
      measures: measured.timings,
    },
  };
}

/** Training images behind Batch Norm's statistics at moments of training: for pictures that nothing is measured on,
 *  a pass over all of them would take longer than the training between two moments. */
export const EARLIER_IMAGES = 1000;

/** What the pictured images' maps were in the course of training. */
function earlierOf(trial: Trial, { checkpoints, dataset }: Trained) {
  if (trial.pictured === 0 || checkpoints.length < 2) return {};
  const { train } = dataset;
  const some = { ...dataset, train: take(train, Math.min(EARLIER_IMAGES, train.images.count)) };
  const finish = (model: Model): Model => finishedModel(trial, some, model);
  return { earlier: earlierMaps(checkpoints, finish, dataset, trial.pictured) };
}

/** Batch norms from near, at the first of the pictured images. */
function closeUpsOf({ pictured, batchSize }: Trial, { model, dataset }: Trained) {
  const [image] = picturedImages(dataset.validation, dataset.classes.length, pictured);
  if (image === undefined) return {};
  const found = closeUps(model, dataset, { image, batchSize });
  return found.length === 0 ? {} : { closeUps: found };
}

const measure = (
  trial: Trial,
  trained: Trained,
  signal: AbortSignal | undefined,
  onShare: (done: number) => void,
): Evaluation =>
  evaluateMeasures(trained, {
    measures: trial.measures,
    measureOptions: trial.measureOptions,
    explained: trial.explained,
    ...(signal && { signal }),
    onProgress: ({ share }) => onShare(share),
  });

/** What is stored of a model that cannot be measured: the same images as its seed's other arms, and no numbers. */
function nothingMeasured(
  { measures, explained, seed }: Trial,
  { validation }: Dataset,
): Evaluation {
  const indices = [...explainedImages(validation.images.count, explained, seed)];
  const timed = measures.filter(isTiming);
  const others = measures.filter((key) => !isTiming(key));
  return {
    results: Object.fromEntries(
      others.map((key) => [key, { value: null, states: { diverged: 1 } }]),
    ),
    timings: Object.fromEntries(timed.map((key) => [key, null])),
    explained: { indices, correct: indices.map(() => false) },
  };
}

/** The trained model with what all measures need to know of it; undefined if its logits are not finite. */
function examine(trial: Trial, dataset: Dataset, course: Course): Trained | undefined {
  const { steps, checkpoints, snapshots } = course;
  const { images, labels } = dataset.validation;
  const model = finishedModel(trial, dataset, course.model);
  const logits = session(model, { stats: "running" }).forward(imageBatch(images, 0, images.count));
  if (firstNonFinite(logits.data) >= 0) return undefined;
  return {
    model,
    dataset,
    seed: trial.seed,
    batchSize: trial.batchSize,
    steps,
    checkpoints,
    snapshots,
    train: evaluate(model, dataset.train, { stats: "running" }),
    validation: evaluate(model, dataset.validation, { stats: "running" }),
    temperature: fitTemperature(logits, labels),
    ...(trial.arm.maps && { graph: trial.arm.maps }),
  };
}

/** Whether the moving averages of training stay, instead of statistics taken anew over training images. */
export function keepsStatistics({
  arm,
  statistics,
  epochs,
}: Pick<Trial, "arm" | "statistics" | "epochs">): boolean {
  const isFrozen = arm.freezeAfter !== undefined && arm.freezeAfter < epochs;
  return isFrozen || (arm.statistics ?? statistics) === "moving";
}

/** The model to be measured: its statistics as the trial wants them, and what is done to it afterwards. */
function finishedModel(
  { arm, statistics, epochs }: Trial,
  { train }: Dataset,
  model: Model,
): Model {
  const settled = keepsStatistics({ arm, statistics, epochs })
    ? model
    : recalibrate(model, train.images);
  return arm.afterwards === "fold" ? foldGraph(settled).model : settled;
}

/** SHA-256 of all parameters by name, with their shapes. */
export function hashParameters({ parameters }: Model): string {
  const hash = sha256.create();
  for (const key of Object.keys(parameters).sort()) {
    const { shape, data } = parameters[key];
    hash.update(utf8ToBytes(`${key}[${shape.join(",")}]`));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return bytesToHex(hash.digest());
}
