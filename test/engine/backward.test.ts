/** Gradients at nodes inside a network, and backward passes other than the gradient. */

import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import * as layers from "../../src/model/build.js";
import { analyse, type Graph, initialise, type Model } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { size, type Tensor, tensor } from "../../src/tensor/tensor.js";
import { worst } from "../golden.js";
import { batch } from "../networks.js";

const { add, conv2d, dense, flatten, globalAvgPool, graph, relu } = layers;

/** Fresh parameters with biases, scales and running statistics of both signs and all sizes. */
function lively(g: Graph): Model {
  const model = initialise(g, random("lively"));
  const parameters = Object.entries(model.parameters).map(([key, { shape, data }]) => {
    const stream = random(key);
    const wide = key.endsWith("Variance");
    const draw = () => (wide ? stream.uniform(0.1, 2) : stream.normal());
    return [key, key.endsWith("weight") ? { shape, data } : tensor(shape, data.map(draw))] as const;
  });
  return { ...model, parameters: Object.fromEntries(parameters) };
}

/** What comes after a node, as a model whose input is that node's value (an image). */
function tail(model: Model, id: string): Model {
  const shape = analyse(model).find(({ node }) => node.id === id)?.output.shape as number[];
  const at = model.nodes.findIndex((node) => node.id === id);
  const nodes = model.nodes.slice(at + 1).map((node) => ({
    ...node,
    inputs: node.inputs.map((input) => (input === id ? "input" : input)),
  }));
  const [C, H, W] = shape;
  return { ...model, inputShape: [C, H, W], nodes };
}

const seed = (y: Tensor): Tensor =>
  tensor(
    y.shape,
    y.data.map((_, i) => 1 + (i % 7) - (i % 3)),
  );

