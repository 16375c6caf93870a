/** The names of a model's outputs, from the command line or a file. */

import { existsSync } from "node:fs";
import { readFileLimited } from "../formats/files.node.js";
import { isObject, readJson } from "../formats/json.js";
import { badFile } from "../formats/problems.js";
import { type Model, outputOf } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import type { Options } from "./options.js";

/** "cat,dog", or the path of a file: a line each, or JSON, a list or an object from "0" on, as "id2label" is. */
export async function classNames(
  { classes }: Options,
  model: Model,
): Promise<readonly string[] | undefined> {
  if (classes === undefined) return undefined;
  const isFile = existsSync(classes);
  if (!isFile && !classes.includes(","))
    fail("option", `--classes: got "${classes}", expected names with commas between, or a file`);
  const names = isFile
    ? namesIn(await readFileLimited(classes), classes)
    : classes.split(",").map((name) => name.trim());
  const [given] = outputOf(model);
  const outputs = given === 1 ? 2 : given; // a single one tells the second class from the first
  if (names.length !== outputs)
    fail(
      "option",
      `--classes: got ${names.length} names, expected ${outputs}, one for each output of the model`,
    );
  return names;
}

function namesIn(bytes: Uint8Array, path: string): string[] {
  const text = new TextDecoder().decode(bytes);
  if (!/^\s*[[{]/.test(text))
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "");
  const value = readJson(bytes, path, "class names");
  const list = isObject(value) ? Object.keys(value).map((_, k) => value[`${k}`]) : value;
  if (Array.isArray(list) && list.every((name) => typeof name === "string")) return list;
  return badFile(
    path,
    "class names",
    "other JSON",
    'a list of names, or an object of them from "0" on',
    "correct it, or give a file with a name in each line",
  );
}
