/** Files that a model names: they must lie in the model's folder or below it, links followed. */

import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, sep } from "node:path";
import { fail } from "../tensor/errors.js";
import { readFileLimited, rethrow } from "./files.node.js";
import { showText } from "./problems.js";

/** The contents of the files at `locations`, relative to the model's folder. */
export async function readBeside(
  path: string,
  locations: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const location of locations) files.set(location, await readOne(path, location));
  return files;
}

async function readOne(path: string, location: string): Promise<Uint8Array> {
  const outside = (): never =>
    fail(
      "file",
      `${path}: got weights in ${showText(location)}, expected a file in the model's own folder (external data); ` +
        "put the file beside the model and correct its location",
    );
  const parts = location.split(/[\\/]/);
  if (
    location === "" ||
    isAbsolute(location) ||
    parts.includes("..") ||
    /^[A-Za-z]:/.test(location)
  )
    outside();
  const full = join(dirname(path), location);
  let [folder, target] = ["", ""];
  try {
    [folder, target] = [await realpath(dirname(path)), await realpath(full)];
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      fail(
        "file",
        `${path}: got no file ${showText(location)} beside it, expected one with weights; copy it into the same folder`,
        error,
      );
    rethrow(error, full, "read");
  }
  if (!target.startsWith(folder.endsWith(sep) ? folder : folder + sep)) outside();
  return readFileLimited(target);
}