describe("gradients at nodes", () => {
  const networks: Record<string, { graph: Graph; ids: string[] }> = {
    "norm after ReLU": { graph: zoo.seed(), ids: ["conv", "relu", "norm", "pool"] },
    "norm before ReLU": {
      graph: zoo.plain({ inputShape: [2, 9, 8] }),
      ids: ["conv1", "norm1", "relu1", "relu2", "pool1", "relu4", "globalPool"],
    },
    residual: {
      graph: zoo.resnet8({ inputShape: [3, 12, 8] }),
      ids: ["reluStem", "add1_1", "relu1_1b", "add2_1", "relu3_1b"],
    },
  };
  for (const [name, { graph, ids }] of Object.entries(networks))
    for (const stats of ["running", "batch"] as const)
      test(`${name}, ${stats} statistics: those of the rest of the network`, () => {
        const model = lively(graph);
        const { x } = batch(5, model.inputShape);
        const options = { backend: "reference", stats } as const;
        const { values, gradients, logits } = session(model, options).activationGradients(
          x,
          ids,
          seed,
        );
        for (const id of ids) {
          const rest = session(tail(model, id), options).inputGradient(values[id], seed);
          expect(worst(rest.logits.data, logits.data), id).toBeLessThan(1e-12);
          expect(worst(gradients[id].data, rest.gradient.data), id).toBeLessThan(1e-12);
          expect(gradients[id].shape).toEqual(values[id].shape);
        }
        const separate = session(model, options).activations(x, ids);
        for (const id of ids) expect(values[id].data, id).toEqual(separate[id].data);
      });

  test("fused and unfused plans give the same numbers, in parts as well", () => {
    const model = lively(zoo.seed());
    const { x } = batch(5, model.inputShape);
    const ids = ["relu", "dense", "norm"];
    const whole = session(model, { fuse: false }).activationGradients(x, ids, seed);
    // Seeds of parts: the same numbers for the same images.
    const cut = session(model, { batch: 2 }).activationGradients(x, ids, (y, from) =>
      tensor(y.shape, seed(tensor([5, 10])).data.slice(10 * from, 10 * from + size(y.shape))),
    );
    for (const id of ids)
      expect(worst(cut.gradients[id].data, whole.gradients[id].data), id).toBe(0);
    for (const id of ids) {
      const alone = session(model).activationGradients(x, [id], seed); // other neighbours merge
      expect(worst(alone.gradients[id].data, whole.gradients[id].data), id).toBe(0);
    }
  });

  test("a node that the output does not depend on has none; one that is not there is an error", () => {
    const g = graph([1, 2, 2]);
    g.node(relu({ id: "aside" }), g.input);
    const model = lively(g.output(g.node(dense({ units: 2 }), g.node(flatten(), g.input))));
    const s = session(model);
    const x = tensor([1, 1, 2, 2], Float32Array.of(1, 2, 3, 4));
    expect([...s.activationGradients(x, ["aside"], seed).gradients.aside.data]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(() => s.activationGradients(x, ["beside"], seed)).toThrow(
      'session: got node "beside", expected one of aside, flatten1, dense1',
    );
  });
});

/** f = w₂·relu(W₁x), and its three backward passes by hand: x = (1, 2, −1), pre-activations (4, −5, −1, 3). */
describe("rectifiers backward", () => {
  const W = [
    [1, 1, -1],
    [-2, -1, 1],
    [0, 1, 3],
    [0, 2, 1],
  ];
  const out = [2, 3, 4, -5];
  const g = graph([3, 1, 1]);
  const hidden = g.node(
    relu(),
    g.node(dense({ id: "in", units: 4, bias: false }), g.node(flatten(), g.input)),
  );
  const net = g.output(g.node(dense({ id: "out", units: 1, bias: false }), hidden));
  const model: Model = {
    ...net,
    parameters: {
      "in.weight": tensor([4, 3], Float32Array.from(W.flat())),
      "out.weight": tensor([1, 4], Float32Array.from(out)),
    },
  };
  const x = tensor([1, 3, 1, 1], Float32Array.of(1, 2, -1));
  const one = (y: Tensor): Tensor => tensor(y.shape, Float32Array.of(1));
  const from = (rows: readonly number[]) =>
    [0, 1, 2].map((j) => rows.reduce((sum, i) => sum + out[i] * W[i][j], 0));
  test.each([
    ["gradient", [0, 3]], // active units
    ["guided", [0]], // active, positive gradient
    ["deconvnet", [0, 1, 2]], // positive gradient
  ] as const)("%s takes rows %j", (name, rows) => {
    for (const backend of ["reference", "wasm"] as const) {
      const { gradient } = session(model, { backend }).inputGradient(x, one, name);
      expect([...gradient.data]).toEqual(from(rows));
    }
  });

  test("a gradient that two branches share is clipped in one of them only", () => {
    const b = graph([1, 3, 3]);
    const conv = b.node(
      conv2d({ id: "conv", filters: 2, kernel: 3, padding: 1, bias: false }),
      b.input,
    );
    const sum = b.node(add({ id: "sum" }), b.node(relu({ id: "kept" }), conv), conv);
    const pooled = b.node(flatten(), b.node(globalAvgPool(), sum));
    const branched = lively(b.output(b.node(dense({ id: "fc", units: 1, bias: false }), pooled)));
    const image = batch(1, [1, 3, 3]).x;
    const s = session(branched, { backend: "reference" });
    const at = s.activations(image, ["conv"]).conv.data;
    const fc = branched.parameters["fc.weight"].data;
    for (const name of ["guided", "deconvnet"] as const) {
      // d(logit)/d(conv) = fc/9 along the identity, and the rule's share of it along the ReLU.
      const dy = Float64Array.from(at, (value, i) => {
        const own = fc[Math.floor(i / 9)] / 9;
        return own + (name === "deconvnet" || value > 0 ? Math.max(own, 0) : 0);
      });
      const first = session(
        { ...branched, nodes: branched.nodes.slice(0, 1), output: "conv" },
        { backend: "reference" },
      ).inputGradient(image, () => tensor([1, 2, 3, 3], dy));
      expect(
        worst(s.inputGradient(image, one, name).gradient.data, first.gradient.data),
      ).toBeLessThan(1e-12);
    }
  });
});
