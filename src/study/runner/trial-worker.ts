/** A thread of the pool: runs the trials it is given on the dataset it was started with. */

import { parentPort } from "node:worker_threads";
import { workerData } from "piscina";
import type { Dataset } from "../../data/dataset.js";
import { runTrial, type TrialOutcome, type TrialProgress } from "../trial.js";
import type { Trial } from "../types.js";
import { collectGarbage } from "./collect.js";

/** A message from a thread while it works. */
export interface ThreadProgress {
  readonly task: number;
  readonly progress: TrialProgress;
}

/** Progress is sent at most this often, in milliseconds. */
const INTERVAL = 150;

export default async function work({
  task,
  trial,
}: {
  task: number;
  trial: Trial;
}): Promise<TrialOutcome> {
  let sent = 0;
  collectGarbage();
  return runTrial(trial, workerData as Dataset, {
    onProgress(progress) {
      const now = performance.now();
      if (now - sent < INTERVAL) return;
      sent = now;
      parentPort?.postMessage({ task, progress } satisfies ThreadProgress);
    },
  });
}
