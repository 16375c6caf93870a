/** A network that holds a layer of every kind, as every kind of Keras file, for random damage. */

import { readKeras, readKerasHdf5, readTfjs } from "../../../src/formats/keras/index.js";
import { writeZip } from "../../../src/formats/zip.js";
import type { Model } from "../../../src/model/model.js";
import { writeHdf5 } from "../hdf5-writer.js";
import {
  archive,
  batchNorm,
  convolution,
  functional,
  hdf5,
  layer,
  network,
  numbered,
  tfjs,
  weight,
} from "./files.js";

export const net = network(
  [8, 8, 3],
  [
    layer("Rescaling", "rescaling", { scale: 0.5, offset: -1 }),
    layer("ZeroPadding2D", "pad", {
      padding: [
        [1, 1],
        [1, 1],
      ],
    }),
    convolution("conv", [3, 3], [3, 4], { strides: [2, 2], activation: "relu" }),
    batchNorm("norm", 4, { axis: [3], momentum: 0.9, epsilon: 0.001 }),
    layer(
      "SeparableConv2D",
      "deep",
      { filters: 4, kernel_size: [3, 3], padding: "same", use_bias: false },
      { depthwise_kernel: weight([3, 3, 4, 1]), pointwise_kernel: weight([1, 1, 4, 4]) },
    ),
    layer("Add", "add", {}, {}, ["norm", "deep"]),
    layer("MaxPooling2D", "pool", { pool_size: [2, 2], padding: "same" }),
    layer("Reshape", "shape", { target_shape: [4, 4] }),
    layer("Reshape", "back", { target_shape: [2, 2, 4] }),
    layer("Flatten", "flat"),
    layer(
      "Dense",
      "dense",
      { units: 3, activation: "softmax" },
      { kernel: weight([16, 3]), bias: weight([3]) },
    ),
  ],
);

const LIMIT = 2 ** 20;

export const zipped = (config: Uint8Array, weights: Uint8Array): Uint8Array =>
  writeZip(
    new Map([
      ["metadata.json", new TextEncoder().encode('{"keras_version": "3.10.0"}')],
      ["config.json", config],
      ["model.weights.h5", weights],
    ]),
  );
export const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const config = json(functional(net, 3));
export const weights = writeHdf5(numbered(net));
export const keras = (bytes: Uint8Array, name: string) => readKeras(bytes, name, { limit: LIMIT });
const shards = tfjs(net);

/** [name, sound bytes, the file with these bytes damaged, reader]. */
export const parts: readonly (readonly [
  string,
  Uint8Array,
  (bytes: Uint8Array) => Uint8Array,
  (bytes: Uint8Array, name: string) => { readonly model: Model },
])[] = [
  ["an archive", archive(net), (b) => b, keras],
  ["an archive's description", config, (b) => zipped(b, weights), keras],
  ["an archive's weights", weights, (b) => zipped(config, b), keras],
  ["an HDF5 file", hdf5(net), (b) => b, readKerasHdf5],
  ["model.json", shards.model, (b) => b, (b, name) => readTfjs(b, name, { files: shards.files })],
];
