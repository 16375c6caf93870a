/** One trial: train one arm under one seed, measure it. Trial in, result out; nothing here knows of threads or disks. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { type Dataset, imageBatch } from "../data/dataset.js";
import { session } from "../engine/session.js";
import {
  evaluateMeasures,
  fitTemperature,
  type StepRecord,
  snapshooter,
  type Trained,
} from "../measures/index.js";
import { initialise, type Model, parameterCount } from "../model/index.js";
import { fail, random } from "../tensor/index.js";
import { evaluate, fit, recalibrate } from "../training/index.js";
import { pictureMaps } from "./pictures.js";
import { trialHash } from "./plan.js";
import { graphOf, limited, optimiserOf } from "./recipe.js";
import type { History, Trial, TrialResult, TrialTimings } from "./types.js";

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
  const dataset = limited(whole, trial);
  const started = performance.now();
  const { epochs } = trial;
  const course = await train(trial, dataset, {
    signal,
    onProgress: (epoch, share, loss) =>
      onProgress?.({ stage: "training", epoch, epochs, share: share * TRAINING_SHARE, loss }),
  });
  const trainedAt = performance.now();
  const trained = examine(trial, dataset, course);
  const evaluation = evaluateMeasures(trained, {
    measures: trial.measures,
    measureOptions: trial.measureOptions,
    explained: trial.explained,
    ...(signal && { signal }),
    onProgress: (measuring) => {
      const share = TRAINING_SHARE + (1 - TRAINING_SHARE) * measuring.share;
      onProgress?.({ stage: "measuring", epoch: epochs, epochs, share });
    },
  });
  const { model, temperature } = trained;
  const hash = trialHash(trial, whole.fingerprint);
  const name = { hash, arm: trial.arm.name, seed: trial.seed };
  return {
    result: {
      ...name,
      weights: hashParameters(course.model),
      parameters: parameterCount(model),
      steps: course.steps.length,
      temperature,
      measures: evaluation.results,
      explained: evaluation.explained,
      history: { epochs: course.epochs, steps: inBlocks(course.steps) },
      maps: pictureMaps(model, dataset, trial.pictured),
    },
    timings: {
      ...name,
      trainSeconds: (trainedAt - started) / 1000,
      measureSeconds: (performance.now() - trainedAt) / 1000,
      measures: evaluation.timings,
    },
  };
}

/** What training leaves behind. */
interface Course {
  readonly model: Model;
  readonly steps: readonly StepRecord[];
  readonly epochs: History["epochs"];
  readonly checkpoints: Trained["checkpoints"];
  readonly snapshots: Trained["snapshots"];
}

interface TrainOptions {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (epoch: number, share: number, loss: number) => void;
}

async function train(trial: Trial, dataset: Dataset, options: TrainOptions): Promise<Course> {
  const { epochs: total, batchSize, seed } = trial;
  // Streams of the seed alone: the arms of a seed share initial convolutions and the order of the images.
  const initial = initialise(graphOf(trial, dataset), random(seed).split("initial"));
  const run = fit(initial, dataset, {
    epochs: total,
    batchSize,
    seed,
    optimiser: optimiserOf(trial),
    arithmetic: trial.arithmetic,
    validate: true,
    ...(options.signal && { signal: options.signal }),
  });
  const steps: StepRecord[] = [];
  const epochs: History["epochs"] = [];
  const checkpoints: { step: number; model: Model }[] = [];
  const allSteps = total * Math.ceil(dataset.train.images.count / batchSize);
  const { snapshots, look } = snapshooter(initial, allSteps);
  for (;;) {
    const next = await run.next();
    if (next.done) return { model: next.value.model, steps, epochs, checkpoints, snapshots };
    const record = next.value;
    if (record.kind === "step") {
      const { step, loss, accuracy, microsecondsPerImage } = record;
      steps.push({ step, loss, accuracy, microseconds: microsecondsPerImage * batchSize });
      look(record);
      options.onProgress(record.epoch, steps.length / allSteps, loss);
    } else {
      epochs.push({
        epoch: record.epoch,
        step: record.step,
        trainLoss: finite(record.train.loss),
        trainAccuracy: finite(record.train.accuracy),
        validationLoss: finite(record.validation?.loss),
        validationAccuracy: finite(record.validation?.accuracy),
      });
      checkpoints.push({ step: record.step, model: record.model() });
    }
  }
}

/** The trained model with what all measures need to know of it. */
function examine(trial: Trial, dataset: Dataset, course: Course): Trained {
  const { steps, checkpoints, snapshots } = course;
  const { images, labels } = dataset.validation;
  const model =
    trial.statistics === "recalibrated"
      ? recalibrate(course.model, dataset.train.images)
      : course.model;
  const logits = session(model, { stats: "running" }).forward(imageBatch(images, 0, images.count));
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
  };
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** At most so many points of a curve are kept. */
const CURVE_POINTS = 200;

/** Step losses and accuracies as means over equal blocks; the last block may be shorter. */
export function inBlocks(steps: readonly StepRecord[]): History["steps"] {
  const every = Math.max(1, Math.ceil(steps.length / CURVE_POINTS));
  const means = (value: (record: StepRecord) => number): (number | null)[] =>
    Array.from({ length: Math.ceil(steps.length / every) }, (_, block) => {
      const own = steps.slice(block * every, (block + 1) * every);
      return finite(own.reduce((sum, record) => sum + value(record), 0) / own.length);
    });
  return { every, loss: means(({ loss }) => loss), accuracy: means(({ accuracy }) => accuracy) };
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
