/** A study's folder: each trial in one file under its hash, written whole or not at all; timings in files of their
 *  own. Whatever cannot be read as it was written is reported and computed again. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readFileLimited, writeAtomically } from "../formats/files.node.js";
import { NormLensError } from "../tensor/errors.js";
import {
  fileNames,
  readStudyFile,
  readTimings,
  readTrial,
  studyText,
  timingsText,
  trialText,
} from "./store.js";
import type { TrialOutcome } from "./trial.js";
import type { Study, TrialTimings } from "./types.js";

/** Largest file that a study or a trial may be. */
const LIMIT = 2 ** 28;

export interface Store {
  /** The stored outcome of a trial; undefined if there is none or it cannot be used, which `onNotice` is told. */
  load(hash: string, onNotice: (message: string) => void): Promise<StoredTrial | undefined>;
  save(outcome: TrialOutcome): Promise<void>;
  saveStudy(study: Study): Promise<void>;
}

export interface StoredTrial {
  readonly result: TrialOutcome["result"];
  /** Absent if the timings were lost: results do not depend on them. */
  readonly timings: TrialTimings | undefined;
}

export function store(folder: string): Store {
  const pathOf = (name: string): string => join(folder, ...name.split("/"));
  return {
    async load(hash, onNotice) {
      const path = pathOf(fileNames.trial(hash));
      const result = await attempt(
        path,
        (bytes) => readTrial(bytes, path, hash),
        (message) => onNotice(`${message} (the trial is computed again)`),
      );
      if (!result) return undefined;
      const beside = pathOf(fileNames.timings(hash));
      const timings = await attempt(beside, (bytes) => readTimings(bytes, beside), onNotice);
      return { result, timings: timings?.hash === hash ? timings : undefined };
    },
    async save({ result, timings }) {
      // Timings first: a trial that is there has them.
      await writeAtomically(pathOf(fileNames.timings(timings.hash)), timingsText(timings));
      await writeAtomically(pathOf(fileNames.trial(result.hash)), trialText(result));
    },
    saveStudy: (study) => writeAtomically(pathOf(fileNames.study), studyText(study)),
  };
}

/** What `read` makes of a file; undefined if there is no file or it is no good. */
async function attempt<T>(
  path: string,
  read: (bytes: Uint8Array) => T,
  onNotice: (message: string) => void,
): Promise<T | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  try {
    return read(await readFileLimited(path, { limit: LIMIT }));
  } catch (error) {
    if (!(error instanceof NormLensError)) throw error;
    onNotice(error.message);
    return undefined;
  }
}

/** A finished study from its folder, with the timings that are still there. */
export async function readStudy(
  folder: string,
): Promise<{ study: Study; timings: TrialTimings[] }> {
  const path = join(folder, fileNames.study);
  const study = readStudyFile(await readFileLimited(path, { limit: LIMIT }), path);
  const timings: TrialTimings[] = [];
  const trials = [...study.trials, ...study.others.flatMap((other) => other.trials)];
  for (const hash of new Set(trials.map((trial) => trial.hash))) {
    const beside = join(folder, ...fileNames.timings(hash).split("/"));
    const found = await attempt(
      beside,
      (bytes) => readTimings(bytes, beside),
      () => {},
    );
    if (found?.hash === hash) timings.push(found);
  }
  return { study, timings };
}
