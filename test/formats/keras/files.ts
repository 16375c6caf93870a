/** One network as every kind of file that Keras and TensorFlow.js write. */

import { writeZip } from "../../../src/formats/zip.js";
import { random } from "../../../src/tensor/random.js";
import { size } from "../../../src/tensor/tensor.js";
import { array, type GroupToWrite, group, writeHdf5 } from "../hdf5-writer.js";

export interface TestWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface TestLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly name: string };
  /** By Keras' names, in Keras' order. */
  readonly weights: Readonly<Record<string, TestWeight>>;
  /** Names of layers; "images" is the input. */
  readonly inputs: readonly string[];
}

export interface TestNetwork {
  /** Without the batch. */
  readonly inputShape: readonly (number | null)[];
  readonly layers: readonly TestLayer[];
}

let count = 0;

/** Numbers of both signs around 0, or above 0. */
export function weight(
  shape: readonly number[],
  kind: "signed" | "positive" = "signed",
): TestWeight {
  const dice = random(`weight ${count++}`);
  const [low, high] = kind === "signed" ? [-1, 1] : [0.002, 1];
  return { shape, data: Float32Array.from({ length: size(shape) }, () => dice.uniform(low, high)) };
}

/** A layer that reads the one before it unless `inputs` says otherwise. */
export const layer = (
  className: string,
  name: string,
  config: Readonly<Record<string, unknown>> = {},
  weights: TestLayer["weights"] = {},
  inputs: readonly string[] = [],
): TestLayer => ({ className, config: { name, ...config }, weights, inputs });

export const convolution = (
  name: string,
  kernel: readonly [number, number],
  [channels, filters]: readonly [number, number],
  config: Readonly<Record<string, unknown>> = {},
  inputs: readonly string[] = [],
): TestLayer =>
  layer(
    "Conv2D",
    name,
    { filters, kernel_size: kernel, ...config },
    { kernel: weight([...kernel, channels, filters]), bias: weight([filters]) },
    inputs,
  );

export function batchNorm(
  name: string,
  channels: number,
  config: Readonly<Record<string, unknown>> = {},
): TestLayer {
  const { gamma, beta, ...statistics } = {
    gamma: weight([channels]),
    beta: weight([channels]),
    moving_mean: weight([channels]),
    moving_variance: weight([channels], "positive"),
  };
  const scaled = config.scale === false ? {} : { gamma };
  const shifted = config.center === false ? {} : { beta };
  return layer("BatchNormalization", name, config, { ...scaled, ...shifted, ...statistics });
}

/** Layers with what they read filled in. */
export const network = (
  inputShape: readonly (number | null)[],
  layers: readonly TestLayer[],
): TestNetwork => ({
  inputShape,
  layers: layers.map((l, k) => ({
    ...l,
    inputs: l.inputs.length > 0 ? l.inputs : [k === 0 ? "images" : layers[k - 1].config.name],
  })),
});

type Version = 2 | 3;

const tensorOf = (name: string) => ({
  class_name: "__keras_tensor__",
  config: { shape: [null], dtype: "float32", keras_history: [name, 0, 0] },
});

function inbound(inputs: readonly string[], version: Version): unknown {
  if (version === 2) return [inputs.map((name) => [name, 0, 0, {}])];
  const tensors = inputs.map(tensorOf);
  return [{ args: tensors.length === 1 ? tensors : [tensors], kwargs: {} }];
}

/** The description as a functional model. */
export function functional({ inputShape, layers }: TestNetwork, version: Version): object {
  const input = {
    class_name: "InputLayer",
    name: "images",
    config: {
      name: "images",
      [version === 2 ? "batch_input_shape" : "batch_shape"]: [null, ...inputShape],
      dtype: "float32",
    },
    inbound_nodes: [],
  };
  const all = layers.map(({ className, config, inputs }) => ({
    class_name: className,
    name: config.name,
    config: { trainable: true, ...config },
    inbound_nodes: inbound(inputs, version),
  }));
  const end = layers[layers.length - 1].config.name;
  const one = (name: string) => (version === 2 ? [[name, 0, 0]] : [name, 0, 0]);
  return {
    class_name: version === 2 ? "Model" : "Functional",
    config: {
      name: "model",
      layers: [input, ...all],
      input_layers: one("images"),
      output_layers: one(end),
    },
  };
}

