/** Every op as operators of ONNX's opset 17. Adding an op: one entry here. */

import type { Node, NodeFacts } from "../../model/model.js";
import { extent, perAxis } from "../../ops/conv2d-geometry.js";
import type { OpKind } from "../../ops/index.js";
import { even, type Windows } from "../../ops/windows.js";
import { size } from "../../tensor/tensor.js";
import type { AttributeValue } from "./encode.js";
import { writeGelu } from "./gelu.js";

/** What a writer of one op has at hand. */
export interface Sheet {
  readonly facts: NodeFacts;
  /** Version of ONNX's operators, 17 at least. */
  readonly opset: number;
  /** Names of the values that the op reads. */
  readonly inputs: readonly string[];
  /** Adds an operator and returns the name of its output, which is the operator's name. */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
    name?: string,
  ): string;
  /** Stores an array and returns its name. */
  floats(name: string, shape: readonly number[], data: ArrayLike<number>): string;
  integers(name: string, data: readonly number[]): string;
  /** A parameter's values, or undefined if the op has none of that name. */
  parameter(name: string): ArrayLike<number> | undefined;
  /** Stores a parameter, if there is one. */
  stored(name: string, shape?: readonly number[]): string[];
}

type NodeOf<K extends OpKind> = Extract<Node, { kind: K }>;
type Writers = { readonly [K in OpKind]: (s: Sheet, node: NodeOf<K>) => string };

const ints = (...values: readonly number[]): AttributeValue => ({ ints: values });
const int = (value: number): AttributeValue => ({ int: value });
const float = (value: number): AttributeValue => ({ float: value });
const filled = (n: number, value: number): number[] => new Array<number>(n).fill(value);

/** [1, C] or [1, C, 1, 1]: one number per channel beside a batch. */
const beside = ({ facts }: Sheet): number[] => {
  const [{ shape }] = facts.inputs;
  return [1, ...shape.map((length, k) => (k === 0 ? length : 1))];
};

function groupNorm(s: Sheet, groups: number, epsilon: number): string {
  const { id } = s.facts.node;
  const [{ shape }] = s.facts.inputs;
  const ones = s.floats(`${id}.ones`, [groups], filled(groups, 1));
  const zeros = s.floats(`${id}.zeros`, [groups], filled(groups, 0));
  const apart = s.node(
    "Reshape",
    [s.inputs[0], s.integers(`${id}.groups`, [0, groups, -1])],
    {},
    `${id}_groups`,
  );
  const normal = s.node("InstanceNormalization", [apart, ones, zeros], { epsilon: float(epsilon) });
  const back = s.integers(`${id}.shape`, [0, ...shape]);
  const together = s.node("Reshape", [normal, back], {}, `${id}_together`);
  const scale = s.stored("gamma", beside(s));
  const scaled =
    scale.length > 0 ? s.node("Mul", [together, ...scale], {}, `${id}_scaled`) : together;
  const shift = s.stored("beta", beside(s));
  return shift.length > 0 ? s.node("Add", [scaled, ...shift], {}, `${id}_shifted`) : scaled;
}

/** γ and β in full, 1 and 0 where there are none: one per channel, or as many as `shape` has. */
function scaleAndShift(s: Sheet, shape?: readonly number[]): readonly [string, string] {
  const { id } = s.facts.node;
  const [{ C }] = s.facts.inputs;
  const each = size(shape ?? [C]) / C;
  const spread = (name: string, otherwise: number): string => {
    const values = s.parameter(name) ?? filled(C, otherwise);
    const all = Float32Array.from({ length: C * each }, (_, i) => values[Math.floor(i / each)]);
    return s.floats(`${id}.${name}`, shape ?? [C], all);
  };
  return [spread("gamma", 1), spread("beta", 0)];
}

/** Channels times their signs, written as the depthwise convolution that reading makes of it. */
function flipped(s: Sheet, x: string, name: string): string {
  const sign = s.parameter("sign") ?? [];
  const [{ C, shape }] = s.facts.inputs;
  if (shape.length === 1)
    return s.node("Mul", [x, s.floats(`${name}.sign`, [1, C], sign)], {}, name);
  const weight = s.floats(`${name}.weight`, [C, 1, 1, 1], sign);
  const plain = { dilation: 1, groups: C, kernel: [1, 1], padding: [0, 0, 0, 0], stride: 1 };
  return s.node("Conv", [x, weight], convolution(plain), name);
}

type PerAxis = number | readonly [number, number];

const convolution = (a: {
  readonly dilation: PerAxis;
  readonly groups: number;
  readonly kernel: readonly number[];
  readonly padding: readonly number[];
  readonly stride: PerAxis;
}) => ({
  dilations: ints(...perAxis(a.dilation)),
  group: int(a.groups),
  kernel_shape: ints(...a.kernel),
  pads: ints(...a.padding),
  strides: ints(...perAxis(a.stride)),
});

