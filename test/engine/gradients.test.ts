/** Every op's gradients against finite differences, in float64, through the whole engine. */

import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import * as layers from "../../src/model/build.js";
import { graph, sequential } from "../../src/model/build.js";
import { type Graph, initialise, type Model } from "../../src/model/model.js";
import type { OpKind } from "../../src/ops/index.js";
import type { Stats } from "../../src/ops/op.js";
import { random } from "../../src/tensor/random.js";
import { size, type Tensor, tensor } from "../../src/tensor/tensor.js";

const STEP = 1e-5;
const { conv2d, dense, relu, batchNorm, ghostBatchNorm, groupNorm, layerNorm, instanceNorm } =
  layers;
const { maxPool2d, avgPool2d, globalAvgPool, flatten, softmax, dropout, channelNoise, add } =
  layers;
const { biasMap, clamp, signedMaxPool2d } = layers;
const {
  elu,
  gelu,
  leakyRelu,
  clip,
  sigmoid,
  tanh,
  multiply,
  concat,
  pad,
  slice,
  transpose,
  reshape,
} = layers;
const { unevenMaxPool2d, unevenAvgPool2d, interpolate2d, convTranspose2d } = layers;

/** Float64 values without structure: no ties, both signs. */
const noise = (shape: readonly number[], name: string, scale = 1): Tensor => {
  const stream = random(name);
  return tensor(
    shape,
    Float64Array.from({ length: size(shape) }, () => stream.normal() * scale),
  );
};

/** Parameters of both signs (γ too), variances small against ε among them. */
function scrambled(g: Graph): Model {
  const model = initialise(g, random("init"));
  const parameters: Record<string, Tensor> = {};
  for (const [key, { shape, data }] of Object.entries(model.parameters)) {
    const stream = random(key);
    parameters[key] = tensor(
      shape,
      Float64Array.from(data, (value) =>
        key.endsWith("Variance")
          ? stream.uniform(2e-3, 1.5)
          : key.endsWith("sign")
            ? 1 - 2 * stream.below(2)
            : value * 0.7 + 0.6 * stream.normal(),
      ),
    );
  }
  return { ...model, parameters };
}

const head = [flatten(), dense({ units: 3, id: "head" })];
const input = [3, 7, 6] as const;
const x6 = [6, 5, 4] as const;

