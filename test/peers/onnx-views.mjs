/** Random ONNX graphs that look at values in odd shapes, as no exporter would write them: what is read of them must be
 *  right, and the rest refused. */

import { encodeOnnx } from "../../dist/formats/onnx/index.js";
import { random } from "../../dist/tensor/random.js";

const N = 2;
const MOST = 2000;
const size = (shape) => shape.reduce((a, b) => a * b, 1);
const int = (n) => ({ int: n });
const ints = (...list) => ({ ints: list });
const float = (x) => ({ float: x });

/** A graph under construction: the value at its end, and the shape of one sample of it. */
function sheet(stream, shape) {
  const self = {
    stream,
    nodes: [],
    arrays: new Map(),
    at: "images",
    shape,
    some: (list) => list[stream.below(list.length)],
    whole: (low, high) => low + stream.below(high - low + 1),
    floats(of, draw = () => stream.uniform(0.5, 2) * (stream.below(2) ? 1 : -1)) {
      const name = `w${self.arrays.size}`;
      const data = Float32Array.from({ length: size(of) }, draw);
      self.arrays.set(name, { shape: of, data });
      return name;
    },
    ints(...values) {
      const name = `i${self.arrays.size}`;
      const data = BigInt64Array.from(values, BigInt);
      self.arrays.set(name, { shape: [values.length], data });
      return name;
    },
    /** Goes on by a node, to a value of another shape if one is given. */
    go(type, inputs, attributes = {}, next = self.shape) {
      self.at = `${type}_${self.nodes.length}`;
      self.nodes.push({ type, name: self.at, inputs, outputs: [self.at], attributes });
      self.shape = next;
      return self.at;
    },
  };
  return self;
}

/** Every shape of 1 to 3 axes with n elements. */
const shapesOf = (n) => {
  const parts = Array.from({ length: n }, (_, k) => k + 1).filter((a) => n % a === 0);
  const two = parts.map((a) => [a, n / a]);
  return [
    [n],
    ...two,
    ...two.flatMap(([a, m]) => parts.filter((b) => m % b === 0).map((b) => [a, b, m / b])),
  ];
};

const plain = (type) => (s) => s.go(type, [s.at]);

