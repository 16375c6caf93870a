/** Every op written as ONNX and read again: the same function, and the same bytes ever after. */

import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { readOnnx, writeOnnx } from "../../../src/formats/onnx/index.js";
import { modelMessage } from "../../../src/formats/onnx/message-tables.js";
import * as layers from "../../../src/model/build.js";
import { graph, type Layer, sequential } from "../../../src/model/build.js";
import { type Graph, initialise, type Model } from "../../../src/model/model.js";
import { type ZooName, zoo } from "../../../src/model/zoo.js";
import type { OpKind } from "../../../src/ops/index.js";
import { random } from "../../../src/tensor/random.js";
import { size, type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { worst } from "../../golden.js";

const { conv2d, dense, flatten, relu } = layers;
const shape = [4, 6, 5] as const;

const chain = (...list: readonly Layer[]): Graph =>
  sequential(shape, [...list, flatten({ id: "flat" }), dense({ id: "head", units: 3 })]);

/** Two readings of one image, joined. */
function pair(join: Layer): Graph {
  const g = graph(shape);
  const [a, b] = ["left", "right"].map((id) =>
    g.node(conv2d({ id, filters: 4, kernel: 1 }), g.input),
  );
  const joined = g.node(flatten({ id: "flat" }), g.node(join, a, b));
  return g.output(g.node(dense({ id: "head", units: 3 }), joined));
}

/** One graph or more per op; a missing op does not compile. */
const graphs: Record<OpKind, readonly Graph[]> = {
  conv2d: [
    chain(
      conv2d({
        id: "conv",
        filters: 6,
        kernel: [3, 2],
        stride: 2,
        padding: [0, 1, 2, 0],
        dilation: 2,
      }),
    ),
    chain(conv2d({ id: "conv", filters: 8, kernel: 3, groups: 4, padding: 1, bias: false })),
    chain(conv2d({ id: "conv", filters: 4, kernel: 2, stride: [2, 1], dilation: [1, 3] })),
  ],
  convTranspose2d: [
    chain(
      layers.convTranspose2d({
        id: "up",
        filters: 6,
        kernel: [3, 2],
        stride: 3,
        padding: [0, 1, 2, 0],
        outputPadding: [1, 2],
        dilation: 2,
      }),
    ),
    chain(layers.convTranspose2d({ id: "up", filters: 8, kernel: 3, groups: 4, bias: false })),
    chain(
      layers.convTranspose2d({ id: "up", filters: 3, kernel: 2, stride: [1, 3], dilation: [2, 1] }),
    ),
  ],
  dense: [
    sequential(shape, [flatten({ id: "flat" }), dense({ id: "head", units: 3, bias: false })]),
  ],
  batchNorm: [
    chain(layers.batchNorm({ id: "norm", epsilon: 0.01, keep: 0.75 })),
    chain(layers.batchNorm({ id: "norm", scale: false, center: false })),
  ],
  groupNorm: [
    chain(layers.groupNorm({ id: "norm", groups: 2 })),
    chain(layers.groupNorm({ id: "norm", groups: 4, scale: false })),
    chain(layers.groupNorm({ id: "norm", groups: 1, scale: false, center: false })),
  ],
  layerNorm: [
    chain(layers.layerNorm({ id: "norm" })),
    chain(layers.layerNorm({ id: "norm", scale: false })),
  ],
  instanceNorm: [chain(layers.instanceNorm({ id: "norm" }))],
  relu: [chain(relu({ id: "relu" }))],
  leakyRelu: [chain(layers.leakyRelu({ id: "leaky", slope: 0.25 }))],
  clip: [
    chain(layers.clip({ id: "clip", low: -0.5, high: 0.25 })),
    chain(layers.clip({ id: "clip", low: null, high: 0.25 })),
    chain(layers.clip({ id: "clip", low: -0.5, high: null })),
  ],
  sigmoid: [chain(layers.sigmoid({ id: "sigmoid" }))],
  tanh: [chain(layers.tanh({ id: "tanh" }))],
  elu: [
    chain(layers.elu({ id: "elu", alpha: 0.75 })),
    chain(layers.elu({ id: "selu", alpha: 1.5, scale: 1.25 })),
  ],
  gelu: [
    chain(layers.gelu({ id: "gelu" })),
    chain(layers.gelu({ id: "gelu", approximate: "tanh" })),
  ],
  clamp: [chain(layers.clamp({ id: "clamp" }))],
  maxPool2d: [chain(layers.maxPool2d({ id: "pool", size: 3, stride: 2, padding: 1 }))],
  signedMaxPool2d: [chain(layers.signedMaxPool2d({ id: "pool" }))],
  unevenMaxPool2d: [
    chain(layers.unevenMaxPool2d({ id: "pool", size: 3, stride: 2, padding: [0, 1, 2, 0] })),
    chain(layers.unevenMaxPool2d({ id: "pool", size: 2, stride: 2, ceil: true })),
    chain(
      layers.unevenMaxPool2d({
        id: "pool",
        size: [3, 2],
        stride: [1, 2],
        dilation: [2, 1],
        padding: [1, 0, 2, 1],
        ceil: true,
      }),
    ),
  ],
  avgPool2d: [
    chain(layers.avgPool2d({ id: "pool", size: 3, stride: 2, padding: 1, countPadding: true })),
  ],
  unevenAvgPool2d: [
    chain(layers.unevenAvgPool2d({ id: "pool", kernel: [3, 2], stride: 2, padding: [0, 1, 2, 0] })),
    chain(layers.unevenAvgPool2d({ id: "pool", kernel: [2, 2], ceil: true, countPadding: true })),
  ],
  interpolate2d: [
    chain(layers.interpolate2d({ id: "large", size: [12, 15] })),
    chain(layers.interpolate2d({ id: "large", size: [11, 3], coordinates: "align_corners" })),
    chain(
      layers.interpolate2d({
        id: "large",
        size: [8, 6],
        factor: [Math.fround(1.4), 1.25],
        coordinates: "asymmetric",
      }),
    ),
    chain(layers.interpolate2d({ id: "small", size: [1, 4], coordinates: "pytorch_half_pixel" })),
  ],
  globalAvgPool: [chain(layers.globalAvgPool({ id: "pool" }))],
  add: [pair(layers.add({ id: "sum" }))],
  multiply: [pair(layers.multiply({ id: "product" }))],
  concat: [pair(layers.concat({ id: "both" }))],
  pad: [chain(layers.pad({ id: "pad", before: [1, 0, 2], after: [2, 1, 0] }))],
  slice: [
    chain(layers.slice({ id: "part", start: [1, 5, 0], step: [1, -2, 2], length: [3, 3, 2] })),
  ],
  transpose: [chain(layers.transpose({ id: "turned", axes: [2, 0, 1] }))],
  reshape: [chain(layers.reshape({ id: "other", shape: [3, 4, 10] }))],
  biasMap: [chain(layers.biasMap({ id: "map" }))],
  flatten: [chain()],
  softmax: [
    sequential(shape, [
      flatten({ id: "flat" }),
      dense({ id: "head", units: 3 }),
      layers.softmax({ id: "shares" }),
    ]),
  ],
  channelNoise: [chain(layers.channelNoise({ id: "noise" }))],
  dropout: [chain(layers.dropout({ id: "drop", rate: 0.25 }))],
};

/** Parameters of both signs. */
function scrambled(g: Graph): Model {
  const model = initialise(g, random("write"));
  const parameters: Record<string, Tensor> = {};
  for (const [key, value] of Object.entries(model.parameters)) {
    const dice = random(key);
    const draw = (v: number) =>
      key.endsWith("Variance")
        ? dice.uniform(0.01, 2)
        : key.endsWith("sign")
          ? 1 - 2 * dice.below(2)
          : v * 0.5 + 0.5 * dice.normal();
    parameters[key] = tensor(value.shape, value.data.map(draw));
  }
  return { ...model, parameters };
}

function check(model: Model): void {
  const dice = random("images");
  const data = Float32Array.from({ length: 3 * size(model.inputShape) }, () => dice.normal());
  const x = tensor([3, ...model.inputShape], data);
  const bytes = writeOnnx(model);
  const { model: again, notes } = readOnnx(bytes, "written.onnx");
  expect(notes).toEqual([]);
  const [before, after] = [model, again].map((m) => session(m, { batch: 3 }).forward(x).data);
  expect(worst(after, before)).toBeLessThan(1e-6);
  expect(writeOnnx(again)).toEqual(bytes);
}

describe.each(Object.entries(graphs))("%s", (_, cases) => {
  test.each(cases.map((g, k) => [k, g] as const))("case %i", (_number, g) => check(scrambled(g)));
});

test("layer norm's scale has the axes of what it normalises, of one pixel, too", () => {
  const model = initialise(
    sequential(shape, [layers.globalAvgPool({ id: "pool" }), layers.layerNorm({ id: "norm" })]),
    random("norm"),
  );
  const { graph: written } = modelMessage(writeOnnx(model), "written.onnx");
  expect(written.initializers.map(({ name, dims }) => [name, dims])).toEqual([
    ["norm.gamma", [4, 1, 1]],
    ["norm.beta", [4, 1, 1]],
  ]);
});

describe("the zoo", () => {
  const names = Object.keys(zoo) as ZooName[];
  test.each(names)("%s with every norm", (name) => {
    for (const norm of ["none", "batch", "group", "layer", "instance"] as const) {
      if ((name === "mlp" || name === "linear") && (norm === "group" || norm === "instance"))
        continue;
      check(scrambled(zoo[name]({ norm })));
    }
  });
});
