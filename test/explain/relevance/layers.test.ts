/** Nodes as layers: norms with their statistics held fixed are the norms themselves; a bias map is its layer's bias. */

import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { frozenLayer } from "../../../src/explain/relevance/frozen.js";
import { composites, relevance } from "../../../src/explain/relevance/index.js";
import { rewrite } from "../../../src/fold/index.js";
import * as layers from "../../../src/model/build.js";
import { graph, sequential } from "../../../src/model/build.js";
import { type Node, withParameters } from "../../../src/model/model.js";
import { type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { noise, scramble } from "../../fold/random-models.js";
import { worst } from "../../golden.js";

const {
  add,
  batchNorm,
  biasMap,
  conv2d,
  dense,
  flatten,
  groupNorm,
  instanceNorm,
  layerNorm,
  relu,
} = layers;

const norms = {
  batchNorm: batchNorm({ id: "n", epsilon: 1e-2 }),
  "batchNorm without γ": batchNorm({ id: "n", scale: false }),
  groupNorm: groupNorm({ id: "n", groups: 2 }),
  layerNorm: layerNorm({ id: "n" }),
  "instanceNorm without β": instanceNorm({ id: "n", center: false }),
  biasMap: biasMap({ id: "n" }),
};

describe("a frozen layer at its own images is the node itself", () => {
  for (const [name, layer] of Object.entries(norms))
    test(name, () => {
      const model = scramble(sequential([4, 5, 3], [layer]), name);
      const x = noise([3, 4, 5, 3], "x");
      const y = session(model, { backend: "reference" }).forward(x);
      const map = frozenLayer(model, model.nodes[0] as Node, x).map({});
      expect(worst(map.forward([x]).data, y.data)).toBeLessThan(1e-12);
      const [back] = map.backward(
        tensor(
          y.shape,
          y.data.map(() => 1),
        ),
      );
      // y = s·x + t, so s·1·x is y without the bias.
      const rebuilt = back.data.map((s, i) => s * x.data[i] + (map.bias?.[i] ?? 0));
      expect(worst(rebuilt, y.data)).toBeLessThan(1e-12);
    });
});

test("a constant bias map after a convolution is a bias, whatever the rule", () => {
  const body = (bias: boolean) => [
    conv2d({ id: "c", filters: 3, kernel: 3, padding: 1, bias }),
    ...(bias ? [] : [biasMap({ id: "m" })]),
    relu(),
    flatten(),
    dense({ id: "d", units: 3 }),
  ];
  const plain = scramble(sequential([2, 5, 4], body(true)), "map");
  const { "c.bias": bias, ...rest } = plain.parameters;
  const spread = Float64Array.from({ length: 60 }, (_, i) => bias.data[Math.floor(i / 20)]);
  const mapped = withParameters(sequential([2, 5, 4], body(false)), {
    ...rest,
    "m.bias": tensor([3, 5, 4], spread),
  });
  const x = noise([2, 2, 5, 4], "x");
  for (const composite of Object.values(composites)) {
    const [a, b] = [plain, mapped].map((model) =>
      relevance(session(model, { backend: "reference" }), x, { composite }),
    );
    expect(worst(b.values.data, a.values.data)).toBeLessThan(1e-12);
    const kept = (r: typeof a): number[] => [
      ...(r.ledger.find(({ node }) => node === "c")?.bias ?? []),
    ];
    expect(kept(a)).toHaveLength(2);
    kept(b).forEach((sum, i) => {
      expect(sum).toBeCloseTo(kept(a)[i], 9);
    });
  }
});

test("a bias map on its own keeps its part under ε", () => {
  const model = withParameters(
    sequential(
      [1, 1, 2],
      [biasMap({ id: "m" }), flatten(), dense({ id: "d", units: 1, bias: false })],
    ),
    {
      "m.bias": tensor([1, 1, 2], Float64Array.of(1, -1)),
      "d.weight": tensor([1, 2], Float64Array.of(1, 1)),
    },
  );
  // x = (3, 5), y = (4, 4): each half of 8, of which 3/4 and 5/4 go to the pixels.
  const image = tensor([1, 1, 1, 2], Float64Array.of(3, 5));
  const { values } = relevance(session(model, { backend: "reference" }), image);
  expect(values.data[0]).toBeCloseTo(3, 4);
  expect(values.data[1]).toBeCloseTo(5, 4);
});

test("a map that two sums cannot take up becomes one layer", () => {
  const g = graph([2, 4, 4]);
  const norm = g.node(batchNorm({ id: "n" }), g.node(relu(), g.input));
  const one = g.node(add(), norm, g.input);
  const two = g.node(add(), norm, one);
  const net = g.output(g.node(dense({ units: 2 }), g.node(flatten(), two)));
  const model = scramble(net, 1);
  const { model: folded, merges } = rewrite(model, { leftover: "convolution" });
  expect(merges.length).toBe(1);
  expect(folded.nodes.filter(({ kind }) => kind === "conv2d").length).toBe(1);
  const x: Tensor = noise([2, 2, 4, 4], "x");
  const [a, b] = [model, folded].map((m) => session(m, { backend: "reference" }).forward(x).data);
  expect(worst(b, a)).toBeLessThan(1e-12);
});
