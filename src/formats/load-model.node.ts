/** A model from any file that holds one: the kind of file is told by its content. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Model } from "../model/model.js";
import { readBeside } from "./beside.node.js";
import { readFileLimited } from "./files.node.js";
import { looksLikeHdf5 } from "./hdf5/index.js";
import { looksLikeTfjs, readKeras, readKerasHdf5, readTfjs, tfjsLocations } from "./keras/index.js";
import { readModelFile } from "./model-file.js";
import { externalLocations, looksLikeOnnx, readOnnx } from "./onnx/index.js";
import { PREPROCESSING_KEY, type Preprocessing, parsePreprocessing } from "./preprocessing.js";
import { badFile } from "./problems.js";
import { readWeights, type WeightsOptions } from "./weights-only/index.js";
import { looksLikeZip } from "./zip.js";

export interface LoadOptions {
  /** Shape of an image where the file leaves it open. */
  readonly inputShape?: readonly [number, number, number];
  /** The output to take where there are several. */
  readonly output?: string;
  /** The network of the zoo that a file of weights alone belongs to. */
  readonly weightsOf?: Pick<WeightsOptions, "network" | "norm" | "epsilon">;
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

/** What a reader finds; preprocessing that stands in the metadata is found for all of them. */
type Contents = Omit<LoadedModel, "format" | "metadata"> & Partial<Pick<LoadedModel, "metadata">>;

interface ModelFormat {
  readonly title: string;
  /** Whether a file with this content (or, if damaged, this name) is meant to be one. */
  recognises(bytes: Uint8Array, path: string): boolean;
  read(bytes: Uint8Array, path: string, options: LoadOptions): Promise<Contents>;
}

const OPEN_BRACE = 0x7b;

const safetensors: ModelFormat = {
  title: "a model of this program, or weights (safetensors)",
  recognises: (bytes, path) => bytes[8] === OPEN_BRACE || path.endsWith(".safetensors"),
  async read(bytes, path, { weightsOf, inputShape }) {
    if (weightsOf)
      return readWeights(bytes, path, { ...weightsOf, ...(inputShape ? { inputShape } : {}) });
    const { model, metadata } = readModelFile(bytes, path);
    return { model, metadata, notes: [] };
  },
};

const onnx: ModelFormat = {
  title: "ONNX",
  recognises: (bytes, path) => path.endsWith(".onnx") || looksLikeOnnx(bytes),
  async read(bytes, path, options) {
    const files = await readBeside(path, externalLocations(bytes, path));
    return readOnnx(bytes, path, { ...options, files });
  },
};

const keras: ModelFormat = {
  title: "Keras (.keras)",
  recognises: (bytes, path) => looksLikeZip(bytes) || path.endsWith(".keras"),
  read: async (bytes, path, options) => readKeras(bytes, path, options),
};

const kerasHdf5: ModelFormat = {
  title: "Keras (HDF5)",
  recognises: (bytes, path) => looksLikeHdf5(bytes) || /\.(h5|hdf5)$/.test(path),
  read: async (bytes, path, options) => readKerasHdf5(bytes, path, options),
};

const tfjs: ModelFormat = {
  title: "TensorFlow.js (model.json)",
  recognises: (bytes, path) => looksLikeTfjs(bytes) || path.endsWith(".json"),
  async read(bytes, path, options) {
    const files = await readBeside(path, tfjsLocations(bytes, path));
    return readTfjs(bytes, path, { ...options, files });
  },
};

/** The kinds of file, in the order in which they are tried. Adding one: its reader, one line here. */
export const modelFormats = {
  kerasHdf5,
  keras,
  tfjs,
  safetensors,
  onnx,
} as const satisfies Record<string, ModelFormat>;

export type FormatName = keyof typeof modelFormats;

/** A model from a file, or from a folder with a model.json. */
export async function loadAnyModel(given: string, options: LoadOptions = {}): Promise<LoadedModel> {
  const isFolder = await stat(given).then(
    (status) => status.isDirectory(),
    () => false, // reading it says why
  );
  const path = isFolder ? join(given, "model.json") : given;
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
  const { metadata = {}, ...contents } = await modelFormats[format].read(bytes, path, options);
  const text = metadata[PREPROCESSING_KEY];
  return {
    ...contents,
    metadata,
    format,
    ...(text === undefined ? {} : { preprocessing: parsePreprocessing(text) }),
  };
}
