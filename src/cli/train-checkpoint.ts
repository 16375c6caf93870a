/** The file from which an interrupted training goes on. */

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { loadModel, saveModel } from "../formats/checkpoint.node.js";
import { rethrow } from "../formats/files.node.js";
import { fail } from "../tensor/errors.js";
import { type Checkpoint, checkpointFile, checkpointOf } from "../training/index.js";
import type { Recipe } from "./train.js";
import type { EpochLine } from "./train-record.js";

const numbers = z.strictObject({ loss: z.number(), accuracy: z.number() });
const historySchema = z.array(
  z.strictObject({
    kind: z.literal("epoch"),
    epoch: z.int(),
    step: z.int(),
    train: numbers,
    validation: numbers.optional(),
    imagesPerSecond: z.number(),
    memoryBytes: z.number(),
  }),
);

export interface Kept {
  readonly checkpoint: Checkpoint;
  readonly history: EpochLine[];
}

/** The checkpoint of a recipe in a folder. */
export function checkpoints(folder: string, recipe: Recipe) {
  const path = join(folder, "checkpoint.safetensors");
  return {
    path,
    async save(checkpoint: Checkpoint, history: readonly EpochLine[]): Promise<void> {
      const metadata = { recipe: JSON.stringify(recipe), history: JSON.stringify(history) };
      const file = checkpointFile(checkpoint, metadata);
      await saveModel(file.model, path, file.metadata, file.states);
    },
    /** What was kept; undefined if there is nothing. Refuses the checkpoint of another training. */
    async load(): Promise<Kept | undefined> {
      if (!existsSync(path)) return undefined;
      const file = await loadModel(path);
      if (file.metadata.recipe !== JSON.stringify(recipe))
        fail(
          "option",
          `train: got other options than the interrupted training in ${path}, expected the same; ` +
            "repeat its command, remove the file, or choose another folder with --out",
        );
      return {
        checkpoint: checkpointOf(file, path),
        history: readHistory(file.metadata.history ?? "", path),
      };
    },
    remove: (): Promise<void> =>
      rm(path, { force: true }).catch((error) => rethrow(error, path, "removed")),
  };
}

function readHistory(text: string, path: string): EpochLine[] {
  try {
    return historySchema
      .parse(JSON.parse(text))
      .map(({ validation, ...line }) => ({ ...line, ...(validation && { validation }) }));
  } catch (error) {
    return fail(
      "file",
      `${path}: got a damaged history, expected epochs (metadata, key history); remove the file`,
      error,
    );
  }
}