/** Ways to go on; those that do not fit add nothing. */
const steps = {
  reshape(s) {
    const next = s.some(shapesOf(size(s.shape)));
    s.go("Reshape", [s.at, s.ints(0, ...next)], {}, next);
  },
  relu: plain("Relu"),
  hardSwish: plain("HardSwish"),
  selu: plain("Selu"),
  clip: (s) => s.go("Clip", [s.at, s.floats([], () => -0.7), s.floats([], () => 0.9)]),
  pRelu: (s) => s.go("PRelu", [s.at, s.floats([1], () => 0.3)]),
  constants(s) {
    const { shape } = s;
    const only = (axis) => shape.map((length, k) => (k === axis ? length : 1));
    const last = shape.length - 1;
    const forms = [
      [],
      [1],
      [shape[last]],
      shape,
      [1, ...shape],
      only(0),
      [1, ...only(0)],
      only(last),
    ];
    const type = s.some(["Add", "Sub", "Mul", "Div", "Max"]);
    const pair = [s.at, s.floats(s.some(forms))];
    s.go(type, type !== "Div" && s.stream.below(3) === 0 ? pair.toReversed() : pair);
  },
  transpose(s) {
    const order = s.shape.map((_, k) => k + 1);
    for (let k = order.length - 1; k > 0; k--) {
      const other = s.stream.below(k + 1);
      [order[k], order[other]] = [order[other], order[k]];
    }
    // At the input, 0 3 1 2 would mean images with channels last.
    if (s.at === "images" && order.join() === "3,1,2") return;
    s.go(
      "Transpose",
      [s.at],
      { perm: ints(0, ...order) },
      order.map((axis) => s.shape[axis - 1]),
    );
  },
  squeeze(s) {
    const axis = s.shape.indexOf(1);
    if (axis < 0 || s.shape.length < 2) return;
    const named = s.some([axis + 1, axis - s.shape.length]);
    s.go("Squeeze", [s.at, s.ints(named)], {}, s.shape.toSpliced(axis, 1));
  },
  unsqueeze(s) {
    const axis = s.whole(0, s.shape.length);
    if (s.shape.length < 4)
      s.go("Unsqueeze", [s.at, s.ints(axis + 1)], {}, s.shape.toSpliced(axis, 0, 1));
  },
  slice(s) {
    const axis = s.whole(0, s.shape.length - 1);
    const step = s.some([1, 2]);
    if (s.shape[axis] < 2) return;
    const next = s.shape.with(axis, Math.ceil((s.shape[axis] - 1) / step));
    const lists = [s.ints(1), s.ints(2 ** 31 - 1), s.ints(axis + 1), s.ints(step)];
    s.go("Slice", [s.at, ...lists], {}, next);
  },
  backwards(s) {
    const axis = s.whole(-s.shape.length, -1);
    s.go("Slice", [s.at, s.ints(-1), s.ints(-(2 ** 31)), s.ints(axis), s.ints(-1)]);
  },
  pad(s) {
    const [before, after] = [0, 1].map(() => s.shape.map(() => s.whole(0, 1)));
    const next = s.shape.map((length, k) => length + before[k] + after[k]);
    s.go("Pad", [s.at, s.ints(0, ...before, 0, ...after)], {}, next);
  },
  concat(s) {
    const axis = s.whole(0, s.shape.length - 1);
    const next = s.shape.with(axis, 2 * s.shape[axis]);
    s.go("Concat", [s.at, s.at], { axis: int(axis + 1) }, next);
  },
  instanceNorm(s) {
    const [C, ...pixels] = s.shape;
    if (size(pixels) < 3) return;
    s.go("InstanceNormalization", [s.at, s.floats([C]), s.floats([C])], { epsilon: float(0.01) });
  },
  layerNorm(s) {
    const [C, ...rest] = s.shape;
    if (size(s.shape) < 4) return;
    const form = s.some([s.shape, [C, ...rest.map(() => 1)], [s.shape.at(-1)]]);
    const draw = s.some([() => 0.6, () => s.stream.uniform(0.5, 2)]);
    const attributes = { axis: int(s.some([1, -1])), epsilon: float(0.01) };
    s.go("LayerNormalization", [s.at, s.floats(form, draw)], attributes);
  },
  batchNorm(s) {
    const [C] = s.shape;
    const lists = [s.floats([C]), s.floats([C]), s.floats([C]), s.floats([C], () => 0.5)];
    s.go("BatchNormalization", [s.at, ...lists]);
  },
  mean(s) {
    const [C, ...pixels] = s.shape;
    const axes = pixels.map((_, k) => k + 2);
    if (pixels.length > 0)
      s.go("ReduceMean", [s.at], { axes: ints(...axes), keepdims: int(0) }, [C]);
  },
  maxPool(s) {
    const [C, H, W] = s.shape;
    if (s.shape.length !== 3 || Math.min(H, W) < 2) return;
    const attributes = { kernel_shape: ints(2, 2), strides: ints(1, 2) };
    s.go("MaxPool", [s.at], attributes, [C, H - 1, W >> 1]);
  },
  conv(s) {
    const [C, ...pixels] = s.shape;
    const filters = s.whole(1, 4);
    if (pixels.length === 2)
      s.go("Conv", [s.at, s.floats([filters, C, 1, 1])], {}, [filters, ...pixels]);
  },
  flatten: (s) => s.go("Flatten", [s.at], { axis: int(1) }, [size(s.shape)]),
  softmax: (s) => s.go("Softmax", [s.at], { axis: int(s.some([1, -1])) }),
  residual(s) {
    const from = s.at;
    s.go("Add", [from, s.go("Relu", [from])]);
  },
  swish(s) {
    const from = s.at;
    s.go("Mul", [s.go("Sigmoid", [from]), from]);
  },
};

/** Its bytes, images, and a description. */
export function oddGraph(seed) {
  const stream = random(seed);
  const s = sheet(stream, []);
  s.shape = [s.some([2, 4, 6]), s.whole(1, 4), s.some([1, 2, 4, 5])];
  const input = s.shape;
  s.go("Relu", [s.at]); // a graph that only moves its input is no network
  for (let k = s.whole(1, 6); k > 0 && size(s.shape) < MOST; k--) s.some(Object.values(steps))(s);
  const bytes = encodeOnnx({
    opset: 17,
    producer: "test",
    nodes: s.nodes,
    arrays: s.arrays,
    input: { name: "images", shape: ["N", ...input] },
    output: { name: s.at, shape: ["N", ...s.shape] },
  });
  const data = Float32Array.from({ length: N * size(input) }, () => stream.normal());
  const shown = s.nodes.map(({ type, inputs }) => {
    const lists = inputs.flatMap((name) => s.arrays.get(name)?.shape.join("×") ?? []);
    return [type, ...lists].join(" ");
  });
  return { bytes, images: { shape: [N, ...input], data }, shown: `${input}: ${shown.join(", ")}` };
}