/** The description as a sequence. */
export const sequential = ({ inputShape, layers }: TestNetwork): object => ({
  class_name: "Sequential",
  config: {
    name: "sequential",
    layers: layers.map(({ className, config }, k) => ({
      class_name: className,
      config: k === 0 ? { batch_input_shape: [null, ...inputShape], ...config } : config,
    })),
  },
});

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** "Conv2D" → "conv2d", "BatchNormalization" → "batch_normalization". */
const snake = (className: string): string =>
  className
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();

/** Groups of numbered arrays as Keras 3 has them. `named`: whether they say the layer's name. */
export function numbered({ layers }: TestNetwork, named = false): GroupToWrite {
  const used = new Map<string, number>();
  const entries = layers.map(({ className, config, weights }) => {
    const slot = snake(className);
    const k = used.get(slot) ?? 0;
    used.set(slot, k + 1);
    const arrays = Object.values(weights).map((w, i) => [`${i}`, array(w.shape, w.data)] as const);
    const vars = group(Object.fromEntries(arrays), named ? { name: config.name } : {});
    return [k === 0 ? slot : `${slot}_${k}`, group({ vars })] as const;
  });
  return group({ layers: group(Object.fromEntries(entries)), vars: group({}) });
}

/** A .keras archive. */
export function archive(
  net: TestNetwork,
  {
    config = functional(net, 3),
    weights = numbered(net),
    version = "3.10.0",
  }: { config?: object; weights?: GroupToWrite; version?: string } = {},
): Uint8Array {
  return writeZip(
    new Map([
      ["metadata.json", json({ keras_version: version })],
      ["config.json", json(config)],
      ["model.weights.h5", writeHdf5(weights)],
    ]),
  );
}

/** The weights of an older HDF5 file. */
export const byLayer = ({ layers }: TestNetwork): GroupToWrite =>
  group(
    Object.fromEntries(
      layers.map(({ config: { name }, weights }) => {
        const entries = Object.entries(weights);
        const arrays = entries.map(([role, w]) => [`${role}:0`, array(w.shape, w.data)] as const);
        const children = arrays.length > 0 ? { [name]: group(Object.fromEntries(arrays)) } : {};
        const names = entries.map(([role]) => `${name}/${role}:0`);
        return [name, group(children, { weight_names: names })];
      }),
    ),
    { layer_names: layers.map(({ config }) => config.name) },
  );

/** An .h5 file of a whole model. */
export const hdf5 = (
  net: TestNetwork,
  {
    config = functional(net, 2),
    weights = byLayer(net),
    version = "2.4.0",
  }: { config?: object; weights?: GroupToWrite; version?: string } = {},
): Uint8Array =>
  writeHdf5(
    group(
      { model_weights: weights },
      { model_config: JSON.stringify(config), keras_version: version, backend: "tensorflow" },
    ),
  );

/** model.json and its weights in two shards that cut through an array. */
export function tfjs(
  net: TestNetwork,
  change: (model: Record<string, unknown>) => Record<string, unknown> = (model) => model,
): { readonly model: Uint8Array; readonly files: Map<string, Uint8Array> } {
  const all = net.layers.flatMap(({ config, weights }) =>
    Object.entries(weights).map(([role, w]) => ({ name: `${config.name}/${role}`, ...w })),
  );
  const bytes = new Uint8Array(Buffer.concat(all.map((w) => new Uint8Array(w.data.buffer))));
  const cut = Math.floor(bytes.length / 2) + 1;
  const model = {
    format: "layers-model",
    modelTopology: {
      keras_version: "2.15.0",
      backend: "tensorflow",
      model_config: functional(net, 2),
    },
    weightsManifest: [
      {
        paths: ["group1-shard1of2.bin", "group1-shard2of2.bin"],
        weights: all.map(({ name, shape }) => ({ name, shape, dtype: "float32" })),
      },
    ],
  };
  const files = new Map([
    ["group1-shard1of2.bin", bytes.slice(0, cut)],
    ["group1-shard2of2.bin", bytes.slice(cut)],
  ]);
  return { model: json(change(model)), files };
}
