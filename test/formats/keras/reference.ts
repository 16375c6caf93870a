/** What Keras' layers compute, restated in the plainest way: images [H,W,C], float64, one image at a time. */

import { normalCdf } from "../../../src/tensor/normal.js";
import type { TestLayer, TestNetwork, TestWeight } from "./files.js";

export interface Sample {
  /** [H,W,C] or [F]. */
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const number = (config: TestLayer["config"], key: string, fallback: number): number => {
  const value = config[key];
  return typeof value === "number" ? value : fallback;
};
const pair = (
  config: TestLayer["config"],
  key: string,
  fallback: number,
): readonly [number, number] => {
  const value = config[key];
  if (Array.isArray(value)) return [Number(value[0]), Number(value[1])];
  return [number(config, key, fallback), number(config, key, fallback)];
};
const flag = (config: TestLayer["config"], key: string, fallback: boolean): boolean =>
  typeof config[key] === "boolean" ? config[key] : fallback;

const sample = (shape: readonly number[]): Sample => ({
  shape,
  data: new Float64Array(shape.reduce((a, b) => a * b, 1)),
});

const mapped = (x: Sample, f: (v: number, channel: number) => number): Sample => {
  const C = x.shape[x.shape.length - 1];
  return { ...x, data: x.data.map((v, i) => f(v, i % C)) };
};

/** Output length and the place of the first window, as TensorFlow's padding has them. */
function windows(
  length: number,
  extent: number,
  stride: number,
  padding: unknown,
): readonly [number, number] {
  if (padding !== "same") return [Math.floor((length - extent) / stride) + 1, 0];
  const n = Math.ceil(length / stride);
  return [n, -Math.floor(Math.max(0, (n - 1) * stride + extent - length) / 2)];
}

/** Calls `visit` for every output place, window place and input place inside the image. */
function slide(
  x: Sample,
  config: TestLayer["config"],
  kernel: readonly [number, number],
  strides: readonly [number, number],
  visit: (out: readonly [number, number], k: readonly [number, number], at: number) => void,
): readonly [number, number] {
  const [H, W, C] = x.shape;
  const [below, beside] = pair(config, "dilation_rate", 1);
  const [rows, top] = windows(H, (kernel[0] - 1) * below + 1, strides[0], config.padding);
  const [columns, left] = windows(W, (kernel[1] - 1) * beside + 1, strides[1], config.padding);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let a = 0; a < kernel[0]; a++)
        for (let b = 0; b < kernel[1]; b++) {
          const h = top + i * strides[0] + a * below;
          const w = left + j * strides[1] + b * beside;
          if (h >= 0 && h < H && w >= 0 && w < W) visit([i, j], [a, b], (h * W + w) * C);
        }
  return [rows, columns];
}

function convolve(x: Sample, l: TestLayer, kernel: TestWeight, way: "full" | "depthwise"): Sample {
  const [kh, kw, I, O] = kernel.shape;
  const C = x.shape[2];
  const groups = number(l.config, "groups", 1);
  const outputs = way === "full" ? O : C * O;
  const terms: [readonly [number, number], number, number][] = [];
  const size = slide(x, l.config, [kh, kw], pair(l.config, "strides", 1), ([i, j], [a, b], at) => {
    for (let o = 0; o < outputs; o++)
      if (way === "depthwise") {
        const c = Math.floor(o / O);
        terms.push([[i, j], o, x.data[at + c] * kernel.data[((a * kw + b) * I + c) * O + (o % O)]]);
      } else
        for (let c = 0; c < I; c++) {
          const from = Math.floor(o / (O / groups)) * I + c;
          terms.push([[i, j], o, x.data[at + from] * kernel.data[((a * kw + b) * I + c) * O + o]]);
        }
  });
  const y = sample([...size, outputs]);
  for (const [[i, j], o, term] of terms) y.data[(i * size[1] + j) * outputs + o] += term;
  return y;
}

