/** Trials in a pool of worker threads, one WASM instance each. */

import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { Dataset } from "../../data/dataset.js";
import { builtFile } from "../../tensor/built-file.js";
import { checkCancelled, fail } from "../../tensor/errors.js";
import type { TrialOutcome, TrialProgress, TrialRunner } from "../trial.js";
import { shareDataset } from "./shared-dataset.js";
import type { ThreadProgress } from "./trial-worker.js";

export interface Pool {
  readonly workers: number;
  readonly run: TrialRunner;
  close(): Promise<void>;
}

/** As many threads as the machine runs at once. */
export const defaultWorkers = (): number => availableParallelism();

/** Refuses a number of threads that makes no sense. */
export function checkWorkers(workers: number): void {
  if (!Number.isInteger(workers) || workers < 1 || workers > 1024)
    fail("option", `study: got ${workers} workers, expected a whole number from 1 to 1024`);
}

/** A pool of `workers` threads over one dataset. */
export function pool(dataset: Dataset, workers: number): Pool {
  checkWorkers(workers);
  const threads = new Piscina({
    filename: builtFile(import.meta.url, "study/runner/trial-worker.js").href,
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData: shareDataset(dataset),
    atomics: "disabled",
    // Trials make little garbage at a time; without this every thread lets 50 MB of it pile up.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const listeners = new Map<number, (progress: TrialProgress) => void>();
  threads.on("message", (message: Partial<ThreadProgress>) => {
    if (message.task === undefined || message.progress === undefined) return;
    listeners.get(message.task)?.(message.progress);
  });
  let tasks = 0;
  const run: TrialRunner = async (trial, { signal, onProgress } = {}) => {
    const task = tasks++;
    if (onProgress) listeners.set(task, onProgress);
    try {
      const outcome: TrialOutcome = await threads.run({ task, trial }, signal ? { signal } : {});
      return outcome;
    } catch (error) {
      checkCancelled(signal, "study");
      throw error;
    } finally {
      listeners.delete(task);
    }
  };
  return { workers, run, close: () => threads.destroy() };
}
