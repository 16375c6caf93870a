/** A model from any file that holds one: the kind of file is told by its content. */

import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, sep } from "node:path";
import type { Model } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import { readFileLimited, rethrow } from "./files.node.js";
import { readModelFile } from "./model-file.js";
import { externalLocations, looksLikeOnnx, readOnnx } from "./onnx/index.js";
import { PREPROCESSING_KEY, type Preprocessing, parsePreprocessing } from "./preprocessing.js";
import { badFile, showText } from "./problems.js";

export interface LoadOptions {
  /** Shape of an image where the file leaves it open. */
  readonly inputShape?: readonly [number, number, number];
  /** The output to take where there are several. */
  readonly output?: string;
}

export interface LoadedModel {
  readonly model: Model;
  readonly format: FormatName;
  /** The program that wrote the file, if it says. */
  readonly producer?: { readonly name: string; readonly version: string };
  readonly metadata: Readonly<Record<string, string>>;
  /** What was translated in a way that one should know of. */
  readonly notes: readonly string[];
  /** If the file carries it. */
  readonly preprocessing?: Preprocessing;
}

type Contents = Omit<LoadedModel, "format" | "preprocessing">;

interface ModelFormat {
  readonly title: string;
  /** Whether a file with this content (or, if damaged, this name) is meant to be one. */
  recognises(bytes: Uint8Array, path: string): boolean;
  read(bytes: Uint8Array, path: string, options: LoadOptions): Promise<Contents>;
}

const OPEN_BRACE = 0x7b;

const safetensors: ModelFormat = {
  title: "a model of this program (safetensors)",
  recognises: (bytes, path) => bytes[8] === OPEN_BRACE || path.endsWith(".safetensors"),
  async read(bytes, path) {
    const { model, metadata } = readModelFile(bytes, path);
    return { model, metadata, notes: [] };
  },
};

const onnx: ModelFormat = {
  title: "ONNX",
  recognises: (bytes, path) => path.endsWith(".onnx") || looksLikeOnnx(bytes),
  async read(bytes, path, options) {
    const files = new Map<string, Uint8Array>();
    for (const location of externalLocations(bytes, path))
      files.set(location, await readBeside(path, location));
    return readOnnx(bytes, path, { ...options, files });
  },
};

/** The kinds of file, in the order in which they are tried. Adding one: its reader, one line here. */
export const modelFormats = { safetensors, onnx } as const satisfies Record<string, ModelFormat>;

export type FormatName = keyof typeof modelFormats;

export async function loadAnyModel(path: string, options: LoadOptions = {}): Promise<LoadedModel> {
  const bytes = await readFileLimited(path);
  const names = Object.keys(modelFormats) as FormatName[];
  const format = names.find((name) => modelFormats[name].recognises(bytes, path));
  if (format === undefined) {
    const first = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
    const titles = names.map((name) => modelFormats[name].title);
    return badFile(
      path,
      "first bytes",
      first.length > 0 ? `a file that begins with ${first.join(" ")}` : "an empty file",
      titles.join(" or "),
      "give a model in one of these formats",
    );
  }
  const contents = await modelFormats[format].read(bytes, path, options);
  const text = contents.metadata[PREPROCESSING_KEY];
  return {
    ...contents,
    format,
    ...(text === undefined ? {} : { preprocessing: parsePreprocessing(text) }),
  };
}

/** A file that a model names, which must lie in the model's folder or below it, links followed. */
async function readBeside(path: string, location: string): Promise<Uint8Array> {
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
    rethrow(error, full, "read");
  }
  if (!target.startsWith(folder.endsWith(sep) ? folder : folder + sep)) outside();
  return readFileLimited(target);
}