/** max(x, θ) where σ = 1, min(x, θ) where σ = −1: σ·max(σ·x, σ·θ) where both occur. */
function clamp(s: Sheet, id: string): string {
  const [theta, sign] = [s.parameter("threshold") ?? [], Array.from(s.parameter("sign") ?? [])];
  const bound = (flip: boolean) =>
    s.floats(
      `${id}.threshold`,
      beside(s),
      Array.from(theta, (v, c) => (flip ? v * sign[c] : v)),
    );
  if (sign.every((v) => v === sign[0]))
    return s.node(sign[0] === 1 ? "Max" : "Min", [...s.inputs, bound(false)]);
  const turned = flipped(s, s.inputs[0], `${id}_in`);
  return flipped(s, s.node("Max", [turned, bound(true)]), `${id}_out`);
}

const window = ({ kernel, stride, padding }: Omit<Windows, "dilation" | "ceil">) => ({
  kernel_shape: ints(...kernel),
  strides: ints(...perAxis(stride)),
  pads: ints(...padding),
});

const dilations = (dilation: PerAxis) =>
  dilation === 1 ? {} : { dilations: ints(...perAxis(dilation)) };

/** Whether windows do reach beyond the padding: one that would begin there is left out, and then none does. */
function reaches(
  { facts }: Sheet,
  { kernel, stride, dilation = 1, padding, ceil }: Windows,
): AttributeValue {
  const [{ H, W }] = facts.inputs;
  const out = [facts.output.H, facts.output.W];
  const [strides, apart] = [perAxis(stride), perAxis(dilation)];
  const beyond = [H, W].some((length, k) => {
    const end = (out[k] - 1) * strides[k] + extent(kernel[k], apart[k]);
    return end > length + padding[k] + padding[k + 2];
  });
  return int(ceil && beyond ? 1 : 0);
}

/** The inputs of a Resize behind its first two. */
const byFactors = (s: Sheet, factors: readonly number[]): string[] => [
  s.floats(`${s.facts.node.id}.factors`, [4], [1, 1, ...factors]),
];

/** The same for factors that are no float32: the lengths, behind those of images and channels as they are. */
function bySize(s: Sheet, pixels: readonly number[]): string[] {
  const { id } = s.facts.node;
  const bounds = [s.integers(`${id}.first`, [0]), s.integers(`${id}.end`, [2])];
  const shape = s.node("Shape", s.inputs, {}, `${id}_shape`);
  const first = s.node("Slice", [shape, ...bounds], {}, `${id}_first`);
  const size = s.integers(`${id}.size`, pixels);
  return ["", s.node("Concat", [first, size], { axis: int(0) }, `${id}_size`)];
}