/** Graphs that together hold every op; a missing kind does not compile. */
const graphs: Record<OpKind, Record<string, Graph>> = {
  conv2d: {
    "3×3 padded": sequential(input, [conv2d({ filters: 5, kernel: 3, padding: 1 }), ...head]),
    "stride 2, uneven padding": sequential(input, [
      conv2d({ filters: 4, kernel: [3, 2], stride: 2, padding: [0, 1, 1, 0] }),
      ...head,
    ]),
    "stride 3 over 2×2, no bias": sequential(input, [
      conv2d({ filters: 6, kernel: 2, stride: 3, bias: false }),
      ...head,
    ]),
    "strides 3×1, dilations 1×2": sequential(input, [
      conv2d({
        filters: 5,
        kernel: [3, 2],
        stride: [3, 1],
        dilation: [1, 2],
        padding: [1, 0, 2, 1],
      }),
      ...head,
    ]),
    "depthwise, strides 1×2, dilations 2×1": sequential(input, [
      conv2d({ filters: 3, kernel: 3, stride: [1, 2], dilation: [2, 1], groups: 3, padding: 1 }),
      ...head,
    ]),
    "groups, strides 2×1": sequential(x6, [
      conv2d({ filters: 4, kernel: 2, stride: [2, 1], groups: 2 }),
      ...head,
    ]),
    "1×1 stride 2": sequential(input, [conv2d({ filters: 5, kernel: 1, stride: 2 }), ...head]),
    "dilation 2": sequential(input, [
      conv2d({ filters: 4, kernel: 3, dilation: 2, padding: 2 }),
      ...head,
    ]),
    "dilation 3, stride 2": sequential(
      [2, 9, 8],
      [conv2d({ filters: 3, kernel: 3, dilation: 3, stride: 2, padding: 3 }), ...head],
    ),
    "two groups": sequential(x6, [
      conv2d({ filters: 4, kernel: 3, groups: 2, padding: 1 }),
      ...head,
    ]),
    "depthwise, stride 2": sequential(x6, [
      conv2d({ filters: 6, kernel: 3, groups: 6, stride: 2, padding: 1 }),
      ...head,
    ]),
    "8 and more channels (Winograd)": sequential(
      [8, 6, 5],
      [
        conv2d({ filters: 9, kernel: 3, padding: 1 }),
        relu(),
        conv2d({ filters: 8, kernel: 3, padding: [0, 1, 2, 0] }),
        ...head,
      ],
    ),
    "8 channels, tiles of 4 (Winograd)": sequential(
      [8, 8, 4],
      [conv2d({ filters: 9, kernel: 3, padding: 1 }), relu(), ...head],
    ),
    "two in turn": sequential(input, [
      conv2d({ filters: 5, kernel: 3, padding: 1 }),
      relu(),
      conv2d({ filters: 4, kernel: 3, stride: 2 }),
      ...head,
    ]),
  },
  convTranspose2d: {
    "3×3": sequential(input, [convTranspose2d({ filters: 5, kernel: 3 }), relu(), ...head]),
    "stride 2, padded, output padding": sequential(input, [
      convTranspose2d({
        filters: 4,
        kernel: [3, 2],
        stride: 2,
        padding: [1, 0, 2, 1],
        outputPadding: [1, 0],
      }),
      ...head,
    ]),
    "stride 3 over 2×2: places that no tap reaches, no bias": sequential(input, [
      convTranspose2d({ filters: 6, kernel: 2, stride: 3, bias: false }),
      ...head,
    ]),
    "strides 3×1, dilations 1×2": sequential(input, [
      convTranspose2d({
        filters: 5,
        kernel: [2, 3],
        stride: [3, 1],
        dilation: [1, 2],
        padding: [0, 1, 1, 2],
      }),
      ...head,
    ]),
    "two groups, strides 1×2": sequential(x6, [
      convTranspose2d({ filters: 4, kernel: 2, stride: [1, 2], dilation: [3, 1], groups: 2 }),
      ...head,
    ]),
    "dilation 2, stride 3": sequential(input, [
      convTranspose2d({ filters: 3, kernel: 3, dilation: 2, stride: 3, padding: 1 }),
      ...head,
    ]),
    "more padding than the kernel reaches": sequential(input, [
      convTranspose2d({ filters: 3, kernel: 2, padding: [3, 0, 2, 2] }),
      ...head,
    ]),
    "two groups": sequential(x6, [
      convTranspose2d({ filters: 4, kernel: 3, groups: 2, stride: 2, outputPadding: [1, 1] }),
      ...head,
    ]),
    depthwise: sequential(x6, [
      convTranspose2d({ filters: 6, kernel: 3, groups: 6, padding: 1 }),
      ...head,
    ]),
  },
  dense: {
    "two in turn": sequential(
      [1, 1, 6],
      [flatten(), dense({ units: 7 }), relu(), dense({ units: 3 })],
    ),
  },
  batchNorm: {
    "after conv": sequential(input, [
      conv2d({ filters: 5, kernel: 3 }),
      batchNorm({ epsilon: 1e-2 }),
      relu(),
      ...head,
    ]),
    "after ReLU, then pool": sequential(input, [
      conv2d({ filters: 5, kernel: 2 }),
      relu(),
      batchNorm({ epsilon: 1e-2 }),
      maxPool2d(),
      ...head,
    ]),
    "then ReLU, then pool": sequential(input, [
      conv2d({ filters: 5, kernel: 2 }),
      batchNorm({ epsilon: 1e-2 }),
      relu(),
      maxPool2d(),
      ...head,
    ]),
    "no γ": sequential(input, [
      conv2d({ filters: 3, kernel: 3 }),
      batchNorm({ scale: false }),
      ...head,
    ]),
    "no β": sequential(input, [
      conv2d({ filters: 3, kernel: 3 }),
      batchNorm({ center: false }),
      ...head,
    ]),
    neither: sequential(input, [batchNorm({ scale: false, center: false }), ...head]),
    ghost: sequential(input, [
      conv2d({ filters: 3, kernel: 3 }),
      ghostBatchNorm({ images: 2 }),
      ...head,
    ]),
    "after dense": sequential(
      [1, 1, 5],
      [flatten(), dense({ units: 6 }), batchNorm(), relu(), dense({ units: 3 })],
    ),
    "on a flattened image": sequential([3, 2, 2], [flatten(), batchNorm(), dense({ units: 3 })]),
  },
  groupNorm: { "three groups": sequential(x6, [groupNorm({ groups: 3 }), relu(), ...head]) },
  layerNorm: {
    image: sequential(input, [layerNorm(), relu(), ...head]),
    "flattened image of 4 channels": sequential(
      [4, 2, 2],
      [flatten(), layerNorm(), dense({ units: 3 })],
    ),
  },
  instanceNorm: { image: sequential(input, [instanceNorm({ scale: false }), ...head]) },
  relu: { alone: sequential(input, [relu(), ...head]) },
  clamp: {
    alone: sequential(input, [clamp(), ...head]),
    "on a flattened image": sequential([4, 2, 2], [flatten(), clamp(), dense({ units: 3 })]),
  },
  signedMaxPool2d: {
    "2×2": sequential(input, [signedMaxPool2d(), ...head]),
    "overlapping, padded": sequential(input, [
      signedMaxPool2d({ size: 3, stride: 2, padding: 1 }),
      ...head,
    ]),
  },
  biasMap: {
    "after conv": sequential(input, [conv2d({ filters: 5, kernel: 3 }), biasMap(), ...head]),
    "between ReLUs": sequential(input, [
      conv2d({ filters: 5, kernel: 2 }),
      relu(),
      biasMap(),
      relu(),
      ...head,
    ]),
    "on a flattened image": sequential([4, 2, 2], [flatten(), biasMap(), dense({ units: 3 })]),
  },
  maxPool2d: {
    "2×2": sequential(input, [maxPool2d(), ...head]),
    "overlapping, padded": sequential(input, [
      maxPool2d({ size: 3, stride: 2, padding: 1 }),
      ...head,
    ]),
  },
  avgPool2d: {
    "padding not counted": sequential(input, [
      avgPool2d({ size: 3, stride: 2, padding: 1 }),
      ...head,
    ]),
    "padding counted": sequential(input, [
      avgPool2d({ size: 3, stride: 2, padding: 1, countPadding: true }),
      ...head,
    ]),
  },
  globalAvgPool: {
    alone: sequential(input, [conv2d({ filters: 5, kernel: 3 }), globalAvgPool(), ...head]),
  },
  add: {
    "residual block": residual(),
    "three readers": threeReaders(),
    "flattened and dense": flattenedAndDense(),
  },
  leakyRelu: { alone: sequential(input, [leakyRelu({ slope: 0.2 }), ...head]) },
  clip: {
    "both ends": sequential(input, [clip({ low: -0.4, high: 0.7 }), ...head]),
    "one end": sequential(input, [clip({ low: null, high: 0.5 }), ...head]),
  },
  sigmoid: { alone: sequential(input, [conv2d({ filters: 5, kernel: 2 }), sigmoid(), ...head]) },
  tanh: { alone: sequential(input, [conv2d({ filters: 5, kernel: 2 }), tanh(), ...head]) },
  elu: { "α and a scale": sequential(input, [elu({ alpha: 0.6, scale: 1.2 }), ...head]) },
  gelu: {
    "of the normal distribution": sequential(input, [
      conv2d({ filters: 5, kernel: 2 }),
      gelu(),
      ...head,
    ]),
    "by tanh": sequential(input, [gelu({ approximate: "tanh" }), ...head]),
  },
  multiply: {
    "x·sigmoid(x)": swish(),
    "one gate per channel": excitation(),
    vectors: gatedVector(),
  },
  concat: { "5 and 3 channels": dense2(), vectors: twoHeads() },
  pad: {
    "rows and columns": sequential(input, [
      conv2d({ filters: 5, kernel: 3 }),
      pad({ before: [0, 1, 2], after: [0, 3, 0] }),
      ...head,
    ]),
    channels: sequential(input, [pad({ before: [2, 0, 0], after: [3, 0, 0] }), ...head]),
    "a flattened image": sequential(
      [4, 2, 2],
      [flatten(), pad({ before: [1, 0, 0], after: [2, 0, 0] }), dense({ units: 3 })],
    ),
  },
  slice: {
    "every second pixel": sequential(input, [
      conv2d({ filters: 5, kernel: 2 }),
      slice({ step: [1, 2, 2], length: [5, 3, 3] }),
      ...head,
    ]),
    "some channels, rows backwards": sequential(input, [
      slice({ start: [1, 6, 0], step: [1, -2, 1], length: [2, 4, 6] }),
      ...head,
    ]),
  },
  transpose: { "channels last": sequential(input, [transpose({ axes: [1, 2, 0] }), ...head]) },
  reshape: {
    "other image": sequential(input, [reshape({ shape: [7, 9, 2] }), ...head]),
    "vector to pixels": sequential(
      [4, 2, 2],
      [flatten(), dense({ units: 6 }), reshape({ shape: [2, 1, 3] }), ...head],
    ),
  },
  unevenMaxPool2d: {
    "padding after": sequential(input, [
      conv2d({ filters: 5, kernel: 2 }),
      unevenMaxPool2d({ size: 3, stride: 2, padding: [0, 1, 1, 0] }),
      ...head,
    ]),
    "ceil mode": sequential(input, [unevenMaxPool2d({ size: 2, stride: 2, ceil: true }), ...head]),
    "3×2, strides 1×2, dilations 2×3": sequential(input, [
      conv2d({ filters: 5, kernel: 2 }),
      unevenMaxPool2d({ size: [3, 2], stride: [1, 2], dilation: [2, 3], padding: [1, 2, 2, 0] }),
      ...head,
    ]),
  },
  unevenAvgPool2d: {
    "padding not counted": sequential(input, [
      unevenAvgPool2d({ kernel: [3, 2], stride: 2, padding: [0, 1, 2, 0] }),
      ...head,
    ]),
    "strides 1×3, one side counted": sequential(input, [
      unevenAvgPool2d({
        kernel: [2, 3],
        stride: [1, 3],
        padding: [0, 2, 1, 1],
        countPadding: true,
      }),
      ...head,
    ]),
    "padding counted, ceil mode": sequential(input, [
      unevenAvgPool2d({ kernel: [3, 3], padding: [1, 1, 1, 1], ceil: true, countPadding: true }),
      ...head,
    ]),
  },
  interpolate2d: {
    enlarged: sequential(input, [
      conv2d({ filters: 5, kernel: 3 }),
      interpolate2d({ size: [8, 7] }),
      ...head,
    ]),
    "corners aligned, one axis smaller": sequential(input, [
      interpolate2d({ size: [4, 11], coordinates: "align_corners" }),
      ...head,
    ]),
    "by factors": sequential(input, [
      interpolate2d({ size: [10, 8], factor: [1.5, 1.375], coordinates: "asymmetric" }),
      ...head,
    ]),
    "to a pixel": sequential(input, [
      interpolate2d({ size: [1, 2], coordinates: "pytorch_half_pixel" }),
      ...head,
    ]),
  },
  flatten: { "3 channels": sequential([3, 3, 2], head), "4 channels": sequential([4, 3, 2], head) },
  softmax: {
    "at the end": sequential(input, [...head, softmax()]),
    "of a flattened image": sequential([4, 2, 1], [flatten(), softmax()]),
  },
  dropout: { "outside training": sequential(input, [dropout(), ...head]) },
  channelNoise: { "outside training": sequential(input, [channelNoise(), ...head]) },
};

