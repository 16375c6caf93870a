/** Runs the trials of a study: those that the folder does not hold yet, in a pool of threads, each stored as soon as
 *  it is done. Statistics and files are the library's; this ties them together. */

import { setMaxListeners } from "node:events";
import type { Dataset } from "../data/index.js";
import { pictures } from "../study/pictures.js";
import { planStudy, trialHash } from "../study/plan.js";
import { defaultWorkers, pool } from "../study/runner/pool.js";
import { store } from "../study/store.node.js";
import type { TrialOutcome, TrialProgress } from "../study/trial.js";
import {
  STUDY_FORMAT,
  type Study,
  type StudyConfig,
  type Trial,
  type TrialTimings,
} from "../study/types.js";
import { LIBRARY_VERSION, RESULT_VERSION } from "../study/version.js";
import { checkCancelled } from "../tensor/errors.js";

/** What is told while a study runs. */
export interface StudyWatcher {
  /** Once, before the first trial: how many there are, and how many of them were found in the folder. */
  planned(config: StudyConfig, trials: number, found: number): void;
  progress(trial: Trial, progress: TrialProgress): void;
  finished(trial: Trial, outcome: TrialOutcome): void;
  notice(message: string): void;
}

export interface StudyRunOptions {
  readonly folder: string;
  /** Trials at once; as many as the machine has threads by default. */
  readonly workers: number | undefined;
  readonly signal: AbortSignal;
  readonly watcher: StudyWatcher;
  load(config: StudyConfig): Promise<Dataset>;
}

export interface StudyOutcome {
  readonly study: Study;
  readonly timings: readonly TrialTimings[];
}

/** A trial with its name and what the folder or the pool has for it. */
interface Slot {
  readonly trial: Trial;
  readonly hash: string;
  result?: TrialOutcome["result"];
  timings?: TrialTimings | undefined;
}

export async function runStudy(design: unknown, options: StudyRunOptions): Promise<StudyOutcome> {
  const { folder, signal, watcher } = options;
  const { config, trials } = planStudy(design);
  const dataset = await options.load(config);
  const files = store(folder);
  const slots: Slot[] = trials.map((trial) => ({
    trial,
    hash: trialHash(trial, dataset.fingerprint),
  }));
  for (const slot of slots) {
    checkCancelled(signal, "study");
    const kept = await files.load(slot.hash, watcher.notice);
    if (kept) Object.assign(slot, kept);
  }
  const missing = slots.filter((slot) => slot.result === undefined);
  watcher.planned(config, slots.length, slots.length - missing.length);
  if (missing.length > 0) await compute(missing, dataset, options, files.save);
  const study = studyOf(config, dataset, slots);
  await files.saveStudy(study);
  return { study, timings: slots.flatMap(({ timings }) => timings ?? []) };
}

/** Computes trials in a pool, in order; the first failure stops the others. */
async function compute(
  slots: readonly Slot[],
  dataset: Dataset,
  { workers = defaultWorkers(), signal, watcher }: StudyRunOptions,
  save: (outcome: TrialOutcome) => Promise<void>,
): Promise<void> {
  const lanes = Math.min(workers, slots.length);
  const threads = pool(dataset, lanes);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  setMaxListeners(0, either); // one listener for each running trial, however many there are
  const queue = slots.values();
  // Each lane hands in its next trial when the last is done: the pool would otherwise choose the order, and arms
  // must not run at different times, or their speeds could not be compared.
  const lane = async (): Promise<void> => {
    for (const slot of queue) {
      const onProgress = (progress: TrialProgress): void => watcher.progress(slot.trial, progress);
      const outcome = await threads.run(slot.trial, { signal: either, onProgress });
      await save(outcome);
      Object.assign(slot, outcome);
      watcher.finished(slot.trial, outcome);
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    await threads.close();
  }
}

function studyOf(config: StudyConfig, dataset: Dataset, slots: readonly Slot[]): Study {
  const { name, fingerprint, classes, train, validation } = dataset;
  const [C, H, W] = train.images.shape;
  return {
    format: STUDY_FORMAT,
    version: RESULT_VERSION,
    library: LIBRARY_VERSION,
    config,
    dataset: {
      name,
      fingerprint,
      classes: [...classes],
      shape: [C, H, W],
      train: train.images.count,
      validation: validation.images.count,
      pictures: pictures(dataset, config.pictured),
    },
    trials: slots.flatMap(({ result }) => result ?? []),
  };
}
