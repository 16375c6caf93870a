/** The networks whose ONNX files and weights are in test/golden, written with the library's
 *  builder. */

import { readFileSync } from "node:fs";
import { readNpz } from "../../dist/formats/npz.js";
import * as layers from "../../dist/model/build.js";
import { analyse, withParameters } from "../../dist/model/model.js";
import { zoo } from "../../dist/model/zoo.js";
import { tensor } from "../../dist/tensor/tensor.js";

const { add, batchNorm, conv2d, dense, flatten, globalAvgPool, graph, maxPool2d, relu } = layers;

const bn = (id) => batchNorm({ id, epsilon: 1e-5 });
const conv = (id, filters, { kernel = 3, stride = 1 } = {}) =>
  conv2d({ id, filters, kernel, stride, padding: kernel >> 1, bias: false });

/** Adds layers one after the other. */
const chain = (g, from, ...list) => list.reduce((last, layer) => g.node(layer, last), from);

function conventional() {
  const g = graph([1, 28, 28]);
  const blocks = [1, 2].flatMap((k) => [
    conv(`conv${k}`, 16 * k),
    bn(`bn${k}`),
    relu(),
    maxPool2d(),
  ]);
  return g.output(
    chain(g, g.input, ...blocks, globalAvgPool(), flatten(), dense({ id: "fc", units: 10 })),
  );
}

function residual() {
  const g = graph([3, 32, 32]);
  const stem = chain(g, g.input, conv("conv1", 16), bn("bn1"), relu());
  const block = (name, from, channels, stride) => {
    const inner = chain(
      g,
      from,
      conv(`${name}.conv1`, channels, { stride }),
      bn(`${name}.bn1`),
      relu(),
    );
    const branch = chain(g, inner, conv(`${name}.conv2`, channels), bn(`${name}.bn2`));
    const narrow = [
      conv(`${name}.downsample.conv`, channels, { kernel: 1, stride }),
      bn(`${name}.downsample.bn`),
    ];
    const shortcut = stride === 1 ? from : chain(g, from, ...narrow);
    return g.node(relu(), g.node(add(), branch, shortcut));
  };
  const last = block("block2", block("block1", stem, 16, 1), 32, 2);
  return g.output(chain(g, last, globalAvgPool(), flatten(), dense({ id: "fc", units: 10 })));
}

const ROLES = {
  gamma: "weight",
  beta: "bias",
  runningMean: "running_mean",
  runningVariance: "running_var",
};
const SEED_NAMES = { norm: "bn", dense: "fc" };

/** Our parameter's name as PyTorch has it. */
function torchName(key) {
  const at = key.lastIndexOf(".");
  const [node, role] = [key.slice(0, at), key.slice(at + 1)];
  return `${SEED_NAMES[node] ?? node}.${ROLES[role] ?? role}`;
}

const graphs = { seed: () => zoo.seed(), conventional, residual };

/** A model with its stored weights, the inputs that go with it, and the logits in float64. */
export function goldenNetwork(name) {
  const file = new URL(`../golden/network-${name}.npz`, import.meta.url);
  const arrays = readNpz(readFileSync(file), file.pathname);
  const description = graphs[name]();
  const keys = analyse(description).flatMap(({ parameters }) => parameters.map(({ key }) => key));
  const stored = (key) => {
    const { shape, data } = arrays.get(`w.${torchName(key)}`);
    return tensor(shape, Float32Array.from(data));
  };
  const parameters = Object.fromEntries(keys.map((key) => [key, stored(key)]));
  const { shape, data } = arrays.get("inputs");
  return {
    model: withParameters(description, parameters),
    inputs: tensor(shape, Float32Array.from(data)),
    logits: arrays.get("logits").data,
  };
}