function residual(): Graph {
  const g = graph(input);
  const a = g.node(conv2d({ filters: 4, kernel: 3, padding: 1 }), g.input);
  const b = g.node(
    conv2d({ filters: 4, kernel: 3, padding: 1 }),
    g.node(relu(), g.node(batchNorm(), a)),
  );
  const sum = g.node(relu(), g.node(add(), b, a));
  return g.output(g.node(dense({ units: 3 }), g.node(flatten(), g.node(globalAvgPool(), sum))));
}

function flattenedAndDense(): Graph {
  const g = graph([4, 2, 2]);
  const a = g.node(flatten(), g.input);
  const y = g.node(add(), a, g.node(dense({ units: 16 }), a));
  return g.output(g.node(dense({ units: 3 }), y));
}

function swish(): Graph {
  const g = graph(input);
  const a = g.node(conv2d({ filters: 5, kernel: 3 }), g.input);
  const y = g.node(multiply(), a, g.node(sigmoid(), a));
  return g.output(head.reduce((last, layer) => g.node(layer, last), y));
}

function excitation(): Graph {
  const g = graph(input);
  const a = g.node(conv2d({ filters: 5, kernel: 3 }), g.input);
  const pooled = g.node(globalAvgPool(), a);
  const gate = g.node(sigmoid(), g.node(conv2d({ filters: 5, kernel: 1 }), pooled));
  const y = g.node(multiply(), a, gate);
  return g.output(head.reduce((last, layer) => g.node(layer, last), y));
}

