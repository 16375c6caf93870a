/** A model from any file or folder on disk that holds one. */

import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../tensor/errors.js";
import { filesBeside, type LoadedModel, type LoadOptions, readAnyModel } from "./any-model.js";
import { readBeside } from "./beside.node.js";
import { readFileLimited } from "./files.node.js";
import { savedModel } from "./strangers.js";

/** A model from a file, or from a folder with a model.json. */
export async function loadAnyModel(given: string, options: LoadOptions = {}): Promise<LoadedModel> {
  const isFolder = await stat(given).then(
    (status) => status.isDirectory(),
    () => false, // reading it says why
  );
  const path = isFolder ? join(given, "model.json") : given;
  if (isFolder && existsSync(join(given, "saved_model.pb")))
    fail(
      "unsupported",
      `${given}: got ${savedModel.what}, expected a model's file; ${savedModel.remedy}`,
    );
  if (isFolder && !existsSync(path))
    fail(
      "file",
      `${given}: got a folder without a model.json, expected a model's file, or a folder of TensorFlow.js; ` +
        "name the file in it",
    );
  const bytes = await readFileLimited(path);
  const files = await readBeside(path, filesBeside(bytes, path));
  return readAnyModel(bytes, path, { ...options, files, owned: true });
}
