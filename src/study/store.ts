/** The form of stored files: what is written, and how it is read again as hostile input. No disk here. */

import { z } from "zod";
import { readJson } from "../formats/json.js";
import { fail } from "../tensor/errors.js";
import { canonicalJson, hashText } from "./canonical.js";
import { checkConfig } from "./plan.js";
import {
  type Study,
  type StudyConfig,
  studySchema,
  type TrialResult,
  type TrialTimings,
  trialResult,
  trialTimings,
} from "./types.js";
import { RESULT_VERSION } from "./version.js";
import { conditionsOf } from "./waves.js";

const TRIAL_FORMAT = "normlens-trial";

/** A trial's file: its result beside the SHA-256 of the result's canonical JSON. */
const trialFile = z.strictObject({
  format: z.literal(TRIAL_FORMAT),
  version: z.literal(RESULT_VERSION),
  checksum: z.string(),
  result: trialResult,
});

export function trialText(result: TrialResult): string {
  const checksum = hashText(canonicalJson(result));
  const file = { format: TRIAL_FORMAT, version: RESULT_VERSION, checksum, result };
  return `${canonicalJson(file)}\n`;
}

/** The trial in a file; `hash` is the name under which it was sought. */
export function readTrial(bytes: Uint8Array, name: string, hash: string): TrialResult {
  const { checksum, result } = parse(trialFile, bytes, name, "a trial of this version");
  if (hashText(canonicalJson(result)) !== checksum)
    fail(
      "file",
      `${name}: its checksum does not fit its content, expected an unchanged file; delete it`,
    );
  if (result.hash !== hash)
    fail("file", `${name}: got trial ${result.hash}, expected ${hash}; delete it`);
  return result;
}

export const timingsText = (timings: TrialTimings): string => `${canonicalJson(timings)}\n`;

export const readTimings = (bytes: Uint8Array, name: string): TrialTimings =>
  parse(trialTimings, bytes, name, "the timings of a trial");

export const studyText = (study: Study): string => `${canonicalJson(study)}\n`;

/** The study in a file. A study of another version is refused with the remedy, and so is one whose design makes no
 *  sense or whose trials are not those of its design. */
export function readStudyFile(bytes: Uint8Array, name: string): Study {
  const study = parse(studySchema, bytes, name, "a study");
  if (study.version !== RESULT_VERSION)
    fail(
      "file",
      `${name}: got a study of format ${study.version}, expected ${RESULT_VERSION}; run the study again`,
    );
  const checked = checkConfig(study.config);
  if ("issues" in checked) {
    const [{ path, message }] = checked.issues;
    return fail("file", `${name}: config.${path}: ${message}; run the study again`);
  }
  const conditions = conditionsOf(study.config).slice(1);
  const found = study.others.map(({ rates, checkpoint }) => `${rates}, ${checkpoint}`);
  const expected = conditions.map(({ rates, checkpoint }) => `${rates}, ${checkpoint}`);
  if (found.join("; ") !== expected.join("; "))
    fail(
      "file",
      `${name}: others: got ${found.join("; ") || "none"}, expected ${expected.join("; ") || "none"}; ` +
        "run the study again",
    );
  const [first] = conditionsOf(study.config);
  checkTrials(study.config, { ...first, trials: study.trials }, `${name}: trials`);
  for (const [i, other] of study.others.entries())
    checkTrials(study.config, other, `${name}: others.${i}.trials`);
  return study;
}

/** Refuses trials that are not those of the design, in its order, or have more or fewer epochs than they can. */
function checkTrials(
  { arms, seeds, epochs }: StudyConfig,
  { trials, checkpoint }: Study["others"][number],
  who: string,
): void {
  const planned = seeds.flatMap((seed) => arms.map((arm) => ({ arm, seed })));
  for (let i = 0; i < Math.max(planned.length, trials.length); i++) {
    const [plan, trial] = [planned[i], trials[i]];
    const expected = plan ? `${plan.arm.name}, seed ${plan.seed}` : "nothing more";
    const got = trial ? `${trial.arm}, seed ${trial.seed}` : "nothing";
    if (got !== expected)
      fail("file", `${who}.${i}: got ${got}, expected ${expected}; run the study again`);
    const most = plan.arm.training === "none" ? 0 : epochs;
    const found = trial.history.epochs.length;
    const isWhole = checkpoint === "epochs" && trial.state === "trained";
    if (found > most || (isWhole && found < most))
      fail(
        "file",
        `${who}.${i}.history: got ${found} epochs, expected ${isWhole ? "" : "at most "}${most}; ` +
          "run the study again",
      );
  }
}

/** The value in JSON bytes if it has the schema's form; else an error naming file, place and what was expected. */
function parse<T extends z.ZodType>(
  schema: T,
  bytes: Uint8Array,
  name: string,
  what: string,
): z.output<T> {
  const parsed = schema.safeParse(readJson(bytes, name, "whole file"));
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  return fail("file", `${name}: ${path.join(".") || "whole file"}: ${message}, expected ${what}`);
}

/** Names of files inside a study's folder. */
export const fileNames = {
  study: "study.json",
  trial: (hash: string) => `trials/${hash}.json`,
  timings: (hash: string) => `timings/${hash}.json`,
} as const;
