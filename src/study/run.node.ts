/** Runs a study: the trials that its folder does not hold yet, in a pool of threads, each stored as soon as it is
 *  done. Killed at any moment it loses the trials in flight at most; run again it goes on where it was. */

import { setMaxListeners } from "node:events";
import type { Dataset } from "../data/dataset.js";
import { checkCancelled } from "../tensor/errors.js";
import { pictures } from "./pictures.js";
import { planStudy, trialHash } from "./plan.js";
import { checkWorkers, defaultWorkers, pool } from "./runner/pool.js";
import { store } from "./store.node.js";
import { checkOutcome, type TrialOutcome, type TrialProgress } from "./trial.js";
import {
  STUDY_FORMAT,
  type Study,
  type StudyConfig,
  type Trial,
  type TrialTimings,
} from "./types.js";
import { LIBRARY_VERSION, RESULT_VERSION } from "./version.js";

/** What is told while a study runs. */
export interface StudyWatcher {
  /** Once, before the first trial: how many there are, and how many of them were found in the folder. */
  planned?(config: StudyConfig, trials: number, found: number): void;
  progress?(trial: Trial, progress: TrialProgress): void;
  /** A trial is done and stored. */
  finished?(trial: Trial, outcome: TrialOutcome): void;
  /** Something in the folder could not be used. */
  notice?(message: string): void;
}

export interface StudyRunOptions {
  /** Where trials and `study.json` are kept; made if it is missing. */
  readonly folder: string;
  /** Trials at once; as many as the machine has threads by default. The results are the same for any number. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly watcher?: StudyWatcher;
  /** The images of the design, for example from `loadDataset`. */
  load(config: StudyConfig): Dataset | Promise<Dataset>;
}

export interface StudyOutcome {
  readonly study: Study;
  /** In the order of the trials; those that were lost are missing. */
  readonly timings: readonly TrialTimings[];
}

/** A trial with its name and what the folder or the pool has for it. */
interface Slot {
  readonly trial: Trial;
  readonly hash: string;
  result?: TrialOutcome["result"];
  timings?: TrialTimings | undefined;
}

/** The study of a design (a `StudyConfigInput`, checked as if it came from a stranger), finished and stored in
 *  `folder`. */
export async function runStudy(
  design: unknown,
  { folder, workers = defaultWorkers(), signal, watcher = {}, load }: StudyRunOptions,
): Promise<StudyOutcome> {
  checkWorkers(workers);
  const { config, trials } = planStudy(design);
  const dataset = await load(config);
  const files = store(folder);
  const slots: Slot[] = trials.map((trial) => ({
    trial,
    hash: trialHash(trial, dataset.fingerprint),
  }));
  for (const slot of slots) {
    checkCancelled(signal, "study");
    const kept = await files.load(slot.hash, (message) => watcher.notice?.(message));
    if (kept) Object.assign(slot, kept);
  }
  const missing = slots.filter((slot) => slot.result === undefined);
  watcher.planned?.(config, slots.length, slots.length - missing.length);
  if (missing.length > 0)
    await compute(missing, dataset, { workers, signal, watcher, save: files.save });
  const study = studyOf(config, dataset, slots);
  await files.saveStudy(study);
  return { study, timings: slots.flatMap(({ timings }) => timings ?? []) };
}

interface ComputeOptions {
  readonly workers: number;
  readonly signal: AbortSignal | undefined;
  readonly watcher: StudyWatcher;
  readonly save: (outcome: TrialOutcome) => Promise<void>;
}

/** Computes trials in a pool, in order; the first failure stops the others. */
async function compute(
  slots: readonly Slot[],
  dataset: Dataset,
  { workers, signal, watcher, save }: ComputeOptions,
): Promise<void> {
  const lanes = Math.min(workers, slots.length);
  const threads = pool(dataset, lanes);
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  setMaxListeners(0, either); // one listener for each running trial, however many there are
  const queue = slots.values();
  const keep = async (slot: Slot, outcome: TrialOutcome): Promise<void> => {
    checkOutcome(outcome, slot.hash);
    await save(outcome);
    Object.assign(slot, outcome);
    watcher.finished?.(slot.trial, outcome);
  };
  // Each lane hands in its next trial when the last is done: the pool would otherwise choose the order, and arms
  // must not run at different times, or their speeds could not be compared.
  const lane = async (): Promise<void> => {
    let stored = Promise.resolve(); // flushing a trial to the disk takes its time, and the next one runs meanwhile
    try {
      for (const slot of queue) {
        const onProgress = (progress: TrialProgress): void =>
          watcher.progress?.(slot.trial, progress);
        const outcome = await threads.run(slot.trial, { signal: either, onProgress });
        await stored;
        stored = keep(slot, outcome);
        stored.catch(() => {}); // waited for above or below, where the failure is met
      }
    } finally {
      await stored;
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
