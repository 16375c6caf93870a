/** The training of one trial, and what it leaves behind for the measures. */

import type { Dataset } from "../data/dataset.js";
import { type StepRecord, snapshooter, type Trained } from "../measures/index.js";
import type { Model } from "../model/index.js";
import { firstNonFinite, NormLensError } from "../tensor/index.js";
import { type FitOptions, type FitRecord, fit, fitThenFreeze } from "../training/index.js";
import { learnsOf, optimiserOf, startOf } from "./recipe.js";
import type { History, Trial } from "./types.js";

export interface Course {
  readonly state: "trained" | "diverged";
  /** As training leaves it; of a diverged trial as the last epoch left it that ended well. */
  readonly model: Model;
  readonly steps: readonly StepRecord[];
  readonly epochs: History["epochs"];
  readonly checkpoints: Trained["checkpoints"];
  readonly snapshots: Trained["snapshots"];
}

export interface CourseOptions {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (epoch: number, share: number, loss: number) => void;
}

/** Trains a trial's network. Losses or weights that are not finite end the training: such a trial has diverged. */
export async function train(
  trial: Trial,
  dataset: Dataset,
  { signal, onProgress }: CourseOptions,
): Promise<Course> {
  const initial = startOf(trial, dataset);
  const steps: StepRecord[] = [];
  const epochs: History["epochs"] = [];
  const checkpoints: { step: number; model: Model }[] = [];
  const allSteps = trial.epochs * Math.ceil(dataset.train.images.count / trial.batchSize);
  const { snapshots, look } = snapshooter(initial, allSteps);
  const leave = (state: Course["state"], model: Model): Course => ({
    state,
    model,
    steps,
    epochs,
    checkpoints,
    snapshots,
  });
  if (allSteps === 0)
    return { ...leave("trained", initial), checkpoints: [{ step: 0, model: initial }] };
  try {
    for await (const record of run(trial, dataset, initial, signal)) {
      if (record.kind === "step") {
        const { step, loss, accuracy, microsecondsPerImage } = record;
        steps.push({ step, loss, accuracy, microseconds: microsecondsPerImage * trial.batchSize });
        look(record);
        onProgress(record.epoch, steps.length / allSteps, loss);
      } else {
        const model = record.model();
        if (!allFinite(model)) break;
        epochs.push(entryOf(record));
        checkpoints.push({ step: record.step, model });
      }
    }
  } catch (error) {
    if (!(error instanceof NormLensError && error.kind === "diverged")) throw error;
  }
  const last = checkpoints.at(-1)?.model ?? initial;
  return leave(epochs.length === trial.epochs ? "trained" : "diverged", last);
}

/** The records of a trial's training. */
function run(
  trial: Trial,
  dataset: Dataset,
  initial: Model,
  signal: AbortSignal | undefined,
): ReturnType<typeof fit> {
  const { arm, epochs, batchSize, seed, arithmetic } = trial;
  const learns = learnsOf(trial);
  const options: FitOptions = {
    epochs,
    batchSize,
    seed,
    optimiser: optimiserOf(trial),
    arithmetic,
    validate: true,
    ...(learns && { learns }),
    ...(signal && { signal }),
  };
  return arm.freezeAfter === undefined
    ? fit(initial, dataset, options)
    : fitThenFreeze(initial, dataset, { ...options, warmUp: arm.freezeAfter });
}

const allFinite = ({ parameters }: Model): boolean =>
  Object.values(parameters).every(({ data }) => firstNonFinite(data) < 0);

export const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

const entryOf = ({
  epoch,
  step,
  train,
  validation,
}: Extract<FitRecord, { kind: "epoch" }>): History["epochs"][number] => ({
  epoch,
  step,
  trainLoss: finite(train.loss),
  trainAccuracy: finite(train.accuracy),
  validationLoss: finite(validation?.loss),
  validationAccuracy: finite(validation?.accuracy),
});

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
