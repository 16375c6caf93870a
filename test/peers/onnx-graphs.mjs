/** Random ONNX graphs over every operator that is read, as exporters write them. */

import { encodeOnnx } from "../../dist/formats/onnx/index.js";
import { random } from "../../dist/tensor/random.js";

/** The oldest that is read, those between that write a number of operators otherwise, what is written, and the newest that
 *  onnxruntime calls official. */
const OPSETS = [9, 10, 11, 13, 17, 18, 21, 26];
const N = 2;

/** A graph under construction: its nodes, its arrays, and dice. */
function sheet(seed) {
  const stream = random(seed);
  const nodes = [];
  const arrays = new Map();
  const self = {
    nodes,
    arrays,
    opset: OPSETS[stream.below(OPSETS.length)],
    /** A whole number in [low, high]. */
    whole: (low, high) => low + stream.below(high - low + 1),
    some: (list) => list[stream.below(list.length)],
    flip: () => stream.below(2) === 1,
    floats(shape, { from = -1, to = 1 } = {}) {
      const length = shape.reduce((product, n) => product * n, 1);
      const name = `w${arrays.size}`;
      arrays.set(name, {
        shape,
        data: Float32Array.from({ length }, () => stream.uniform(from, to)),
      });
      return name;
    },
    list(values) {
      const name = `l${arrays.size}`;
      arrays.set(name, { shape: [values.length], data: Float32Array.from(values) });
      return name;
    },
    ints(values) {
      const name = `i${arrays.size}`;
      arrays.set(name, { shape: [values.length], data: BigInt64Array.from(values, BigInt) });
      return name;
    },
    /** A list as later opsets take it: an input, behind those that are given; before opset `since` an attribute. */
    listed(since, name, values) {
      return self.opset < since ? [[], { [name]: ints(...values) }] : [[self.ints(values)], {}];
    },
    node(type, inputs, attributes = {}) {
      const name = `${type}_${nodes.length}`;
      nodes.push({ type, name, inputs, outputs: [name], attributes });
      return name;
    },
  };
  return self;
}

const int = (n) => ({ int: n });
const ints = (...list) => ({ ints: list });
const float = (x) => ({ float: x });

/** A number for rows and one for columns, often the same. */
function pair(s, most) {
  const [down, across] = [s.whole(1, most), s.whole(1, most)];
  return s.flip() ? [down, across] : [down, down];
}

const extent = (k, d) => (k - 1) * d + 1;

/** Resize and its forerunner before opset 11: factors alone. */
function resizedEarly(s, name, mode, factors) {
  if (s.opset >= 11) return undefined;
  const type = s.opset < 10 ? "Upsample" : "Resize";
  return s.node(type, [name, s.list(factors)], { mode: { text: mode } });
}

/** The region that Resize crops, which may be left out since opset 13. */
const region = (s) => (s.opset < 13 ? s.list([]) : "");