/** The gradient of a convolution from the output's shape to the input's. */
function convolveBack(x: Sample, l: TestLayer): Sample {
  const [kh, kw, O, I] = l.weights.kernel.shape;
  const [H, W] = x.shape;
  const strides = pair(l.config, "strides", 1);
  const dilations = pair(l.config, "dilation_rate", 1);
  const isSame = l.config.padding === "same";
  const length = (n: number, axis: 0 | 1): number => {
    const extent = ([kh, kw][axis] - 1) * dilations[axis] + 1;
    return n * strides[axis] + (isSame ? 0 : Math.max(0, extent - strides[axis]));
  };
  const y = sample([length(H, 0), length(W, 1), O]);
  const size = slide(y, l.config, [kh, kw], strides, ([i, j], [a, b], at) => {
    for (let o = 0; o < O; o++)
      for (let c = 0; c < I; c++)
        y.data[at + o] +=
          x.data[(i * W + j) * I + c] * l.weights.kernel.data[((a * kw + b) * O + o) * I + c];
  });
  if (size.join() !== `${H},${W}`) throw new Error("the convolution leads elsewhere");
  return y;
}

const shifted = (x: Sample, bias: TestWeight | undefined): Sample =>
  bias ? mapped(x, (v, c) => v + bias.data[c]) : x;

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
const unit = (v: number): number => Math.min(1, Math.max(0, v));

function activate(x: Sample, name: unknown, version: number): Sample {
  const hard = (v: number): number => unit(version >= 3 ? v / 6 + 0.5 : 0.2 * v + 0.5);
  const table: Readonly<Record<string, (v: number) => number>> = {
    linear: (v) => v,
    relu: (v) => Math.max(0, v),
    relu6: (v) => Math.min(6, Math.max(0, v)),
    leaky_relu: (v) => (v > 0 ? v : 0.2 * v),
    sigmoid,
    hard_sigmoid: hard,
    swish: (v) => v * sigmoid(v),
    silu: (v) => v * sigmoid(v),
    hard_swish: (v) => v * unit(v / 6 + 0.5),
    hard_silu: (v) => v * unit(v / 6 + 0.5),
    tanh: Math.tanh,
    elu: (v) => (v > 0 ? v : Math.expm1(v)),
    selu: (v) => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * Math.expm1(v)),
    gelu: (v) => v * normalCdf(v),
    gelu_new: (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))),
  };
  return { ...x, data: x.data.map(table[String(name ?? "linear")]) };
}

function pool(x: Sample, config: TestLayer["config"], way: "max" | "mean"): Sample {
  const kernel = pair(config, "pool_size", 2);
  const strides = config.strides ? pair(config, "strides", 2) : kernel;
  const C = x.shape[2];
  const seen: { place: readonly [number, number]; at: number }[] = [];
  const size = slide(x, config, kernel, strides, (place, _, at) => seen.push({ place, at }));
  const y = sample([...size, C]);
  const n = new Float64Array(y.data.length);
  if (way === "max") y.data.fill(-Infinity);
  for (const { place, at } of seen)
    for (let c = 0; c < C; c++) {
      const to = (place[0] * size[1] + place[1]) * C + c;
      n[to]++;
      y.data[to] =
        way === "max" ? Math.max(y.data[to], x.data[at + c]) : y.data[to] + x.data[at + c];
    }
  return way === "max" ? y : { ...y, data: y.data.map((v, i) => v / n[i]) };
}

