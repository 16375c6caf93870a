/** Keras in: the archive of version 3, and the HDF5 file of versions 2 and 3. What is read: docs/models.md. */

import { readHdf5 } from "../hdf5/index.js";
import { isObject, readJson } from "../json.js";
import { badFile, showText, unsupportedFile } from "../problems.js";
import { PICKLED } from "../strangers.js";
import { readZip } from "../zip.js";
import { kerasNetwork } from "./config.js";
import { type KerasModel, type KerasOptions, translateKeras } from "./translate.js";
import { legacyWeights, numberedWeights } from "./weights.js";

/** A Keras model and what the file says of itself. */
export interface KerasFile extends KerasModel {
  readonly producer: { readonly name: string; readonly version: string };
}

export interface KerasReadOptions extends KerasOptions {
  /** Largest content of an archive, in bytes; defaults to 1 GiB. */
  readonly limit?: number;
}

const WHOLE = "save the whole model with model.save(...)";

/** A model from the bytes of a .keras file: config.json, metadata.json and model.weights.h5 in a zip archive. */
export function readKeras(
  bytes: Uint8Array,
  name: string,
  { limit, ...options }: KerasReadOptions = {},
): KerasFile {
  const files = readZip(bytes, name, limit === undefined ? {} : { limit });
  if ([...files.keys()].some((path) => path.endsWith("/data.pkl")))
    unsupportedFile(
      name,
      "archive",
      "a checkpoint of PyTorch, in which is a pickle of Python",
      "config.json, metadata.json, model.weights.h5",
      PICKLED,
    );
  const part = (path: string): Uint8Array =>
    files.get(path) ??
    badFile(name, "archive", `no ${path}`, "config.json, metadata.json, model.weights.h5", WHOLE);
  const config = readJson(part("config.json"), name, "config.json");
  const metadata = readJson(part("metadata.json"), name, "metadata.json");
  const version = isObject(metadata) ? metadata.keras_version : undefined;
  const root = readHdf5(part("model.weights.h5"), `${name}, model.weights.h5`);
  return read(
    config,
    typeof version === "string" ? version : undefined,
    numberedWeights(root),
    name,
    options,
  );
}

/** A model from the bytes of an HDF5 file that Keras wrote: the network as JSON in an attribute, weights by layer. */
export function readKerasHdf5(
  bytes: Uint8Array,
  name: string,
  options: KerasOptions = {},
): KerasFile {
  const root = readHdf5(bytes, name);
  const text = (key: string): Uint8Array | undefined => root.texts(key)?.[0];
  const config = text("model_config");
  const weights = root.get("model_weights");
  if (!config || !weights)
    return unsupportedFile(
      name,
      "root group",
      root.get("layers") || root.texts("layer_names")
        ? "weights without their network"
        : "no model_config",
      "a whole model of Keras",
      WHOLE,
    );
  const version = text("keras_version");
  return read(
    readJson(config, name, "attribute model_config"),
    version && new TextDecoder().decode(version),
    legacyWeights(weights, name),
    name,
    options,
  );
}

function read(
  config: Parameters<typeof kerasNetwork>[0],
  version: string | undefined,
  weights: Parameters<typeof translateKeras>[1],
  name: string,
  options: KerasOptions,
): KerasFile {
  if (version?.startsWith("1."))
    unsupportedFile(
      name,
      "metadata",
      `Keras ${showText(version)}`,
      "version 2 or 3",
      "load it with Keras 2 and save it again",
    );
  const file = { name, program: "Keras", version } as const;
  const model = translateKeras(kerasNetwork(config, name), weights, file, options);
  return { ...model, producer: { name: "Keras", version: version ?? "" } };
}