/** Every way to go on from an image [C,H,W]; undefined where it does not fit. */
const layers = {
  conv(s, { name, shape: [C, H, W] }) {
    const groups = s.some([1, 1, 2, C].filter((g) => C % g === 0));
    const filters = groups * s.whole(1, groups > 2 ? 2 : 5);
    const kernel = [s.whole(1, 3), s.whole(1, 3)];
    const way = s.some(["pads", "pads", "SAME_UPPER", "SAME_LOWER", "VALID"]);
    // onnxruntime has no dilation with SAME.
    const [strides, dilations] = [pair(s, 3), way.startsWith("SAME") ? [1, 1] : pair(s, 2)];
    const e = kernel.map((k, axis) => extent(k, dilations[axis]));
    if (e[0] > H || e[1] > W) return undefined;
    const attributes = { strides: ints(...strides), dilations: ints(...dilations) };
    const pads = way === "pads" ? [0, 1, 2, 3].map((k) => s.whole(0, e[k % 2])) : [0, 0, 0, 0];
    if (way === "pads") attributes.pads = ints(...pads);
    else attributes.auto_pad = { text: way };
    if (groups > 1) attributes.group = int(groups);
    const inputs = [name, s.floats([filters, C / groups, ...kernel])];
    if (s.flip()) inputs.push(s.floats([filters]));
    const out = [H, W].map((length, k) =>
      way.startsWith("SAME")
        ? Math.ceil(length / strides[k])
        : Math.floor((length + pads[k] + pads[k + 2] - e[k]) / strides[k]) + 1,
    );
    return { name: s.node("Conv", inputs, attributes), shape: [filters, ...out] };
  },

  convTranspose(s, { name, shape: [C, H, W] }) {
    const groups = s.some([1, 1, 2, C].filter((g) => C % g === 0));
    const filters = groups * s.whole(1, groups > 2 ? 2 : 5);
    const kernel = [s.whole(1, 4), s.whole(1, 4)];
    const [strides, dilations] = [pair(s, 3), pair(s, 2)];
    const e = kernel.map((k, axis) => extent(k, dilations[axis]));
    const more = strides.map((stride) => s.whole(0, stride - 1));
    const attributes = { strides: ints(...strides), dilations: ints(...dilations) };
    if (more.some((n) => n > 0) || s.flip()) attributes.output_padding = ints(...more);
    if (groups > 1) attributes.group = int(groups);
    const full = [H, W].map((length, k) => (length - 1) * strides[k] + e[k] + more[k]);
    const way = s.some(["pads", "pads", "VALID", "SAME_UPPER", "SAME_LOWER", "output_shape"]);
    const pads = way === "pads" ? [0, 1, 2, 3].map((k) => s.whole(0, e[k % 2])) : [0, 0, 0, 0];
    let out = full.map((length, k) => length - pads[k] - pads[k + 2]);
    if (way === "pads") attributes.pads = ints(...pads);
    else if (way === "output_shape") {
      out = full.map((length) => length - s.whole(0, Math.min(3, length - 1)));
      attributes.output_shape = ints(...out);
      if (s.flip()) attributes.auto_pad = { text: s.some(["SAME_UPPER", "SAME_LOWER"]) };
    } else {
      attributes.auto_pad = { text: way };
      if (way !== "VALID") out = [H * strides[0], W * strides[1]];
    }
    // Longer than the windows reach, or nothing left: refused. Elsewhere onnxruntime's shapes contradict its results.
    if (out.some((length, k) => length < 1 || length > full[k] || length > 40)) return undefined;
    if (way === "output_shape" && (out[0] < H || out[1] < W)) return undefined;
    const isWhole = H % strides[0] === 0 && W % strides[1] === 0 && more[0] + more[1] === 0;
    if (way.startsWith("SAME") && !isWhole) return undefined;
    const inputs = [name, s.floats([C, filters / groups, ...kernel])];
    if (s.flip()) inputs.push(s.floats([filters]));
    return { name: s.node("ConvTranspose", inputs, attributes), shape: [filters, ...out] };
  },

  enlarge(s, { name, shape: [C, H, W] }) {
    const [down, across] = pair(s, 3);
    if (Math.max(H * down, W * across) > 30) return undefined;
    const shape = [C, H * down, W * across];
    const early = resizedEarly(s, name, "nearest", [1, 1, down, across]);
    if (early) return { name: early, shape };
    const halves = [H, W].map((length) => length % 2 === 0 && s.flip());
    if (s.flip() && halves.includes(true)) {
      const ways = ["half_pixel", "pytorch_half_pixel", "asymmetric"];
      const attributes = {
        coordinate_transformation_mode: { text: s.some(ways) },
        nearest_mode: {
          text: s.some(["floor", "ceil", "round_prefer_floor", "round_prefer_ceil"]),
        },
      };
      const factors = halves.map((is) => (is ? 0.5 : 1));
      const inputs = [name, region(s), s.list([1, 1, ...factors])];
      const out = [H * factors[0], W * factors[1]];
      return { name: s.node("Resize", inputs, attributes), shape: [C, ...out] };
    }
    const [coordinates, rounding] = s.some([
      ["half_pixel", "round_prefer_floor"],
      ["pytorch_half_pixel", "round_prefer_ceil"],
      ["asymmetric", "floor"],
    ]);
    const attributes = {
      mode: { text: "nearest" },
      coordinate_transformation_mode: { text: coordinates },
      nearest_mode: { text: rounding },
    };
    const scales = s.list([1, 1, down, across]);
    return { name: s.node("Resize", [name, region(s), scales], attributes), shape };
  },

  interpolate(s, { name, shape: [C, H, W] }) {
    const ways = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"];
    const way = s.some(s.opset < 19 ? ways : [...ways, "half_pixel_symmetric"]);
    const attributes = { mode: { text: "linear" } };
    if (way !== "half_pixel" || s.flip()) attributes.coordinate_transformation_mode = { text: way };
    if (s.flip()) {
      const factors = [0, 1].map(() => s.some([0.5, 1, 1.25, 1.5, 2, 2.25, 3]));
      const out = [H, W].map((length, k) => Math.floor(length * factors[k]));
      const isCut = out.some((length, k) => length !== [H, W][k] * factors[k]);
      if (way === "half_pixel_symmetric" && isCut) return undefined; // refused
      if (Math.max(...out) > 30 || Math.min(...out) < 1) return undefined;
      if (s.opset < 11 && Math.min(...factors) < 1) return undefined; // Upsample does not shrink
      const early = resizedEarly(s, name, "linear", [1, 1, ...factors]);
      if (early) return { name: early, shape: [C, ...out] };
      const inputs = [name, region(s), s.list([1, 1, ...factors])];
      return { name: s.node("Resize", inputs, attributes), shape: [C, ...out] };
    }
    if (s.opset < 11) return undefined;
    const out = [s.whole(1, 12), s.whole(1, 12)];
    const list = s.opset < 18 || s.flip() ? [N, C, ...out] : out;
    if (list === out)
      attributes.axes = ints(
        ...s.some([
          [2, 3],
          [-2, -1],
        ]),
      );
    if (s.opset >= 18 && Math.min(out[0] / H, out[1] / W) >= 1 && s.flip())
      attributes.antialias = int(1);
    const none = s.opset < 13 ? s.list([]) : "";
    const inputs = [name, region(s), none, s.ints(list)];
    return { name: s.node("Resize", inputs, attributes), shape: [C, ...out] };
  },

  batchNorm(s, { name, shape }) {
    const [C] = shape;
    const list = [s.floats([C]), s.floats([C]), s.floats([C])];
    const variance = s.floats([C], { from: 0.002, to: 2 });
    const attributes = { epsilon: float(s.some([1e-5, 1e-2])), momentum: float(0.9) };
    return { name: s.node("BatchNormalization", [name, ...list, variance], attributes), shape };
  },

  instanceNorm(s, { name, shape }) {
    const [C, H, W] = shape;
    if (H * W < 4) return undefined;
    const attributes = { epsilon: float(1e-2) };
    const inputs = [name, s.floats([C]), s.floats([C])];
    return { name: s.node("InstanceNormalization", inputs, attributes), shape };
  },

  /** Group norm as PyTorch exports it. */
  groupNorm(s, { name, shape }) {
    const [C, H, W] = shape;
    const groups = s.some([1, 2, 3].filter((g) => C % g === 0));
    if ((C / groups) * H * W < 4) return undefined;
    const apart = s.node("Reshape", [name, s.ints([0, groups, -1])]);
    const [ones, zeros] = [
      s.floats([groups], { from: 1, to: 1 }),
      s.floats([groups], { from: 0, to: 0 }),
    ];
    const normal = s.node("InstanceNormalization", [apart, ones, zeros], { epsilon: float(1e-2) });
    const dims = s.node("Shape", [name]);
    const together = s.node("Reshape", [normal, dims]);
    const scaled = s.node("Mul", [together, s.floats([C, 1, 1])]);
    return { name: s.node("Add", [scaled, s.floats([C, 1, 1])]), shape };
  },

  groupNormalization(s, { name, shape }) {
    const [C, H, W] = shape;
    const groups = s.some([1, 2, 3].filter((g) => C % g === 0));
    if (s.opset < 18 || (C / groups) * H * W < 4) return undefined;
    const attributes = { num_groups: int(groups), epsilon: float(1e-2) };
    const each = s.opset < 21 ? groups : C;
    const inputs = [name, s.floats([each]), s.floats([each])];
    return { name: s.node("GroupNormalization", inputs, attributes), shape };
  },

  layerNorm(s, { name, shape }) {
    if (s.opset < 17 || shape.reduce((a, b) => a * b) < 4) return undefined;
    const one = s.floats(shape, { from: 0.7, to: 0.7 });
    const inputs = s.flip() ? [name, one] : [name, one, s.floats(shape, { from: 0.3, to: 0.3 })];
    const attributes = { axis: int(s.some([1, -3])), epsilon: float(1e-2) };
    return { name: s.node("LayerNormalization", inputs, attributes), shape };
  },

  relu: (s, { name, shape }) => ({ name: s.node("Relu", [name]), shape }),
  leakyRelu: (s, { name, shape }) => ({
    name: s.node("LeakyRelu", [name], { alpha: float(0.2) }),
    shape,
  }),
  pRelu: (s, { name, shape }) => ({
    name: s.node("PRelu", [name, s.floats([1, 1, 1])]),
    shape,
  }),
  clip(s, { name, shape }) {
    if (s.opset < 11) {
      const low = s.flip() ? { min: float(-0.3) } : {};
      return { name: s.node("Clip", [name], { ...low, max: float(0.4) }), shape };
    }
    const low = s.flip() ? s.floats([], { from: -0.6, to: -0.1 }) : "";
    const high = s.floats([], { from: 0.1, to: 0.9 });
    return { name: s.node("Clip", [name, low, high]), shape };
  },
  limits(s, { name, shape }) {
    const bound = s.floats([shape[0], 1, 1]);
    return { name: s.node(s.some(["Max", "Min"]), [name, bound]), shape };
  },
  sigmoid: (s, { name, shape }) => ({ name: s.node("Sigmoid", [name]), shape }),
  tanh: (s, { name, shape }) => ({ name: s.node("Tanh", [name]), shape }),
  elu: (s, { name, shape }) => ({
    name: s.node(
      ...s.some([
        ["Elu", [name], { alpha: float(0.7) }],
        ["Elu", [name]],
        ["Selu", [name]],
        ["Selu", [name], { alpha: float(1.5), gamma: float(0.8) }],
      ]),
    ),
    shape,
  }),
  gelu(s, { name: x, shape }) {
    const approximate = s.some(["none", "tanh"]);
    if (s.opset >= 20 && s.flip())
      return { name: s.node("Gelu", [x], { approximate: { text: approximate } }), shape };
    const number = (value) => s.floats([], { from: value, to: value });
    const times = (a, b) => s.node("Mul", s.flip() ? [a, b] : [b, a]);
    const plus = (a, b) => s.node("Add", s.flip() ? [a, b] : [b, a]);
    const curve = () => {
      if (approximate === "none")
        return s.node("Erf", [
          s.flip() ? s.node("Div", [x, number(Math.SQRT2)]) : times(x, number(Math.SQRT1_2)),
        ]);
      const root = number(Math.sqrt(2 / Math.PI));
      const square = times(x, x);
      if (s.flip()) {
        const bracket = plus(times(square, number(0.044715)), number(1));
        return s.node("Tanh", [times(times(x, root), bracket)]);
      }
      const cube = s.flip() ? times(square, x) : s.node("Pow", [x, number(3)]);
      return s.node("Tanh", [times(plus(x, times(cube, number(0.044715))), root)]);
    };
    const share = plus(curve(), number(1));
    const half = number(0.5);
    const name = s.some([
      () => times(times(x, share), half),
      () => times(times(x, half), share),
      () => times(x, times(share, half)),
      () => s.node("Div", [times(x, share), number(2)]),
    ])();
    return { name, shape };
  },
  hardSigmoid: (s, { name, shape }) => ({
    name: s.node("HardSigmoid", [name], s.flip() ? { alpha: float(0.3), beta: float(0.4) } : {}),
    shape,
  }),
  hardSwish(s, { name, shape }) {
    if (s.opset >= 14) return { name: s.node("HardSwish", [name]), shape };
    const gate = s.node("HardSigmoid", [name], { alpha: float(1 / 6) });
    return { name: s.node("Mul", [name, gate]), shape };
  },
  swish(s, { name, shape }) {
    const gate = s.node("Sigmoid", [name]);
    return { name: s.node("Mul", s.flip() ? [name, gate] : [gate, name]), shape };
  },

  pool(s, { name, shape: [C, H, W] }) {
    const isMax = s.flip();
    const [kernel, strides] = [pair(s, 3), pair(s, 3)];
    // Dilated maxima and ceil mode came with opset 10, dilated means with 19; those that count differently at the edge are refused.
    const dilations = s.opset >= (isMax ? 10 : 19) ? pair(s, 2) : [1, 1];
    const e = kernel.map((k, axis) => extent(k, dilations[axis]));
    if (e[0] > H || e[1] > W) return undefined;
    const isMean = !isMax && dilations.join() !== "1,1";
    const ceil = s.opset >= 10 && !isMean && s.flip();
    // Even and uneven padding, each with windows that fit and windows that reach beyond.
    const even = s.flip() ? Math.min(...kernel.map((size) => size >> 1)) : undefined;
    const pads = [0, 1, 2, 3].map((side) => even ?? s.whole(0, kernel[side % 2] - 1));
    const attributes = {
      kernel_shape: ints(...kernel),
      strides: ints(...strides),
      pads: ints(...pads),
    };
    if (ceil || s.opset >= 10) attributes.ceil_mode = int(ceil ? 1 : 0);
    if (dilations.join() !== "1,1") attributes.dilations = ints(...dilations);
    if (!isMax) attributes.count_include_pad = int(isMean ? 1 : s.whole(0, 1));
    const out = [H, W].map((length, axis) => {
      const room = (length + pads[axis] + pads[axis + 2] - e[axis]) / strides[axis];
      const n = (ceil ? Math.ceil(room) : Math.floor(room)) + 1;
      return (n - 1) * strides[axis] >= length + pads[axis] ? 0 : n;
    });
    if (out.includes(0)) return undefined; // a window in the padding alone: refused
    const type = isMax ? "MaxPool" : "AveragePool";
    return { name: s.node(type, [name], attributes), shape: [C, ...out] };
  },

  residual(s, from) {
    const [C] = from.shape;
    const attributes = { pads: ints(1, 1, 1, 1) };
    const inner = s.node("Conv", [from.name, s.floats([C, C, 3, 3])], attributes);
    const [a, b] = s.flip() ? [inner, from.name] : [from.name, inner];
    return { name: s.node(s.some(["Add", "Sum", "Sub"]), [a, b]), shape: from.shape };
  },

  excitation(s, { name, shape }) {
    const [C] = shape;
    const pooled = s.node("GlobalAveragePool", [name]);
    const gate = s.node("Sigmoid", [s.node("Conv", [pooled, s.floats([C, C, 1, 1])])]);
    return { name: s.node("Mul", s.flip() ? [name, gate] : [gate, name]), shape };
  },

  dense(s, from) {
    const [C, H, W] = from.shape;
    const grown = s.node("Conv", [from.name, s.floats([3, C, 1, 1])]);
    const parts = [from.name, grown, from.name].slice(0, s.whole(2, 3));
    const channels = parts.length === 3 ? 2 * C + 3 : C + 3;
    return { name: s.node("Concat", parts, { axis: int(1) }), shape: [channels, H, W] };
  },

  pad(s, { name, shape }) {
    const before = [s.whole(0, 2), s.whole(-1, 2), s.whole(0, 2)];
    const after = [s.whole(0, 1), s.whole(0, 2), s.whole(-1, 1)];
    const out = shape.map((length, k) => length + before[k] + after[k]);
    const rest = shape.map((length, k) => length + Math.min(0, before[k]) + Math.min(0, after[k]));
    if (rest.some((length) => length < 1)) return undefined; // nothing left to pad
    const [amounts, attributes] = s.listed(11, "pads", [0, ...before, 0, ...after]);
    return { name: s.node("Pad", [name, ...amounts], attributes), shape: out };
  },

  /** The shortcut without parameters: every second pixel. */
  slice(s, { name, shape }) {
    const [C, H, W] = shape;
    const step = s.opset < 10 ? 1 : s.whole(1, 2);
    const lists = [
      [0, 0],
      [2 ** 31 - 1, 2 ** 31 - 1],
      [2, 3],
      [step, step],
    ];
    if (s.opset < 10) {
      if (Math.min(H, W) < 3) return undefined;
      const attributes = { starts: ints(1, -2), ends: ints(-1, 2 ** 31 - 1), axes: ints(2, 3) };
      return { name: s.node("Slice", [name], attributes), shape: [C, H - 2, 2] };
    }
    const out = [C, Math.ceil(H / step), Math.ceil(W / step)];
    return { name: s.node("Slice", [name, ...lists.map((list) => s.ints(list))]), shape: out };
  },
  backwards(s, { name, shape }) {
    if (s.opset < 10) return undefined;
    const lists = [[-1], [-(2 ** 31)], [s.some([-1, 3])], [-1]];
    return { name: s.node("Slice", [name, ...lists.map((list) => s.ints(list))]), shape };
  },

  transpose(s, { name, shape: [C, H, W] }) {
    // At the input, 0 3 1 2 would mean images with channels last.
    const orders = [
      [0, 2, 3, 1],
      [0, 1, 3, 2],
      [0, 3, 2, 1],
      [0, 3, 1, 2],
    ];
    const perm = s.some(name === "images" ? orders.slice(0, 3) : orders);
    const all = [N, C, H, W];
    return {
      name: s.node("Transpose", [name], { perm: ints(...perm) }),
      shape: perm.slice(1).map((p) => all[p]),
    };
  },

  /** Channel shuffle. */
  shuffle(s, { name, shape: [C, H, W] }) {
    if (C % 2 !== 0) return undefined;
    const apart = s.node("Reshape", [name, s.ints([0, 2, C / 2, H, W])]);
    const turned = s.node("Transpose", [apart], { perm: ints(0, 2, 1, 3, 4) });
    return { name: s.node("Reshape", [turned, s.ints([0, -1, H, W])]), shape: [C, H, W] };
  },

  constants(s, { name, shape }) {
    const c = s.some([[], [1], [shape[0], 1, 1], [1, shape[0], 1, 1]]);
    const type = s.some(["Add", "Sub", "Mul", "Div"]);
    const w = s.floats(c, { from: 0.5, to: 2 });
    const turned = type !== "Div" && s.flip();
    return { name: s.node(type, turned ? [w, name] : [name, w]), shape };
  },
  map: (s, { name, shape }) => ({
    name: s.node("Add", [name, s.floats(s.some([shape, [1, ...shape], shape.slice(1)]))]),
    shape,
  }),
  others: (s, { name, shape }) => ({
    name: s.node(s.some(["Identity", "Neg", "Dropout"]), [name]),
    shape,
  }),
};

