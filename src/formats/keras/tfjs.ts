/** TensorFlow.js' layers model: model.json with the network as Keras has it, weights in files beside it.
 *  The manifest's groups list files, whose bytes follow one another, and weights, which follow one another in them:
 *  row-major, little-endian; quantised ones as whole numbers or half floats with a factor and a shift. */

import { size } from "../../tensor/tensor.js";
import { isObject, type Json, readJson } from "../json.js";
import { type ElementName, elementTypes, type NumberArray } from "../numbers.js";
import { badFile, showBytes, showText, unsupportedFile, viewOf } from "../problems.js";
import { kerasNetwork } from "./config.js";
import type { KerasFile } from "./read.js";
import { type KerasOptions, translateKeras } from "./translate.js";
import { byOwner, type OwnedWeight, ownerAndRole } from "./weights.js";

export interface TfjsOptions extends KerasOptions {
  /** Contents of the files that hold the weights, by location (see `tfjsLocations`). */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}

/** Files that a manifest may name. */
const MAX_FILES = 10_000;

const WHERE = /^\s*\{/;

/** Whether the bytes are JSON of the kind that TensorFlow.js writes. */
export function looksLikeTfjs(bytes: Uint8Array): boolean {
  if (bytes.subarray(0, 16).includes(0)) return false;
  return WHERE.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Json[];
}

function groupsOf(json: Json, name: string): readonly Group[] {
  const manifest = isObject(json) ? json.weightsManifest : undefined;
  if (!Array.isArray(manifest))
    return badFile(name, "model.json", "no weightsManifest", "a layers model of TensorFlow.js");
  const seen = new Set<string>();
  return manifest.map((group, k) => {
    const place = `weightsManifest, group ${k}`;
    if (!isObject(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights))
      return badFile(name, place, "another kind of group", "paths and weights");
    const paths = group.paths.map((path) => {
      if (typeof path !== "string" || seen.has(path) || seen.size >= MAX_FILES)
        return badFile(name, place, `the path ${showText(JSON.stringify(path))}`, "each file once");
      seen.add(path);
      return path;
    });
    return { paths, weights: group.weights };
  });
}

/** Locations, relative to model.json's folder, of the files that hold the weights. */
export const tfjsLocations = (bytes: Uint8Array, name: string): readonly string[] =>
  groupsOf(readJson(bytes, name, "model.json"), name).flatMap(({ paths }) => paths);

/** A model from the bytes of model.json and of the files it names. */
export function readTfjs(
  bytes: Uint8Array,
  name: string,
  { files = new Map(), ...options }: TfjsOptions = {},
): KerasFile {
  const json = readJson(bytes, name, "model.json");
  const topology = isObject(json) ? json.modelTopology : undefined;
  if (
    isObject(json) &&
    (json.format === "graph-model" || (isObject(topology) && "node" in topology))
  )
    unsupportedFile(
      name,
      "model.json",
      "a graph model",
      "a layers model",
      "its batch norms were folded by the converter; convert the Keras model with --output_format tfjs_layers_model, or give the Keras file itself",
    );
  if (!isObject(topology))
    return badFile(name, "model.json", "no modelTopology", "a layers model of TensorFlow.js");
  const notes: string[] = [];
  const stored = groupsOf(json, name).flatMap((group, k) =>
    weightsOf(group, files, name, `weightsManifest, group ${k}`, notes),
  );
  const version = typeof topology.keras_version === "string" ? topology.keras_version : undefined;
  const owned = byOwner(stored);
  const network = kerasNetwork(topology.model_config ?? topology, name);
  const keras = version?.startsWith("tfjs") ? undefined : version;
  const read = translateKeras(
    network,
    ({ path }) => owned(path),
    { name, program: "TensorFlow.js", version: keras },
    options,
  );
  const producer = {
    name: keras === undefined ? "TensorFlow.js" : "Keras",
    version: version ?? "",
  };
  return { ...read, notes: [...notes, ...read.notes], producer };
}

function weightsOf(
  { paths, weights }: Group,
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  place: string,
  notes: string[],
): OwnedWeight[] {
  const parts = paths.map(
    (path) =>
      files.get(path) ??
      badFile(
        name,
        place,
        `weights in another file, ${showText(path)}`,
        "that file beside model.json",
        "put the model's files into one folder and read it from there",
      ),
  );
  const bytes = joined(parts);
  let at = 0;
  const stored = weights.map((weight, k) => {
    const entry = entryOf(weight, name, `${place}, weight ${k}`);
    const from = at;
    at += entry.bytes;
    if (at > bytes.length)
      badFile(
        name,
        `${place}, weight ${k}`,
        `numbers to byte ${at}`,
        `their end by ${bytes.length}`,
      );
    if (entry.quantised !== "")
      notes.push(`weight "${entry.name}" was quantised to ${entry.quantised}`);
    const [owner, role] = ownerAndRole(entry.name);
    const read = (): NumberArray => entry.decode(bytes.subarray(from, from + entry.bytes));
    return { owner, role, name: entry.name, shape: entry.shape, read };
  });
  if (at !== bytes.length)
    badFile(name, place, showBytes(bytes.length), `${showBytes(at)}, as the manifest describes`);
  return stored;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const ELEMENTS: Readonly<Record<string, ElementName>> = {
  float32: "float32",
  float16: "float16",
  int32: "int32",
  uint8: "uint8",
  uint16: "uint16",
  bool: "uint8",
};

function entryOf(json: Json, name: string, place: string) {
  if (!isObject(json) || typeof json.name !== "string")
    return badFile(name, place, "another kind of entry", "a weight with a name");
  const { shape, dtype, quantization } = json;
  const inner = `${place} ${showText(json.name)}`;
  const lengths = Array.isArray(shape) ? shape.map(Number) : [Number.NaN];
  if (lengths.some((length) => !Number.isSafeInteger(length) || length < 0) || lengths.length > 8)
    badFile(name, inner, `shape ${showText(JSON.stringify(shape) ?? "")}`, "whole numbers");
  const how = isObject(quantization) ? quantization : undefined;
  const kind = String(how?.dtype ?? dtype);
  const element = Object.hasOwn(ELEMENTS, kind) ? ELEMENTS[kind] : undefined;
  if (!element)
    return unsupportedFile(
      name,
      inner,
      `elements of type ${showText(kind)}`,
      Object.keys(ELEMENTS).join(", "),
      "convert the model without quantisation",
    );
  const type = elementTypes[element];
  const bytes = size(lengths) * type.bytes;
  if (!Number.isSafeInteger(bytes)) badFile(name, inner, `shape [${lengths}]`, "one that fits");
  const [scale, min] = how && element !== "float16" ? [how.scale, how.min] : [1, 0];
  if (typeof scale !== "number" || typeof min !== "number")
    return badFile(name, inner, "a quantisation without factor and shift", "scale and min");
  const decode = (part: Uint8Array): NumberArray => {
    const values = type.read(viewOf(part), true);
    return how
      ? Float32Array.from(Float64Array.from(values, Number), (v) => v * scale + min)
      : values;
  };
  return { name: json.name, shape: lengths, bytes, decode, quantised: how ? kind : "" };
}
