/** A model from the bytes of any file that holds one: the kind of file is told by its content. */

import type { Model } from "../model/model.js";
import { looksLikeHdf5 } from "./hdf5/index.js";
import { looksLikeTfjs, readKeras, readKerasHdf5, readTfjs, tfjsLocations } from "./keras/index.js";
import { isModelFile, readModelFile } from "./model-file.js";
import { externalLocations, looksLikeOnnx, readOnnx } from "./onnx/index.js";
import { PREPROCESSING_KEY, type Preprocessing, parsePreprocessing } from "./preprocessing.js";
import { badFile, naming } from "./problems.js";
import { refuseStrangers } from "./strangers.js";
import { readWeights, type WeightsOptions } from "./weights-only/index.js";
import { looksLikeZip } from "./zip.js";

/** What the caller knows and the file may leave open. */
export interface LoadOptions {
  /** Shape of an image where the file leaves it open. */
  readonly inputShape?: readonly [number, number, number];
  /** The output to take where there are several. */
  readonly output?: string;
  /** The network of the zoo that a file of weights alone belongs to. */
  readonly weightsOf?: Pick<WeightsOptions, "network" | "norm" | "epsilon">;
}

export interface ReadOptions extends LoadOptions {
  /** Contents of the files that hold the weights of some models, by location (see `filesBeside`). */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** Whether the bytes are given away, so that a reader may leave weights in them; otherwise they are copied. */
  readonly owned?: boolean;
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
  recognises(bytes: Uint8Array, name: string): boolean;
  read(bytes: Uint8Array, name: string, options: ReadOptions): Contents;
  /** Files beside it that it needs, relative to its folder; none unless said otherwise. */
  locations?(bytes: Uint8Array, name: string): readonly string[];
}

const OPEN_BRACE = 0x7b;

const safetensors: ModelFormat = {
  title: "a model of this program, or weights (safetensors)",
  recognises: (bytes, name) => bytes[8] === OPEN_BRACE || name.endsWith(".safetensors"),
  read(bytes, name, { weightsOf, inputShape }) {
    if (weightsOf && !isModelFile(bytes, name))
      return readWeights(bytes, name, { ...weightsOf, ...(inputShape ? { inputShape } : {}) });
    const { model, metadata } = readModelFile(bytes, name);
    return { model, metadata, notes: [] };
  },
};

const onnx: ModelFormat = {
  title: "ONNX",
  recognises: (bytes, name) => name.endsWith(".onnx") || looksLikeOnnx(bytes),
  read: readOnnx,
  locations: externalLocations,
};

const keras: ModelFormat = {
  title: "Keras (.keras)",
  recognises: (bytes, name) => looksLikeZip(bytes) || name.endsWith(".keras"),
  read: readKeras,
};

const kerasHdf5: ModelFormat = {
  title: "Keras (HDF5)",
  recognises: (bytes, name) => looksLikeHdf5(bytes) || /\.(h5|hdf5)$/.test(name),
  read: readKerasHdf5,
};

const tfjs: ModelFormat = {
  title: "TensorFlow.js (model.json)",
  recognises: (bytes, name) => looksLikeTfjs(bytes) || name.endsWith(".json"),
  read: readTfjs,
  locations: tfjsLocations,
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

/** A model from the bytes of a file. `name` is for messages. */
export function readAnyModel(
  bytes: Uint8Array,
  name: string,
  options: ReadOptions = {},
): LoadedModel {
  const format = formatOf(bytes, name);
  const { metadata = {}, ...contents } = modelFormats[format].read(bytes, name, options);
  const text = metadata[PREPROCESSING_KEY];
  const preprocessing =
    text === undefined ? undefined : naming(name, () => parsePreprocessing(text));
  return { ...contents, metadata, format, ...(preprocessing ? { preprocessing } : {}) };
}

/** Locations, relative to a model's folder, of the files that its weights are in beside it. */
export function filesBeside(bytes: Uint8Array, name: string): readonly string[] {
  const format: ModelFormat = modelFormats[formatOf(bytes, name)];
  return format.locations?.(bytes, name) ?? [];
}

function formatOf(bytes: Uint8Array, name: string): FormatName {
  const names = Object.keys(modelFormats) as FormatName[];
  refuseStrangers(bytes, name, "a model's file");
  const format = names.find((key) => modelFormats[key].recognises(bytes, name));
  if (format !== undefined) return format;
  const first = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
  return badFile(
    name,
    "first bytes",
    `a file that begins with ${first.join(" ")}`,
    names.map((key) => modelFormats[key].title).join(" or "),
    name.endsWith(".pb")
      ? "if it is a frozen graph of TensorFlow, convert it: python -m tf2onnx.convert --graphdef FILE --inputs … --outputs … --output model.onnx"
      : "give a model in one of these formats",
  );
}