/** Ways from an image to a vector. */
const ends = {
  flatten: (s, { name, shape }) => ({
    name: s.node("Flatten", [name], { axis: int(1) }),
    length: shape.reduce((a, b) => a * b),
  }),
  reshape: (s, { name, shape }) => ({
    name: s.node("Reshape", [
      name,
      s.ints(
        s.some([
          [0, -1],
          [-1, shape.reduce((a, b) => a * b)],
        ]),
      ),
    ]),
    length: shape.reduce((a, b) => a * b),
  }),
  mean(s, { name, shape }) {
    const axes =
      s.opset < 11
        ? [2, 3]
        : s.some([
            [2, 3],
            [-1, -2],
          ]);
    const attributes = { keepdims: int(0) };
    const inputs = s.opset < 18 ? [name] : [name, s.ints(axes)];
    if (s.opset < 18) attributes.axes = ints(...axes);
    return { name: s.node("ReduceMean", inputs, attributes), length: shape[0] };
  },
  unsqueezed: (s, { name, shape }) => {
    const [gone, left] = s.listed(13, "axes", s.opset < 11 ? [2, 3] : [-1, -2]);
    const flat = s.node("Squeeze", [s.node("GlobalAveragePool", [name]), ...gone], left);
    const [more, added] = s.listed(13, "axes", [2, 3]);
    const image = s.node("Unsqueeze", [flat, ...more], added);
    return { name: s.node("Flatten", [s.node("Cast", [image], { to: int(1) })]), length: shape[0] };
  },
  squeeze(s, { name, shape }) {
    const [axes, attributes] = s.listed(13, "axes", [2, 3]);
    const pooled = s.node("GlobalAveragePool", [name]);
    return { name: s.node("Squeeze", [pooled, ...axes], attributes), length: shape[0] };
  },
  largest: (s, { name, shape }) => ({
    name: s.node("Flatten", [s.node("GlobalMaxPool", [name])]),
    length: shape[0],
  }),
};

