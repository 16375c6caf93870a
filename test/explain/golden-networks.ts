/** The three networks of the reference numbers, with their weights. */

import * as layers from "../../src/model/build.js";
import {
  analyse,
  type Graph,
  type GraphParameter,
  type Model,
  withParameters,
} from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import { golden } from "../golden.js";

const {
  add,
  batchNorm,
  conv2d,
  dense,
  flatten,
  globalAvgPool,
  graph,
  maxPool2d,
  relu,
  sequential,
} = layers;

const conv = (id: string, filters: number, stride = 1, kernel = 3) =>
  conv2d({ id, filters, kernel, padding: kernel === 3 ? 1 : 0, stride, bias: false });
const bn = (id: string) => batchNorm({ id, epsilon: 1e-5 });

const conventional = sequential(
  [1, 28, 28],
  [
    conv("conv1", 16),
    bn("bn1"),
    relu({ id: "relu1" }),
    maxPool2d(),
    conv("conv2", 32),
    bn("bn2"),
    relu({ id: "relu2" }),
    maxPool2d(),
    globalAvgPool(),
    flatten(),
    dense({ id: "fc", units: 10 }),
  ],
);

function residual(): Graph {
  const g = graph([3, 32, 32]);
  const block = (name: string, from: string, filters: number, stride: number): string => {
    const id = (part: string) => `${name}.${part}`;
    const first = g.node(bn(id("bn1")), g.node(conv(id("conv1"), filters, stride), from));
    const inner = g.node(relu({ id: id("relu1") }), first);
    const second = g.node(bn(id("bn2")), g.node(conv(id("conv2"), filters), inner));
    const shortcut =
      stride === 1
        ? from
        : g.node(
            bn(id("downsample.bn")),
            g.node(conv(id("downsample.conv"), filters, stride, 1), from),
          );
    return g.node(relu({ id: id("relu2") }), g.node(add({ id: id("add") }), second, shortcut));
  };
  const stem = g.node(relu(), g.node(bn("bn1"), g.node(conv("conv1", 16), g.input)));
  const last = block("block2", block("block1", stem, 16, 1), 32, 2);
  const features = g.node(flatten(), g.node(globalAvgPool(), last));
  return g.output(g.node(dense({ id: "fc", units: 10 }), features));
}

/** Our name of a parameter → PyTorch's. */
function theirs({ node, name }: GraphParameter, renamed: Readonly<Record<string, string>>): string {
  const names: Record<string, string> = {
    gamma: "weight",
    beta: "bias",
    runningMean: "running_mean",
    runningVariance: "running_var",
  };
  return `w.${renamed[node] ?? node}.${names[name] ?? name}`;
}

export type GoldenName = "seed" | "conventional" | "residual";

const graphs: Record<GoldenName, { graph: Graph; renamed: Record<string, string> }> = {
  seed: { graph: zoo.seed(), renamed: { norm: "bn", dense: "fc" } },
  conventional: { graph: conventional, renamed: {} },
  residual: { graph: residual(), renamed: {} },
};

/** The network, its four inputs, and the class explained for each. */
export function goldenNetwork(name: GoldenName): { model: Model; inputs: Tensor; targets: Tensor } {
  const arrays = golden(`network-${name}.npz`);
  const get = (key: string) => {
    const found = arrays.get(key);
    if (!found) throw new Error(`network-${name}.npz has no ${key}`);
    return found;
  };
  const { graph, renamed } = graphs[name];
  const parameters = analyse(graph).flatMap((facts) =>
    facts.parameters.map((spec) => [spec.key, get(theirs(spec, renamed))] as const),
  );
  return {
    model: withParameters(graph, Object.fromEntries(parameters)),
    inputs: get("inputs"),
    targets: get("targets"),
  };
}
