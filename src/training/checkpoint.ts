/** A checkpoint as a model file: its progress in the metadata, the optimiser's state beside the parameters. */

import { z } from "zod";
import type { ModelFile } from "../formats/model-file.js";
import { arithmetics } from "../kernels/arithmetic.js";
import { fail } from "../tensor/errors.js";
import type { Checkpoint } from "./fit.js";

const progressSchema = z.strictObject({
  step: z.int().nonnegative(),
  epoch: z.int().positive(),
  seen: z.int().nonnegative(),
  lossSum: z.number(),
  correct: z.int().nonnegative(),
  seed: z.union([z.number(), z.string()]),
  arithmetic: z.enum(arithmetics),
  dataFingerprint: z.string(),
});

/** What `writeModelFile` stores; `metadata` adds texts of one's own. */
export function checkpointFile(
  checkpoint: Checkpoint,
  metadata: Readonly<Record<string, string>> = {},
): ModelFile {
  const { model, trainer, ...rest } = checkpoint;
  const progress = JSON.stringify({ ...rest, step: trainer.step });
  return { model, metadata: { ...metadata, progress }, states: trainer.states };
}

/** The checkpoint in a model file. Refuses a file that has none; `name` is for messages. */
export function checkpointOf({ model, metadata, states }: ModelFile, name: string): Checkpoint {
  const remedy = "give a checkpoint of an interrupted run, or start without --resume";
  if (metadata.progress === undefined)
    fail("file", `${name}: got a model without progress, expected a checkpoint; ${remedy}`);
  let value: unknown;
  try {
    value = JSON.parse(metadata.progress);
  } catch (error) {
    fail(
      "file",
      `${name}: got a progress that is not JSON, expected a checkpoint (metadata, key progress); ${remedy}`,
      error,
    );
  }
  const parsed = progressSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(
      "file",
      `${name}: got ${issue.message} (metadata, key progress, ${issue.path.join(".")}), expected a checkpoint; ${remedy}`,
    );
  }
  const { step, ...rest } = parsed.data;
  return { ...rest, model, trainer: { step, states } };
}