const heads = {
  gemm: (s, { name, length }, units) =>
    s.node("Gemm", [name, s.floats([units, length]), s.floats([units])], { transB: int(1) }),
  scaledGemm: (s, { name, length }, units) =>
    s.node("Gemm", [name, s.floats([length, units]), s.floats([1, units])], {
      alpha: float(0.5),
      beta: float(2),
    }),
  matMul: (s, { name, length }, units) =>
    s.node("Add", [s.node("MatMul", [name, s.floats([length, units])]), s.floats([units])]),
};

export const layerNames = Object.keys(layers);

/** A graph that holds the layer `wanted` among random others: its bytes, images, and operators. */
export function randomGraph(seed, wanted) {
  const s = sheet(seed);
  let at = { name: "images", shape: [s.whole(1, 5), s.whole(4, 9), s.whole(4, 9)] };
  const shape = [N, ...at.shape];
  const depth = s.whole(1, 5);
  const place = s.whole(0, depth - 1);
  let present = false;
  for (let k = 0; k < depth; k++) {
    const isWanted = k === place;
    const next = layers[isWanted ? wanted : s.some(layerNames)](s, at);
    present ||= isWanted && next !== undefined;
    if (next) at = next;
  }
  const vector = s.some(Object.values(ends))(s, at);
  const units = s.whole(2, 4);
  const logits = s.some(Object.values(heads))(s, vector, units);
  const last = s.flip() ? logits : s.node("Softmax", [logits], { axis: int(s.some([1, -1])) });
  const { nodes, arrays } = s;
  const bytes = encodeOnnx({
    opset: s.opset,
    producer: "test",
    nodes,
    arrays,
    input: { name: "images", shape: ["N", ...shape.slice(1)] },
    output: { name: last, shape: ["N", units] },
  });
  const stream = random(`${seed} images`);
  const length = shape.reduce((a, b) => a * b);
  const data = Float32Array.from({ length }, () => stream.normal());
  return { bytes, images: { shape, data }, operators: nodes.map(({ type }) => type), present };
}
