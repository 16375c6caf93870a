/** Models on disk: written as a whole or not at all, read as hostile input. */

import type { Model } from "../model/model.js";
import { readFileLimited, writeAtomically } from "./files.node.js";
import { type ModelFile, readModelFile, writeModelFile } from "./model-file.js";

/** Saves a model (and what else is to be remembered of it) as one safetensors file. */
export const saveModel = (
  model: Model,
  path: string,
  metadata: Readonly<Record<string, string>> = {},
  states: Readonly<Record<string, Float32Array>> = {},
): Promise<void> => writeAtomically(path, writeModelFile({ model, metadata, states }));

/** Loads what `saveModel` has written. */
export const loadModel = async (path: string): Promise<ModelFile> =>
  readModelFile(await readFileLimited(path), path);
