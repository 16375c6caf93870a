/** Well-known networks as ONNX graphs with random weights, drawn as PyTorch exports them with batch norm kept:
 *  the shapes and costs of the real ones, for measuring import and execution. */

import { encodeOnnx } from "../dist/formats/onnx/index.js";
import { random } from "../dist/tensor/random.js";

const int = (n) => ({ int: n });
const ints = (...list) => ({ ints: list });
const float = (x) => ({ float: x });

/** Writes nodes and weights; every method returns its output with its channels. */
function drawing(seed) {
  const stream = random(seed);
  const nodes = [];
  const arrays = new Map();
  const floats = (name, shape, value) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b));
    for (let i = 0; i < data.length; i++) data[i] = value();
    arrays.set(name, { shape, data });
    return name;
  };
  const node = (type, inputs, C, attributes = {}) => {
    const name = `${type}_${nodes.length}`;
    nodes.push({ type, name, inputs, outputs: [name], attributes });
    return { name, C };
  };
  let layers = 0;
  const self = {
    nodes,
    arrays,
    node,
    conv(x, O, k, { stride = 1, groups = 1, pad = k >> 1, bias = false } = {}) {
      const id = `conv${layers++}`;
      // He et al. 2015, so that values neither grow nor vanish; uniform, since that is quick to draw.
      const limit = Math.sqrt((6 * groups) / (x.C * k * k));
      const shape = [O, x.C / groups, k, k];
      const weight = floats(`${id}.weight`, shape, () => stream.uniform(-limit, limit));
      const inputs = [x.name, weight];
      if (bias) inputs.push(floats(`${id}.bias`, [O], () => stream.uniform(-0.1, 0.1)));
      return node("Conv", inputs, O, {
        dilations: ints(1, 1),
        group: int(groups),
        kernel_shape: ints(k, k),
        pads: ints(pad, pad, pad, pad),
        strides: ints(stride, stride),
      });
    },
    /** `size`: of γ, smaller at the ends of residual branches. */
    norm(x, size = 1) {
      const id = `bn${layers++}`;
      const sign = () => (stream.uniform() < 0.05 ? -1 : 1);
      const list = [
        floats(`${id}.weight`, [x.C], () => sign() * stream.uniform(0.7, 1.3) * size),
        floats(`${id}.bias`, [x.C], () => stream.uniform(-0.2, 0.2)),
        floats(`${id}.running_mean`, [x.C], () => stream.uniform(-0.2, 0.2)),
        floats(`${id}.running_var`, [x.C], () => stream.uniform(0.7, 1.4)),
      ];
      const attributes = { epsilon: float(1e-5), momentum: float(0.9) };
      return node("BatchNormalization", [x.name, ...list], x.C, attributes);
    },
    relu: (x) => node("Relu", [x.name], x.C),
    silu: (x) => node("Mul", [x.name, node("Sigmoid", [x.name], x.C).name], x.C),
    relu6: (x) => node("Clip", [x.name, ...["zero", "six"].map((name) => self.scalar(name))], x.C),
    scalar(name) {
      const value = { zero: 0, six: 6 }[name];
      arrays.set(name, { shape: [], data: Float32Array.of(value) });
      return name;
    },
    add: (a, b) => node("Add", [a.name, b.name], a.C),
    concat: (list) =>
      node(
        "Concat",
        list.map(({ name }) => name),
        list.reduce((sum, { C }) => sum + C, 0),
        { axis: int(1) },
      ),
    maxPool: (x, k, stride, pad) =>
      node("MaxPool", [x.name], x.C, {
        kernel_shape: ints(k, k),
        strides: ints(stride, stride),
        pads: ints(pad, pad, pad, pad),
      }),
    halved: (x) =>
      node("AveragePool", [x.name], x.C, { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
    mean: (x) => node("GlobalAveragePool", [x.name], x.C),
    flatten: (x, F = x.C) => node("Flatten", [x.name], F, { axis: int(1) }),
    dense(x, units) {
      const id = `fc${layers++}`;
      const limit = Math.sqrt(3 / x.C);
      const weight = floats(`${id}.weight`, [units, x.C], () => stream.uniform(-limit, limit));
      const bias = floats(`${id}.bias`, [units], () => 0);
      return node("Gemm", [x.name, weight, bias], units, { transB: int(1) });
    },
  };
  return self;
}

/** He et al. 2016: a first part, then stages of residual blocks; `branch` draws what is added to the shortcut. */
function resnet(d, x, stages, expansion, branch) {
  let at = d.maxPool(d.relu(d.norm(d.conv(x, 64, 7, { stride: 2 }))), 3, 2, 1);
  for (const [stage, blocks] of stages.entries())
    for (let k = 0; k < blocks; k++) {
      const C = 64 * 2 ** stage;
      const stride = k === 0 && stage > 0 ? 2 : 1;
      const out = branch(at, C, stride);
      const isSame = stride === 1 && at.C === expansion * C;
      const short = isSame ? at : d.norm(d.conv(at, expansion * C, 1, { stride }), 0.8);
      at = d.relu(d.add(out, short));
    }
  return d.dense(d.flatten(d.mean(at)), 1000);
}

/** Blocks of two 3×3 convolutions. */
const resnet18 = (d, x) =>
  resnet(d, x, [2, 2, 2, 2], 1, (at, C, stride) =>
    d.norm(d.conv(d.relu(d.norm(d.conv(at, C, 3, { stride }))), C, 3), 0.3),
  );

/** Bottlenecks 1×1, 3×3, 1×1. */
const resnet50 = (d, x) =>
  resnet(d, x, [3, 4, 6, 3], 4, (at, C, stride) => {
    const narrow = d.relu(d.norm(d.conv(at, C, 1)));
    return d.norm(d.conv(d.relu(d.norm(d.conv(narrow, C, 3, { stride }))), 4 * C, 1), 0.3);
  });

/** Simonyan & Zisserman 2015 with batch norm. */
function vgg16(d, x) {
  let at = x;
  for (const C of [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0])
    at = C === 0 ? d.maxPool(at, 2, 2, 0) : d.relu(d.norm(d.conv(at, C, 3, { bias: true })));
  const hidden = d.relu(d.dense(d.flatten(at, 512 * 7 * 7), 4096));
  return d.dense(d.relu(d.dense(hidden, 4096)), 1000);
}

/** Huang et al. 2017: norm before convolution, everything joined to what came before. */
function densenet121(d, x) {
  let at = d.maxPool(d.relu(d.norm(d.conv(x, 64, 7, { stride: 2 }))), 3, 2, 1);
  for (const [stage, blocks] of [6, 12, 24, 16].entries()) {
    const parts = [at];
    for (let k = 0; k < blocks; k++) {
      const joined = parts.length === 1 ? parts[0] : d.concat(parts);
      const narrow = d.conv(d.relu(d.norm(joined)), 128, 1);
      parts.push(d.conv(d.relu(d.norm(narrow)), 32, 3));
    }
    at = d.norm(d.concat(parts));
    if (stage < 3) at = d.halved(d.conv(d.relu(at), at.C / 2, 1));
  }
  return d.dense(d.flatten(d.mean(d.relu(at))), 1000);
}

/** Sandler et al. 2018: wide depthwise layers between narrow ones. */
function mobilenetV2(d, x) {
  let at = d.relu6(d.norm(d.conv(x, 32, 3, { stride: 2 })));
  for (const [expand, C, blocks, first] of [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ])
    for (let k = 0; k < blocks; k++) {
      const stride = k === 0 ? first : 1;
      const wide = expand === 1 ? at : d.relu6(d.norm(d.conv(at, expand * at.C, 1)));
      const deep = d.relu6(d.norm(d.conv(wide, wide.C, 3, { stride, groups: wide.C })));
      const out = d.norm(d.conv(deep, C, 1), 0.5);
      at = stride === 1 && out.C === at.C ? d.add(at, out) : out;
    }
  return d.dense(d.flatten(d.mean(d.relu6(d.norm(d.conv(at, 1280, 1))))), 1000);
}

/** Tan & Le 2019: the same with SiLU and squeeze-and-excitation. */
function efficientnetB0(d, x) {
  let at = d.silu(d.norm(d.conv(x, 32, 3, { stride: 2 })));
  for (const [expand, C, blocks, first, kernel] of [
    [1, 16, 1, 1, 3],
    [6, 24, 2, 2, 3],
    [6, 40, 2, 2, 5],
    [6, 80, 3, 2, 3],
    [6, 112, 3, 1, 5],
    [6, 192, 4, 2, 5],
    [6, 320, 1, 1, 3],
  ])
    for (let k = 0; k < blocks; k++) {
      const stride = k === 0 ? first : 1;
      const wide = expand === 1 ? at : d.silu(d.norm(d.conv(at, expand * at.C, 1)));
      const deep = d.silu(d.norm(d.conv(wide, wide.C, kernel, { stride, groups: wide.C })));
      const small = d.silu(d.conv(d.mean(deep), Math.max(1, at.C >> 2), 1, { bias: true }));
      const open = d.conv(small, wide.C, 1, { bias: true });
      const gate = d.node("Sigmoid", [open.name], open.C);
      const out = d.norm(d.conv(d.node("Mul", [gate.name, deep.name], deep.C), C, 1), 0.5);
      at = stride === 1 && out.C === at.C ? d.add(out, at) : out;
    }
  return d.dense(d.flatten(d.mean(d.silu(d.norm(d.conv(at, 1280, 1))))), 1000);
}

export const architectures = {
  "ResNet-18": resnet18,
  "ResNet-50": resnet50,
  "VGG-16-BN": vgg16,
  "DenseNet-121": densenet121,
  MobileNetV2: mobilenetV2,
  "EfficientNet-B0": efficientnetB0,
};

/** The bytes of one, for images of 3×224×224. */
export function architecture(name) {
  if (!(name in architectures))
    throw new Error(`got "${name}", expected one of ${Object.keys(architectures).join(", ")}`);
  const d = drawing(name);
  const last = architectures[name](d, { name: "images", C: 3 });
  return encodeOnnx({
    opset: 17,
    producer: "bench",
    nodes: d.nodes,
    arrays: d.arrays,
    input: { name: "images", shape: ["N", 3, 224, 224] },
    output: { name: last.name, shape: ["N", last.C] },
  });
}