/** z-scores of groups of elements with one key, then γ and β by channel. */
function normalise(x: Sample, l: TestLayer, keyOf: (i: number, c: number) => number): Sample {
  const C = x.shape[x.shape.length - 1];
  const epsilon = number(l.config, "epsilon", 1e-3);
  const groups = new Map<number, number[]>();
  x.data.forEach((_, i) => {
    const key = keyOf(i, i % C);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const y = sample(x.shape);
  const { gamma, beta } = l.weights;
  for (const places of groups.values()) {
    const mean = places.reduce((sum, i) => sum + x.data[i], 0) / places.length;
    const variance = places.reduce((sum, i) => sum + (x.data[i] - mean) ** 2, 0) / places.length;
    for (const i of places)
      y.data[i] =
        ((x.data[i] - mean) / Math.sqrt(variance + epsilon)) * (gamma?.data[i % C] ?? 1) +
        (beta?.data[i % C] ?? 0);
  }
  return y;
}

/** The elements of x with every place asked of `from`; 0 where there is none. */
function moved(
  x: Sample,
  shape: readonly number[],
  from: (place: readonly number[]) => readonly number[],
): Sample {
  const y = sample(shape);
  const strides = x.shape.map((_, k) => x.shape.slice(k + 1).reduce((a, b) => a * b, 1));
  y.data.forEach((_, i) => {
    let rest = i;
    const place = [...shape].reverse().map((length) => {
      const p = rest % length;
      rest = (rest - p) / length;
      return p;
    });
    const at = from(place.reverse());
    const inside = at.every((p, k) => p >= 0 && p < x.shape[k]);
    if (inside) y.data[i] = x.data[at.reduce((sum, p, k) => sum + p * strides[k], 0)];
  });
  return y;
}

const zip = (xs: readonly Sample[], f: (a: number, b: number) => number): Sample =>
  xs.reduce((a, b) => {
    const C = a.shape[a.shape.length - 1];
    const isGate = b.data.length === C && a.data.length > C;
    const data = a.data.map((v, i) => f(v, b.data[isGate ? i % C : i]));
    return { shape: a.shape, data };
  });

type Rule = (xs: readonly Sample[], l: TestLayer) => Sample;

const rules: Readonly<Record<string, Rule>> = {
  Conv2D: ([x], l) => shifted(convolve(x, l, l.weights.kernel, "full"), l.weights.bias),
  DepthwiseConv2D: ([x], l) =>
    shifted(convolve(x, l, l.weights.depthwise_kernel, "depthwise"), l.weights.bias),
  Conv2DTranspose: ([x], l) => shifted(convolveBack(x, l), l.weights.bias),
  SeparableConv2D([x], l) {
    const deep = convolve(x, l, l.weights.depthwise_kernel, "depthwise");
    const plain = { ...l, config: { name: l.config.name } };
    return shifted(convolve(deep, plain, l.weights.pointwise_kernel, "full"), l.weights.bias);
  },
  Dense([x], { weights: { kernel, bias } }) {
    const [F, units] = kernel.shape;
    const rows = x.data.length / F;
    const y = sample([...x.shape.slice(0, -1), units]);
    for (let r = 0; r < rows; r++)
      for (let u = 0; u < units; u++)
        for (let f = 0; f < F; f++)
          y.data[r * units + u] += x.data[r * F + f] * kernel.data[f * units + u];
    return shifted(y, bias);
  },
  BatchNormalization([x], { config, weights: { gamma, beta, moving_mean, moving_variance } }) {
    const epsilon = number(config, "epsilon", 1e-3);
    return mapped(
      x,
      (v, c) =>
        ((v - moving_mean.data[c]) / Math.sqrt(moving_variance.data[c] + epsilon)) *
          (gamma?.data[c] ?? 1) +
        (beta?.data[c] ?? 0),
    );
  },
  GroupNormalization([x], l) {
    const C = x.shape[x.shape.length - 1];
    const groups = number(l.config, "groups", 32);
    const each = groups === -1 ? 1 : C / groups;
    return normalise(x, l, (_, c) => Math.floor(c / each));
  },
  LayerNormalization: ([x], l) => normalise(x, l, () => 0),
  MaxPooling2D: ([x], l) => pool(x, l.config, "max"),
  AveragePooling2D: ([x], l) => pool(x, l.config, "mean"),
  GlobalAveragePooling2D([x], { config }) {
    const [H, W, C] = x.shape;
    const y = sample(flag(config, "keepdims", false) ? [1, 1, C] : [C]);
    x.data.forEach((v, i) => {
      y.data[i % C] += v / (H * W);
    });
    return y;
  },
  GlobalMaxPooling2D([x], { config }) {
    const C = x.shape[2];
    const y = sample(flag(config, "keepdims", false) ? [1, 1, C] : [C]);
    y.data.fill(-Infinity);
    x.data.forEach((v, i) => {
      y.data[i % C] = Math.max(y.data[i % C], v);
    });
    return y;
  },
  ZeroPadding2D([x], { config: { padding } }) {
    const [[t, b], [l, r]] = padding as [[number, number], [number, number]];
    const [H, W, C] = x.shape;
    return moved(x, [H + t + b, W + l + r, C], ([h, w, c]) => [h - t, w - l, c]);
  },
  UpSampling2D([x], { config }) {
    const [H, W, C] = x.shape;
    const [down, across] = pair(config, "size", 2);
    const shape = [H * down, W * across, C];
    const data = Float64Array.from({ length: H * down * W * across * C }, (_, i) => {
      const [row, column] = [Math.floor(i / C / (W * across)), Math.floor(i / C) % (W * across)];
      return x.data[(Math.floor(row / down) * W + Math.floor(column / across)) * C + (i % C)];
    });
    return { shape, data };
  },
  Cropping2D([x], { config: { cropping } }) {
    const [[t, b], [l, r]] = cropping as [[number, number], [number, number]];
    const [H, W, C] = x.shape;
    return moved(x, [H - t - b, W - l - r, C], ([h, w, c]) => [h + t, w + l, c]);
  },
  Flatten: ([x]) => ({ ...x, shape: [x.data.length] }),
  Reshape([x], { config: { target_shape } }) {
    const shape = target_shape as number[];
    const known = shape.filter((n) => n !== -1).reduce((a, b) => a * b, 1);
    return { ...x, shape: shape.map((n) => (n === -1 ? x.data.length / known : n)) };
  },
  Permute([x], { config: { dims } }) {
    const axes = (dims as number[]).map((axis) => axis - 1);
    return moved(
      x,
      axes.map((axis) => x.shape[axis]),
      (place) => {
        const at = x.shape.map(() => 0);
        axes.forEach((axis, k) => {
          at[axis] = place[k];
        });
        return at;
      },
    );
  },
  Add: (xs) => zip(xs, (a, b) => a + b),
  Subtract: (xs) => zip(xs, (a, b) => a - b),
  Multiply: (xs) => zip(xs, (a, b) => a * b),
  Average: (xs) =>
    mapped(
      zip(xs, (a, b) => a + b),
      (v) => v / xs.length,
    ),
  Concatenate(xs) {
    const C = xs.reduce((sum, x) => sum + x.shape[x.shape.length - 1], 0);
    const y = sample([...xs[0].shape.slice(0, -1), C]);
    for (let p = 0, to = 0; to < y.data.length; p++)
      for (const x of xs) {
        const own = x.shape[x.shape.length - 1];
        y.data.set(x.data.subarray(p * own, (p + 1) * own), to);
        to += own;
      }
    return y;
  },
  Rescaling: ([x], { config }) =>
    mapped(x, (v) => v * number(config, "scale", 1) + number(config, "offset", 0)),
  Normalization([x], { config, weights }) {
    const mean = weights.mean?.data ?? (config.mean as number[]);
    const variance = weights.variance?.data ?? (config.variance as number[]);
    const d = (c: number): number => Math.max(Math.sqrt(variance[c % variance.length]), 1e-7);
    const m = (c: number): number => mean[c % mean.length];
    return flag(config, "invert", false)
      ? mapped(x, (v, c) => v * d(c) + m(c))
      : mapped(x, (v, c) => (v - m(c)) / d(c));
  },
  ReLU: ([x], { config }) =>
    mapped(x, (v) =>
      v > 0
        ? Math.min(v, number(config, "max_value", Number.POSITIVE_INFINITY))
        : number(config, "negative_slope", 0) * v,
    ),
  ELU: ([x], { config }) => mapped(x, (v) => (v > 0 ? v : Number(config.alpha) * Math.expm1(v))),
  LeakyReLU: ([x], { config }) =>
    mapped(x, (v) =>
      v > 0 ? v : v * number(config, "negative_slope", number(config, "alpha", 0.3)),
    ),
  PReLU: ([x], { weights }) => mapped(x, (v) => (v > 0 ? v : v * weights.alpha.data[0])),
  Activation: ([x]) => x, // its setting is what counts
  Dropout: ([x]) => x,
  RandomFlip: ([x]) => x,
};

/** The value of every layer for one image. */
export function evaluate(
  { layers }: TestNetwork,
  images: Sample,
  version: number,
): ReadonlyMap<string, Sample> {
  const values = new Map([["images", images]]);
  for (const l of layers) {
    const xs = l.inputs.map((name) => values.get(name) as Sample);
    values.set(l.config.name, activate(rules[l.className](xs, l), l.config.activation, version));
  }
  return values;
}
