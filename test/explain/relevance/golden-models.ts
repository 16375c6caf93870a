/** The networks of the reference numbers, with their weights and images. */

import * as layers from "../../../src/model/build.js";
import { graph, sequential } from "../../../src/model/build.js";
import { type Graph, type Model, withParameters } from "../../../src/model/model.js";
import { zoo } from "../../../src/model/zoo.js";
import { type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { golden } from "../../golden.js";

const { add, batchNorm, conv2d, dense, flatten, globalAvgPool, maxPool2d, relu } = layers;

const norm = (id: string) => batchNorm({ id, epsilon: 1e-5 });

const conventional = sequential(
  [1, 28, 28],
  [
    conv2d({ id: "conv1", filters: 16, kernel: 3, padding: 1, bias: false }),
    norm("bn1"),
    relu(),
    maxPool2d(),
    conv2d({ id: "conv2", filters: 32, kernel: 3, padding: 1, bias: false }),
    norm("bn2"),
    relu(),
    maxPool2d(),
    globalAvgPool(),
    flatten(),
    dense({ id: "fc", units: 10 }),
  ],
);

function residual(): Graph {
  const g = graph([3, 32, 32]);
  const layer = (from: string, conv: string, bn: string, filters: number, stride = 1, kernel = 3) =>
    g.node(
      norm(bn),
      g.node(
        conv2d({ id: conv, filters, kernel, stride, padding: kernel === 3 ? 1 : 0, bias: false }),
        from,
      ),
    );
  const block = (from: string, name: string, filters: number, stride: number): string => {
    const inner = g.node(relu(), layer(from, `${name}/conv1`, `${name}/bn1`, filters, stride));
    const branch = layer(inner, `${name}/conv2`, `${name}/bn2`, filters);
    const shortcut =
      stride === 1
        ? from
        : layer(from, `${name}/downsample/conv`, `${name}/downsample/bn`, filters, stride, 1);
    return g.node(relu(), g.node(add(), branch, shortcut));
  };
  const stem = g.node(relu(), layer(g.input, "conv1", "bn1", 16));
  const last = block(block(stem, "block1", 16, 1), "block2", 32, 2);
  return g.output(
    g.node(dense({ id: "fc", units: 10 }), g.node(flatten(), g.node(globalAvgPool(), last))),
  );
}

const graphs = { seed: zoo.seed(), "seed-pos": zoo.seed(), conventional, residual: residual() };

export type GoldenModel = keyof typeof graphs;

const theirNames: Readonly<Record<string, string>> = {
  gamma: "weight",
  beta: "bias",
  runningMean: "running_mean",
  runningVariance: "running_var",
};

/** Our parameter's name in the reference numbers: theirs has dots where ours has slashes, fc for dense, bn for norm. */
function theirs(key: string): string {
  const [node, name] = key.split(".");
  const id = node
    .replaceAll("/", ".")
    .replace(/^dense$/, "fc")
    .replace(/^norm$/, "bn");
  return `w.${id}.${theirNames[name] ?? name}`;
}

/** The network with its weights; the images and targets of the reference numbers. */
export function goldenModel(name: GoldenModel): {
  model: Model;
  inputs: Tensor;
  targets: ArrayLike<number>;
} {
  const g = golden(`network-${name.replace("-pos", "")}.npz`);
  const get = (key: string) => g.get(key) as Tensor;
  const net = graphs[name];
  const keys = net.nodes.flatMap(({ id, kind, attributes }) => {
    if (kind === "batchNorm")
      return ["gamma", "beta", "runningMean", "runningVariance"].map((p) => `${id}.${p}`);
    if (kind !== "conv2d" && kind !== "dense") return [];
    return attributes.bias ? [`${id}.weight`, `${id}.bias`] : [`${id}.weight`];
  });
  const values = Object.fromEntries(keys.map((key) => [key, get(theirs(key))]));
  if (name === "seed-pos") {
    const { shape, data } = values["norm.gamma"];
    values["norm.gamma"] = tensor(shape, data.map(Math.abs));
  }
  const targets = name === "seed-pos" ? [3, 3, 3, 7] : get("targets").data;
  return { model: withParameters(net, values), inputs: get("inputs"), targets };
}