function gatedVector(): Graph {
  const g = graph([4, 2, 2]);
  const a = g.node(flatten(), g.input);
  const y = g.node(multiply(), a, g.node(dense({ units: 16 }), a));
  return g.output(g.node(dense({ units: 3 }), y));
}

function dense2(): Graph {
  const g = graph(input);
  const a = g.node(conv2d({ filters: 5, kernel: 3 }), g.input);
  const y = g.node(concat(), g.node(relu(), a), g.node(conv2d({ filters: 3, kernel: 1 }), a));
  return g.output(head.reduce((last, layer) => g.node(layer, last), y));
}

function twoHeads(): Graph {
  const g = graph([4, 2, 2]);
  const a = g.node(flatten(), g.input);
  const y = g.node(concat(), g.node(dense({ units: 3 }), a), a);
  return g.output(g.node(dense({ units: 3 }), y));
}

function threeReaders(): Graph {
  const g = graph(input);
  const a = g.node(relu(), g.input);
  const sum = g.node(add(), g.node(add(), a, g.input), a);
  return g.output(g.node(dense({ units: 3 }), g.node(flatten(), g.node(add(), sum, a))));
}

/** Derivative of `f` at x[i], central. */
function slope(f: () => number, data: Float64Array, i: number): number {
  const held = data[i];
  data[i] = held + STEP;
  const up = f();
  data[i] = held - STEP;
  const down = f();
  data[i] = held;
  return (up - down) / (2 * STEP);
}

