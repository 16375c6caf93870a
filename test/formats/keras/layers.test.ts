/** Every layer that is read, in every kind of file, against a restatement of what Keras computes. */

import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { fold } from "../../../src/fold/fold.js";
import {
  type KerasFile,
  readKeras,
  readKerasHdf5,
  readTfjs,
} from "../../../src/formats/keras/index.js";
import { preprocess } from "../../../src/formats/preprocessing.js";
import { modelHash } from "../../../src/model/hash.js";
import type { Model } from "../../../src/model/model.js";
import { random } from "../../../src/tensor/random.js";
import { size, type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { worst } from "../../golden.js";
import {
  archive,
  batchNorm,
  convolution,
  functional,
  hdf5,
  layer,
  network,
  numbered,
  sequential,
  type TestLayer,
  type TestNetwork,
  tfjs,
  weight,
} from "./files.js";
import { evaluate, type Sample } from "./reference.js";

const IMAGE = [7, 9, 4] as const;
const FEW = 3;

/** A sample [H,W,C] as our batch of one [1,C,H,W]. */
function ours({ shape, data }: Sample): Tensor {
  const [H, W, C] = shape.length === 3 ? shape : [1, 1, size(shape)];
  const flat = shape.length === 2 ? [1, 1, shape[0], shape[1]] : [1, C, H, W];
  const out = tensor(flat as [number, number, number, number], new Float32Array(data.length));
  for (let i = 0; i < data.length; i++) {
    const [c, p] = [i % C, Math.floor(i / C)];
    out.data[shape.length === 2 ? i : c * H * W + p] = data[i];
  }
  return out;
}

/** Our value of one image in the file's order. */
function theirs(value: Tensor): number[] {
  if (value.shape.length < 4) return [...value.data];
  const [, C, H, W] = value.shape;
  return Array.from(
    { length: C * H * W },
    (_, i) => value.data[(i % C) * H * W + Math.floor(i / C)],
  );
}

function image(shape: readonly number[], seed: string): Sample {
  const dice = random(seed);
  return {
    shape,
    data: Float64Array.from({ length: size(shape) }, () => Math.fround(dice.uniform(-1, 1))),
  };
}

const output = (model: Model, x: Tensor): Tensor =>
  session(model).activations(x, [model.output])[model.output];

/** Compares the output with the restatement's, on a few images. */
function expectSame(net: TestNetwork, file: KerasFile, version: number): void {
  for (let k = 0; k < FEW; k++) {
    const x = image(net.inputShape.map(Number), `image ${k}`);
    const last = net.layers[net.layers.length - 1].config.name;
    const expected = evaluate(net, x, version).get(last) as Sample;
    const given = file.preprocessing
      ? preprocess({ ...ours(x), data: ours(x).data.map((v) => v / 255) }, file.preprocessing)
      : ours(x);
    const found = output(file.model, given);
    expect(theirs(found).length).toBe(expected.data.length);
    expect(worst(theirs(found), expected.data)).toBeLessThan(3e-6);
  }
}

const depthwise = (name: string, m: number, config = {}): TestLayer =>
  layer(
    "DepthwiseConv2D",
    name,
    { kernel_size: [3, 2], depth_multiplier: m, use_bias: false, groups: 1, ...config },
    {
      depthwise_kernel: weight([3, 2, 4, m]),
    },
  );

const separable = (name: string, config = {}): TestLayer =>
  layer(
    "SeparableConv2D",
    name,
    { filters: 5, kernel_size: [3, 3], depth_multiplier: 2, groups: 1, ...config },
    {
      depthwise_kernel: weight([3, 3, 4, 2]),
      pointwise_kernel: weight([1, 1, 8, 5]),
      bias: weight([5]),
    },
  );

const dense = (name: string, F: number, units: number, config = {}): TestLayer =>
  layer("Dense", name, { units, ...config }, { kernel: weight([F, units]), bias: weight([units]) });

const branches = (end: TestLayer): TestLayer[] => [
  convolution("a", [1, 1], [4, 3]),
  { ...convolution("b", [1, 1], [4, 3]), inputs: ["images"] },
  { ...convolution("c", [3, 3], [4, 3], { padding: "same" }), inputs: ["images"] },
  { ...end, inputs: ["a", "b", "c"] },
];

const F = size([...IMAGE]);

/** [title, layers, shape of the input if it is not an image]. */
type Case = readonly [title: string, layers: readonly TestLayer[], input?: readonly number[]];

const cases: readonly Case[] = [
  ["Conv2D, valid", [convolution("conv", [3, 2], [4, 5])]],
  ["Conv2D, same", [convolution("conv", [3, 3], [4, 5], { padding: "same", activation: "relu" })]],
  [
    "Conv2D, same, stride 2: asymmetric",
    [convolution("conv", [3, 3], [4, 5], { padding: "same", strides: [2, 2] })],
  ],
  ["Conv2D, same, even kernel", [convolution("conv", [2, 4], [4, 5], { padding: "same" })]],
  [
    "Conv2D, same, stride 3",
    [convolution("conv", [5, 4], [4, 5], { padding: "same", strides: 3 })],
  ],
  [
    "Conv2D, dilated",
    [convolution("conv", [3, 3], [4, 5], { padding: "same", dilation_rate: [2, 2] })],
  ],
  [
    "Conv2D, groups",
    [
      layer(
        "Conv2D",
        "conv",
        { filters: 6, kernel_size: [3, 3], groups: 2, use_bias: false },
        { kernel: weight([3, 3, 2, 6]) },
      ),
    ],
  ],
  ["DepthwiseConv2D", [depthwise("deep", 1)]],
  [
    "DepthwiseConv2D, two per channel, same, stride 2",
    [depthwise("deep", 2, { padding: "same", strides: [2, 2], activation: "relu6" })],
  ],
  [
    "Conv2D, SAME with strides 1×2, then 2×1",
    [
      convolution("conv", [3, 4], [4, 5], { padding: "same", strides: [1, 2] }),
      convolution("next", [2, 3], [5, 3], { padding: "same", strides: [2, 1] }),
    ],
  ],
  [
    "Conv2D with dilations 1×2",
    [convolution("conv", [2, 2], [4, 5], { dilation_rate: [1, 2], padding: "same" })],
  ],
  ["SeparableConv2D", [separable("separable", { padding: "same", activation: "relu" })]],
  ["SeparableConv2D, stride 2", [separable("separable", { strides: [2, 2] })]],
  ...[
    { strides: [2, 2], padding: "same" },
    { strides: [2, 2], padding: "valid" },
    { strides: [1, 1], padding: "same" },
    { strides: [3, 3], padding: "same", kernel_size: [2, 4] },
    { strides: [3, 3], padding: "valid", kernel_size: [2, 4], activation: "relu" },
    { strides: [1, 3], padding: "same", kernel_size: [2, 4] },
    { strides: [3, 2], padding: "valid", kernel_size: [2, 4] },
    { strides: [1, 1], padding: "same", dilation_rate: [1, 2] },
    { strides: [1, 1], padding: "valid", dilation_rate: [3, 1] },
  ].map(({ kernel_size = [3, 3], ...config }): Case => {
    const kernel = weight([...kernel_size, 5, 4]);
    const settings = { filters: 5, kernel_size, groups: 1, output_padding: null, ...config };
    const title = `Conv2DTranspose ${kernel_size.join("×")}, ${config.padding}, strides ${config.strides}, dilations ${config.dilation_rate ?? 1}`;
    return [title, [layer("Conv2DTranspose", "up", settings, { kernel, bias: weight([5]) })]];
  }),
  [
    "BatchNormalization after a convolution",
    [convolution("conv", [3, 3], [4, 5]), batchNorm("norm", 5)],
  ],
  ["BatchNormalization, axis as a list", [batchNorm("norm", 4, { axis: [3], epsilon: 0.01 })]],
  ["BatchNormalization, axis 3, no γ", [batchNorm("norm", 4, { axis: 3, scale: false })]],
  ["BatchNormalization, no β", [batchNorm("norm", 4, { axis: -1, center: false, momentum: 0.9 })]],
  [
    "BatchNormalization of a flattened image",
    [layer("Flatten", "flat"), batchNorm("norm", F), dense("dense", F, 3)],
  ],
  ["BatchNormalization of a vector", [batchNorm("norm", 6, { axis: [1] })], [6]],
  [
    "GroupNormalization",
    [
      layer(
        "GroupNormalization",
        "norm",
        { groups: 2, axis: -1 },
        { gamma: weight([4]), beta: weight([4]) },
      ),
    ],
  ],
  [
    "GroupNormalization, one group per channel",
    [layer("GroupNormalization", "norm", { groups: -1, scale: false }, { beta: weight([4]) })],
  ],
  [
    "LayerNormalization of a vector",
    [
      layer(
        "LayerNormalization",
        "norm",
        { axis: [-1] },
        { gamma: weight([6]), beta: weight([6]) },
      ),
    ],
    [6],
  ],
  [
    "LayerNormalization of a flattened image",
    [
      layer("Flatten", "flat"),
      layer("LayerNormalization", "norm", { axis: -1 }, { gamma: weight([F]), beta: weight([F]) }),
      dense("dense", F, 3),
    ],
  ],
  [
    "MaxPooling2D with strides 3×2",
    [layer("MaxPooling2D", "pool", { pool_size: [2, 2], strides: [3, 2], padding: "same" })],
  ],
  [
    "AveragePooling2D with strides 2×4",
    [layer("AveragePooling2D", "pool", { pool_size: [2, 3], strides: [2, 4] })],
  ],
  ["UpSampling2D, oblong", [layer("UpSampling2D", "up", { size: [2, 3] })]],
  ["UpSampling2D", [layer("UpSampling2D", "up", { size: [3, 3], interpolation: "nearest" })]],
  ["Dense after Flatten: channels last", [layer("Flatten", "flat"), dense("dense", F, 3)]],
  ["Flatten alone", [layer("Flatten", "flat")]],
  [
    "Flatten, activation, dropout, Dense",
    [
      convolution("conv", [3, 3], [4, 5]),
      layer("Flatten", "flat"),
      layer("Activation", "act", { activation: "relu" }),
      layer("Dropout", "drop", { rate: 0.3 }),
      dense("dense", 175, 3, { activation: "sigmoid" }),
    ],
  ],
  ["Dense at every pixel", [dense("dense", 4, 6, { activation: "relu" })]],
  ["Dense of an image without channels", [layer("Flatten", "flat"), dense("dense", 63, 3)], [7, 9]],
  ["MaxPooling2D", [layer("MaxPooling2D", "pool", { pool_size: [2, 2] })]],
  [
    "MaxPooling2D, oblong",
    [layer("MaxPooling2D", "pool", { pool_size: [2, 3], strides: [1, 2], padding: "same" })],
  ],
  [
    "MaxPooling2D, same, overlapping",
    [layer("MaxPooling2D", "pool", { pool_size: [3, 3], strides: [2, 2], padding: "same" })],
  ],
  [
    "AveragePooling2D, same: padding does not count",
    [layer("AveragePooling2D", "pool", { pool_size: [3, 3], strides: [2, 2], padding: "same" })],
  ],
  [
    "AveragePooling2D, oblong",
    [layer("AveragePooling2D", "pool", { pool_size: [3, 2], strides: 1, padding: "same" })],
  ],
  ["GlobalAveragePooling2D", [layer("GlobalAveragePooling2D", "pool"), dense("dense", 4, 3)]],
  [
    "GlobalMaxPooling2D, axes kept",
    [layer("GlobalMaxPooling2D", "pool", { keepdims: true }), convolution("conv", [1, 1], [4, 3])],
  ],
  [
    "ZeroPadding2D and a convolution of stride 2",
    [
      layer("ZeroPadding2D", "pad", {
        padding: [
          [0, 1],
          [2, 1],
        ],
      }),
      convolution("conv", [3, 3], [4, 5], { strides: 2 }),
    ],
  ],
  [
    "Cropping2D",
    [
      layer("Cropping2D", "crop", {
        cropping: [
          [1, 2],
          [0, 3],
        ],
      }),
    ],
  ],
  ["Reshape of an image", [layer("Reshape", "shape", { target_shape: [9, -1, 2] })]],
  [
    "Reshape of a flattened image back",
    [
      layer("Flatten", "flat"),
      layer("Reshape", "shape", { target_shape: [...IMAGE] }),
      convolution("conv", [3, 3], [4, 5]),
    ],
  ],
  [
    "Reshape of a flattened image to another",
    [layer("Flatten", "flat"), layer("Reshape", "shape", { target_shape: [4, 7, 9] })],
  ],
  [
    "Reshape to a vector",
    [layer("Reshape", "shape", { target_shape: [-1] }), dense("dense", F, 3)],
  ],
  [
    "Reshape by way of rows",
    [
      layer("Reshape", "rows", { target_shape: [63, 4] }),
      layer("Reshape", "shape", { target_shape: [9, 7, 4] }),
    ],
  ],
  [
    "Reshape of an image without channels",
    [layer("Reshape", "shape", { target_shape: [7, 9, 1] }), convolution("conv", [3, 3], [1, 5])],
    [7, 9],
  ],
  ["Permute", [layer("Permute", "turn", { dims: [2, 1, 3] })]],
  ["Permute of channels", [layer("Permute", "turn", { dims: [3, 1, 2] })]],
  ["Add of three", branches(layer("Add", "end"))],
  [
    "Subtract",
    branches(layer("Subtract", "end")).map((l) =>
      l.config.name === "end" ? { ...l, inputs: ["a", "c"] } : l,
    ),
  ],
  ["Average of three", branches(layer("Average", "end"))],
  ["Multiply of three", branches(layer("Multiply", "end"))],
  ["Concatenate of three", branches(layer("Concatenate", "end", { axis: -1 }))],
  [
    "Concatenate of a flattened image and a pooled one",
    [
      layer("Flatten", "flat"),
      { ...layer("GlobalAveragePooling2D", "pool"), inputs: ["images"] },
      { ...layer("Concatenate", "both", { axis: 1 }), inputs: ["flat", "pool"] },
      dense("dense", F + 4, 3),
    ],
  ],
  [
    "Add of a flattened image and a vector",
    [
      layer("Flatten", "flat"),
      { ...layer("GlobalAveragePooling2D", "pool"), inputs: ["images"] },
      dense("wide", 4, F),
      { ...layer("Add", "both"), inputs: ["flat", "wide"] },
      dense("dense", F, 3),
    ],
  ],
  [
    "squeeze and excitation",
    [
      layer("GlobalAveragePooling2D", "pool"),
      layer("Reshape", "shape", { target_shape: [1, 1, 4] }),
      convolution("gate", [1, 1], [4, 4], { activation: "sigmoid" }),
      { ...layer("Multiply", "end"), inputs: ["images", "gate"] },
    ],
  ],
  [
    "Rescaling in the middle",
    [
      convolution("conv", [3, 3], [4, 5]),
      layer("Rescaling", "scale", { scale: 0.5, offset: -1.5 }),
    ],
  ],
  [
    "Normalization in the middle, inverted",
    [
      convolution("conv", [3, 3], [4, 3]),
      layer(
        "Normalization",
        "scale",
        { axis: [-1], invert: true },
        { mean: weight([3]), variance: weight([3], "positive") },
      ),
    ],
  ],
  [
    "Rescaling of a flattened image",
    [layer("Flatten", "flat"), layer("Rescaling", "scale", { scale: 3 }), dense("dense", F, 3)],
  ],
  ["ReLU with an end", [layer("ReLU", "act", { max_value: 0.5, negative_slope: 0, threshold: 0 })]],
  [
    "ReLU with a slope",
    [layer("ReLU", "act", { max_value: null, negative_slope: 0.25, threshold: 0 })],
  ],
  ["LeakyReLU of older files", [layer("LeakyReLU", "act", { alpha: 0.1 })]],
  ["LeakyReLU of newer files", [layer("LeakyReLU", "act", { negative_slope: 0.2 })]],
  ["ELU", [layer("ELU", "act", { alpha: 0.5 })]],
  [
    "PReLU of one slope",
    [layer("PReLU", "act", { shared_axes: [1, 2, 3] }, { alpha: weight([1, 1, 1]) })],
  ],
  ...[
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "sigmoid",
    "hard_sigmoid",
    "swish",
    "silu",
    "hard_swish",
    "tanh",
    "elu",
    "selu",
    "gelu",
    "gelu_new",
  ].map(
    (activation) =>
      [
        `Activation ${activation}`,
        [convolution("conv", [1, 1], [4, 3]), layer("Activation", "act", { activation })],
      ] as const,
  ),
];

describe.each(
  cases.map(([title, layers, input]) => ({ title, net: network(input ?? IMAGE, layers) })),
)("$title", ({ net }) => {
  test("a .keras archive", () => expectSame(net, readKeras(archive(net), "net.keras"), 3));
  test("an HDF5 file", () => expectSame(net, readKerasHdf5(hdf5(net), "net.h5"), 2));
  test("a TensorFlow.js model", () => {
    const { model, files } = tfjs(net);
    expectSame(net, readTfjs(model, "model.json", { files }), 2);
  });
});

describe("UpSampling2D, bilinear", () => {
  const net = network(
    [1, 3, 1],
    [layer("UpSampling2D", "up", { size: [1, 2], interpolation: "bilinear" })],
  );
  const enlarged = ({ model }: KerasFile): number[] => {
    const y = output(model, tensor([1, 1, 1, 3], Float32Array.of(0, 4, 12)));
    return [...y.data];
  };
  // Places −¼, ¼, ¾, 5/4, 7/4, 9/4.
  test.each([
    ["an archive", readKeras(archive(net), "net")],
    ["HDF5 of 2.4", readKerasHdf5(hdf5(net), "net")],
    ["HDF5 of TensorFlow's 2.3", readKerasHdf5(hdf5(net, { version: "2.3.0-tf" }), "net")],
  ])("%s: images cover the same area", (_, file) => {
    expect(enlarged(file)).toEqual([0, 1, 3, 6, 10, 12]);
  });

  // Places 0, ½, 1, 3/2, 2, 5/2.
  test("TensorFlow.js: from the first pixel on, and said if Keras made the model", () => {
    const { model, files } = tfjs(net);
    const file = readTfjs(model, "net", { files });
    expect(enlarged(file)).toEqual([0, 2, 4, 8, 12, 12]);
    expect(file.notes).toContain(
      '"up" enlarges as TensorFlow.js does, pixel o from place o/factor on; Keras, which made the model, takes place (o + ½)/factor − ½',
    );
  });

  test.each(["2.2.4-tf", "2.3.1"])("Keras %s: refused", (version) => {
    expect(() => readKerasHdf5(hdf5(net, { version }), "net")).toThrow(
      `interpolates as Keras ${version} does, which depends on TensorFlow's version; save the model again with Keras 2.4 or newer`,
    );
  });
});

describe("a network of several layers", () => {
  const net = network(IMAGE, [
    convolution("conv2d_7", [3, 3], [4, 6], { padding: "same", use_bias: true }),
    batchNorm("batch_normalization_3", 6),
    layer("Activation", "activation", { activation: "relu" }),
    convolution("conv2d_8", [3, 3], [6, 6], { strides: [2, 2], padding: "same" }),
    batchNorm("batch_normalization_4", 6),
    layer("Flatten", "flatten"),
    dense("dense", 120, 5, { activation: "linear" }),
  ]);
  const files: readonly (readonly [string, KerasFile])[] = [
    ["archive", readKeras(archive(net), "net")],
    [
      "archive whose arrays are named",
      readKeras(archive(net, { weights: numbered(net, true) }), "net"),
    ],
    ["archive of a sequence", readKeras(archive(net, { config: sequential(net) }), "net")],
    ["HDF5", readKerasHdf5(hdf5(net), "net")],
    ["HDF5 of a sequence", readKerasHdf5(hdf5(net, { config: sequential(net) }), "net")],
    [
      "HDF5 of Keras 3",
      readKerasHdf5(hdf5(net, { config: functional(net, 3), version: "3.2.0" }), "net"),
    ],
    ["TensorFlow.js", readTfjs(tfjs(net).model, "net", { files: tfjs(net).files })],
  ];

  test.each(files)("%s: the same model bit for bit", (_, file) => {
    expect(modelHash(file.model)).toBe(modelHash(files[0][1].model));
    expectSame(net, file, 3);
  });

  test("arrays are found by the layer's name before their number", () => {
    const [first, second] = ["conv2d_7", "conv2d_8"].map((name) =>
      net.layers.find((l) => l.config.name === name),
    );
    // Numbered the other way round: only the names tell.
    const turned = numbered({ ...net, layers: [...net.layers].reverse() }, true);
    const file = readKeras(archive(net, { weights: turned }), "net");
    expect(file.model.parameters["conv2d_7.weight"].data[0]).toBe(first?.weights.kernel.data[0]);
    expect(file.model.parameters["conv2d_8.weight"].data[0]).toBe(second?.weights.kernel.data[0]);
    expect(modelHash(file.model)).toBe(modelHash(files[0][1].model));
  });

  test("folds to the same function", () => {
    const { model } = fold(files[0][1].model);
    const x = ours(image([...IMAGE], "fold"));
    expect(model.nodes.some(({ kind }) => kind === "batchNorm")).toBe(false);
    expect(worst(output(model, x).data, output(files[0][1].model, x).data)).toBeLessThan(1e-5);
  });
});

describe("preprocessing", () => {
  const read = (...layers: readonly TestLayer[]) => {
    const net = network(
      [5, 5, 3],
      [...layers, { ...convolution("conv", [3, 3], [3, 2]), inputs: [] }],
    );
    return { net, file: readKeras(archive(net), "net") };
  };

  test("Rescaling at the beginning is what is done to pixels", () => {
    const { net, file } = read(layer("Rescaling", "rescaling", { scale: 1 / 127.5, offset: -1 }));
    expect(file.preprocessing).toEqual({ scale: 1 / 127.5, mean: [1], std: [1], channels: "rgb" });
    expect(file.model.nodes.map(({ kind }) => kind)).toEqual(["conv2d"]);
    expect(file.notes).toContain(
      'layer "rescaling" (Rescaling) stands first: it is read as what is done to pixels, and the model begins after it',
    );
    expectSame(net, file, 3);
  });

  test("Rescaling, then Normalization with numbers of its own", () => {
    const { net, file } = read(
      layer("Rescaling", "rescaling", { scale: 1 / 255 }),
      layer("Normalization", "normalization", {
        axis: [-1],
        mean: [0.4, 0.5, 0.6],
        variance: [0.04, 0.09, 0.16],
      }),
    );
    expect(file.preprocessing?.scale).toBe(1 / 255);
    expect(worst(file.preprocessing?.mean ?? [], [0.4, 0.5, 0.6])).toBeLessThan(1e-12);
    expect(worst(file.preprocessing?.std ?? [], [0.2, 0.3, 0.4])).toBeLessThan(1e-12);
    expectSame(net, file, 3);
  });

  test("Normalization with learned numbers, whose count is not needed", () => {
    const weights = { mean: weight([3]), variance: weight([3], "positive") };
    const { net, file } = read(layer("Normalization", "normalization", { axis: -1 }, weights));
    expect(file.model.nodes.length).toBe(1);
    expectSame(net, file, 3);
    const counted = { ...weights, count: { shape: [], data: Float32Array.of(9) } };
    expect(
      read(layer("Normalization", "n", { axis: -1 }, counted)).file.preprocessing?.mean,
    ).toEqual(file.preprocessing?.mean);
  });

  test("Resizing at the beginning, even of an open input; within the network it is refused", () => {
    const resizing = (settings: object = {}) =>
      layer("Resizing", "resizing", {
        height: 4,
        width: 6,
        interpolation: "bilinear",
        ...settings,
      });
    const conv = { ...convolution("conv", [3, 3], [3, 2]), inputs: [] };
    const open = (...layers: readonly TestLayer[]) =>
      readKeras(archive(network([null, null, 3], layers)), "net");
    const flip = layer("RandomFlip", "flip", { mode: "horizontal" });
    const file = open(flip, resizing({ antialias: true }), conv);
    expect(file.model.inputShape).toEqual([3, 4, 6]);
    expect(file.preprocessing?.fits).toEqual([
      { kind: "resize", height: 4, width: 6, by: "smooth" },
    ]);
    expect(file.notes).toContain(
      "the file does not say how pixels are scaled: from 0 to 1, unless --preprocess says otherwise",
    );
    expect(() =>
      read(
        layer("Dense", "dense", { units: 3 }, { kernel: weight([3, 3]), bias: weight([3]) }),
        resizing(),
      ),
    ).toThrow(
      /Resizing \(reads "dense"\): changes the size of what the network computes; only at the model's beginning/,
    );
    expect(() => open(resizing({ interpolation: "bicubic" }), conv)).toThrow(
      'interpolates by bicubic; use "bilinear" or "nearest"',
    );
    expect(() => open(resizing({ crop_to_aspect_ratio: true }), conv)).toThrow(
      "has crop_to_aspect_ratio; resize without it, or do it outside the model",
    );
  });

  test("what cannot be said so stays a layer: a factor below 0, a second reader", () => {
    const turned = read(layer("Rescaling", "rescaling", { scale: -1, offset: 1 }));
    expect(turned.file.preprocessing).toBeUndefined();
    expect(turned.file.model.nodes.map(({ kind }) => kind)).toEqual(["conv2d", "conv2d"]);
    expectSame(turned.net, turned.file, 3);
    const net = network(
      [5, 5, 3],
      [
        layer("Rescaling", "rescaling", { scale: 2 }),
        { ...layer("Add", "add"), inputs: ["rescaling", "images"] },
      ],
    );
    const twice = readKeras(archive(net), "net");
    expect(twice.preprocessing).toBeUndefined();
    expectSame(net, twice, 3);
  });
});