const writers: Writers = {
  conv2d: (s, { attributes: a }) =>
    s.node("Conv", [...s.inputs, ...s.stored("weight"), ...s.stored("bias")], convolution(a)),
  convTranspose2d: (s, { attributes: a }) =>
    s.node("ConvTranspose", [...s.inputs, ...s.stored("weight"), ...s.stored("bias")], {
      ...convolution(a),
      output_padding: ints(...a.outputPadding),
    }),
  dense: (s) =>
    s.node("Gemm", [...s.inputs, ...s.stored("weight"), ...s.stored("bias")], { transB: int(1) }),
  batchNorm: (s, { attributes: { epsilon, keep } }) =>
    s.node(
      "BatchNormalization",
      [
        ...s.inputs,
        ...scaleAndShift(s),
        ...s.stored("runningMean"),
        ...s.stored("runningVariance"),
      ],
      { epsilon: float(epsilon), momentum: float(keep) },
    ),
  groupNorm: (s, { attributes: { groups, epsilon } }) => groupNorm(s, groups, epsilon),
  layerNorm: (s, { attributes: { epsilon } }) => {
    const [{ shape }] = s.facts.inputs;
    const attributes = { axis: int(1), epsilon: float(epsilon) };
    return s.node("LayerNormalization", [...s.inputs, ...scaleAndShift(s, shape)], attributes);
  },
  instanceNorm: (s, { attributes: { epsilon } }) =>
    s.node("InstanceNormalization", [...s.inputs, ...scaleAndShift(s)], {
      epsilon: float(epsilon),
    }),
  relu: (s) => s.node("Relu", s.inputs),
  leakyRelu: (s, { attributes }) =>
    s.node("LeakyRelu", s.inputs, { alpha: float(attributes.slope) }),
  clip: (s, { id, attributes: { low, high } }) => {
    const bound = (name: string, value: number | null): string =>
      value === null ? "" : s.floats(`${id}.${name}`, [], [value]);
    const bounds = [bound("low", low), bound("high", high)];
    return s.node("Clip", [...s.inputs, ...(high === null ? bounds.slice(0, 1) : bounds)]);
  },
  sigmoid: (s) => s.node("Sigmoid", s.inputs),
  tanh: (s) => s.node("Tanh", s.inputs),
  elu: (s, { attributes: { alpha, scale } }) =>
    scale === 1
      ? s.node("Elu", s.inputs, { alpha: float(alpha) })
      : s.node("Selu", s.inputs, { alpha: float(alpha), gamma: float(scale) }),
  gelu: (s, { id, attributes }) => writeGelu(s, id, attributes.approximate),
  clamp: (s, { id }) => clamp(s, id),
  maxPool2d: (s, { attributes }) => s.node("MaxPool", s.inputs, window(even(attributes))),
  signedMaxPool2d: (s, { id, attributes }) =>
    flipped(
      s,
      s.node("MaxPool", [flipped(s, s.inputs[0], `${id}_in`)], window(even(attributes))),
      `${id}_out`,
    ),
  unevenMaxPool2d: (s, { attributes: a }) => {
    const windows = { ...a, kernel: perAxis(a.size) };
    return s.node("MaxPool", s.inputs, {
      ...window(windows),
      ceil_mode: reaches(s, windows),
      ...dilations(a.dilation),
    });
  },
  avgPool2d: (s, { attributes: a }) =>
    s.node("AveragePool", s.inputs, {
      ...window(even(a)),
      count_include_pad: int(a.countPadding ? 1 : 0),
    }),
  unevenAvgPool2d: (s, { attributes: a }) =>
    s.node("AveragePool", s.inputs, {
      ...window(a),
      ceil_mode: reaches(s, a),
      count_include_pad: int(a.countPadding ? 1 : 0),
    }),
  globalAvgPool: (s) => s.node("GlobalAveragePool", s.inputs),
  interpolate2d: (s, { attributes: { size: pixels, coordinates, factor } }) => {
    const [{ H, W }] = s.facts.inputs;
    const factors = factor ?? [pixels[0] / H, pixels[1] / W];
    const isExact = factor !== undefined || factors.every((f) => Math.fround(f) === f);
    const by = isExact ? byFactors(s, factors) : bySize(s, pixels);
    return s.node("Resize", [...s.inputs, "", ...by], {
      mode: { text: "linear" },
      coordinate_transformation_mode: { text: coordinates },
    });
  },
  add: (s) => s.node("Add", s.inputs),
  multiply: (s) => s.node("Mul", s.inputs),
  concat: (s) => s.node("Concat", s.inputs, { axis: int(1) }),
  pad: (s, { id, attributes: { before, after } }) => {
    const axes = s.facts.inputs[0].shape.length;
    const amounts = [0, ...before.slice(0, axes), 0, ...after.slice(0, axes)];
    return s.node("Pad", [...s.inputs, s.integers(`${id}.pads`, amounts)]);
  },
  slice: (s, { id, attributes: { start, step, length } }) => {
    const axes = s.facts.inputs[0].shape.map((_, k) => k);
    const ends = axes
      .map((k) => start[k] + length[k] * step[k])
      .map((end) => (end < 0 ? -(2 ** 31) : end));
    const list = (name: string, values: readonly number[]) => s.integers(`${id}.${name}`, values);
    return s.node("Slice", [
      ...s.inputs,
      list(
        "starts",
        axes.map((k) => start[k]),
      ),
      list("ends", ends),
      list(
        "axes",
        axes.map((k) => k + 1),
      ),
      list(
        "steps",
        axes.map((k) => step[k]),
      ),
    ]);
  },
  transpose: (s, { attributes: { axes } }) =>
    s.node("Transpose", s.inputs, { perm: ints(0, ...axes.map((axis) => axis + 1)) }),
  reshape: (s, { id, attributes: { shape } }) =>
    s.node("Reshape", [...s.inputs, s.integers(`${id}.shape`, [0, ...shape])]),
  biasMap: (s) =>
    s.node("Add", [...s.inputs, ...s.stored("bias", [1, ...s.facts.inputs[0].shape])]),
  flatten: (s) => s.node("Flatten", s.inputs, { axis: int(1) }),
  softmax: (s) => s.node("Softmax", s.inputs, { axis: int(1) }),
  dropout: (s, { id, attributes: { rate } }) =>
    s.node("Dropout", [...s.inputs, s.floats(`${id}.rate`, [], [rate])]),
  channelNoise: (s) => s.inputs[0], // silent outside training
};

/** Writes one op: the union of nodes seen as its own kind. */
export const writeOp = <K extends OpKind>(s: Sheet, node: NodeOf<K> & { kind: K }): string =>
  writers[node.kind](s, node);