/** At most 7 spread indices. */
const some = (n: number) =>
  Array.from({ length: Math.min(7, n) }, (_, k) => Math.floor((k * n) / Math.min(7, n)));

for (const [kind, cases] of Object.entries(graphs))
  describe(kind, () => {
    for (const [name, g] of Object.entries(cases))
      for (const stats of ["batch", "running"] as const satisfies readonly Stats[])
        for (const [fuse, arithmetic] of [
          [false, "exact"],
          [true, "exact"],
          ...(name.includes("Winograd") ? [[true, "fused"] as const] : []),
        ] as const)
          test(`${name}, ${stats} statistics${fuse ? ", merged" : ""}, ${arithmetic}`, () => {
            const model = scrambled(g);
            const n = 5;
            const x = noise([n, ...g.inputShape], "x");
            const run = () => session(model, { stats, backend: "reference", fuse, arithmetic });
            const weights = noise(run().forward(x).shape, "seed");
            const objective = () => {
              let sum = 0;
              for (const [i, value] of run().forward(x).data.entries())
                sum += value * weights.data[i];
              return sum;
            };
            const { gradient } = run().inputGradient(x, () => weights);
            for (const i of some(x.data.length))
              expect(gradient.data[i]).toBeCloseTo(slope(objective, x.data as Float64Array, i), 6);

            const labels = [0, 1, 2, 1, 0];
            const { gradients } = run().parameterGradients(x, labels);
            const loss = () => run().parameterGradients(x, labels).loss;
            for (const [key, { data }] of Object.entries(gradients))
              for (const i of some(data.length))
                expect(data[i], key).toBeCloseTo(
                  slope(loss, model.parameters[key].data as Float64Array, i),
                  6,
                );
          });
  });
