/** Where trials become results: those that a folder does not hold yet run in a pool of threads, each stored as soon as
 *  it is done. */

import { setMaxListeners } from "node:events";
import type { Dataset } from "../data/dataset.js";
import { checkCancelled, fail } from "../tensor/errors.js";
import { trialHash } from "./plan.js";
import { type Pool, pool } from "./runner/pool.js";
import type { Store } from "./store.node.js";
import { checkOutcome, type TrialOutcome, type TrialProgress } from "./trial.js";
import type { StudyConfig, Trial, TrialTimings } from "./types.js";

/** What is told while a study runs. */
export interface StudyWatcher {
  /** Once, before the first trial: how many there are, those counted twice that serve in two places. */
  planned?(config: StudyConfig, trials: number): void;
  /** A trial need not be computed: the folder or an earlier wave has it. */
  found?(trial: Trial): void;
  progress?(trial: Trial, progress: TrialProgress): void;
  /** A trial is done and stored. */
  finished?(trial: Trial, outcome: TrialOutcome): void;
  /** Something in the folder could not be used. */
  notice?(message: string): void;
}

export interface LaboratoryOptions {
  readonly workers: number;
  readonly signal: AbortSignal | undefined;
  readonly watcher: StudyWatcher;
}

/** A trial with its name and what the folder or the pool has for it. */
interface Slot {
  readonly trial: Trial;
  readonly hash: string;
  result?: TrialOutcome["result"];
  timings?: TrialTimings | undefined;
}

/** Where trials become results: from the folder if it has them, else computed and stored. */
export interface Laboratory {
  complete(trials: readonly Trial[]): Promise<void>;
  /** Of a trial that is complete. */
  resultOf(trial: Trial): TrialOutcome["result"];
  /** What is known of the times of all trials, in the order in which they were asked for. */
  timings(): TrialTimings[];
  close(): Promise<void>;
}

/** A laboratory over one dataset, with at most `workers` trials at once. */
export function laboratory(
  dataset: Dataset,
  files: Store,
  { workers, signal, watcher }: LaboratoryOptions,
): Laboratory {
  const slots = new Map<string, Slot>();
  let threads: Pool | undefined;
  const hashOf = (trial: Trial): string => trialHash(trial, dataset.fingerprint);
  return {
    async complete(trials) {
      const wanted: Slot[] = [];
      for (const trial of trials) {
        checkCancelled(signal, "study");
        const hash = hashOf(trial);
        const known = slots.get(hash);
        const kept = known ?? (await files.load(hash, (message) => watcher.notice?.(message)));
        if (known === undefined) slots.set(hash, { trial, hash, ...kept });
        if (kept === undefined) wanted.push(slots.get(hash) as Slot);
        else watcher.found?.(trial);
      }
      if (wanted.length === 0) return;
      threads ??= pool(dataset, workers);
      await compute(wanted, { workers, signal, watcher, threads, save: files.save });
    },
    resultOf(trial) {
      const { result } = slots.get(hashOf(trial)) ?? {};
      return result ?? fail("data", `study: trial ${hashOf(trial)} is not there, expected it done`);
    },
    timings: () => [...slots.values()].flatMap(({ timings }) => timings ?? []),
    close: async () => threads?.close(),
  };
}

interface ComputeOptions extends LaboratoryOptions {
  readonly threads: Pool;
  readonly save: (outcome: TrialOutcome) => Promise<void>;
}

/** Computes trials in a pool, in order; the first failure stops the others. */
async function compute(
  slots: readonly Slot[],
  { workers, signal, watcher, threads, save }: ComputeOptions,
): Promise<void> {
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
    await Promise.all(Array.from({ length: Math.min(workers, slots.length) }, lane));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}
