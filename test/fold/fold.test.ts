/** Folding keeps the function, says what it did, and refuses what it cannot keep. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { fold, foldTraces, rewrite } from "../../src/fold/index.js";
import * as layers from "../../src/model/build.js";
import { graph, sequential } from "../../src/model/build.js";
import { type Graph, type Model, withParameters } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { tensor } from "../../src/tensor/tensor.js";
import { worst } from "../golden.js";
import { blocks, build, noise, recipes, scramble } from "./random-models.js";

const { add, avgPool2d, batchNorm, conv2d, dense, flatten, maxPool2d, relu } = layers;

const forward = (model: Model, x: ReturnType<typeof noise>, backend: "wasm" | "reference") =>
  session(model, { backend }).forward(x).data;

/** Largest difference of two models' logits on noise, as a share of the largest. */
function apart(a: Model, b: Model, backend: "wasm" | "reference" = "reference"): number {
  const x = noise([3, ...a.inputShape], "probe");
  return worst(forward(b, x, backend), forward(a, x, backend));
}

const hasNorm = (model: Model) => model.nodes.some(({ kind }) => kind === "batchNorm");

test("random networks keep their function and lose their batch norms", { timeout: 60_000 }, () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(recipes, (recipe) => {
      const model = scramble(build(recipe), recipe.seed);
      const { model: folded, merges } = rewrite(model);
      for (const { order } of merges) seen.add(order);
      expect(hasNorm(folded)).toBe(false);
      expect(apart(model, folded)).toBeLessThan(1e-10);
      expect(apart(model, folded, "wasm")).toBeLessThan(1e-5);
      withParameters(folded, folded.parameters); // every parameter is there and none is left over
    }),
    { numRuns: 100, seed: 4 },
  );
  expect(seen.size).toBeGreaterThanOrEqual(25);
});

for (const [name, block] of Object.entries(blocks))
  test(`block ${name} alone, with and without γ = 0`, () => {
    for (const zeroGamma of [0, 0.5]) {
      const g = graph([2, 9, 8]);
      const start = g.node(conv2d({ filters: 3, kernel: 1 }), g.input);
      const { id } = block(g, start, 3);
      const net = g.output(g.node(dense({ units: 3 }), g.node(flatten(), id)));
      const model = scramble(net, name, zeroGamma);
      expect(apart(model, rewrite(model).model)).toBeLessThan(1e-11);
    }
  });

describe("the order says where a norm went", () => {
  const orders = (g: Graph) =>
    rewrite(scramble(g, 1)).merges.map(({ order, direction, into, bias }) => [
      order,
      direction,
      into,
      bias,
    ]);
  test("the founding network: forward through the pool", () => {
    expect(orders(zoo.seed())).toEqual([
      ["relu → batchNorm → maxPool2d → flatten → dense", "forward", "dense", "scalar"],
    ]);
  });
  test("conventional: backward", () => {
    expect(orders(zoo.plain({ depth: 2 }))).toEqual([
      ["conv2d → batchNorm", "backward", "conv1", "scalar"],
      ["conv2d → batchNorm", "backward", "conv2", "scalar"],
    ]);
  });
  test("before zero padding: a map; two norms in one go", () => {
    const g = sequential(
      [1, 5, 5],
      [
        relu(),
        batchNorm({ id: "a" }),
        batchNorm({ id: "b" }),
        conv2d({ filters: 2, kernel: 3, padding: 1, id: "c" }),
      ],
    );
    expect(orders(g)).toEqual([["relu → batchNorm → batchNorm → conv2d", "forward", "c", "map"]]);
  });
});

test("worked by hand: min-pool, ε, and the shift in the bias", () => {
  // x = (1, 3); γ = −2, β = 1, μ = 1, σ² = 3, ε = 1: s = −2/2 = −1, t = 1 − 1·(−1) = 2.
  // BN: (1, −1); max = 1 = −1·min(1, 3) + 2. Dense: 5·1 + 7 = 12 = (5·−1)·1 + (7 + 5·2).
  const g = sequential(
    [1, 1, 2],
    [
      relu(),
      batchNorm({ epsilon: 1, id: "norm" }),
      maxPool2d({ size: 1, stride: 1, id: "pool" }),
      layers.globalAvgPool(),
      flatten(),
      dense({ units: 1, id: "dense" }),
    ],
  );
  const one = (value: number, shape = [1]) => tensor(shape, Float64Array.of(value));
  const model = withParameters(g, {
    "norm.gamma": one(-2),
    "norm.beta": one(1),
    "norm.runningMean": one(1),
    "norm.runningVariance": one(3),
    "dense.weight": one(5, [1, 1]),
    "dense.bias": one(7),
  });
  const { model: folded, evidence } = fold(model);
  expect([...folded.parameters["dense.weight"].data]).toEqual([-5]);
  expect([...folded.parameters["dense.bias"].data]).toEqual([17]);
  expect([...folded.parameters["pool.sign"].data]).toEqual([-1]);
  expect(evidence.norms).toEqual([
    {
      norm: "norm",
      into: "dense",
      direction: "forward",
      order: "relu → batchNorm → maxPool2d → globalAvgPool → flatten → dense",
      bias: "scalar",
      channels: 1,
      scale: [-1, -1],
      negative: 1,
      nearZero: 0,
      shift: [2, 2],
      variance: 3,
      epsilon: 1,
    },
  ]);
});

test("the evidence is measured: random, constant and given images, in both precisions", () => {
  const model = scramble(zoo.seed({ inputShape: [1, 8, 8] }), 5);
  const images = noise([9, 1, 8, 8], "given");
  const { evidence, model: folded } = fold(model, { images, probes: 2 });
  for (const list of [evidence.float64, evidence.float32])
    expect(list.map(({ inputs, count }) => [inputs, count])).toEqual([
      ["random", 2],
      ["constant", 3],
      ["given", 4],
    ]);
  for (const { relative } of evidence.float64) expect(relative).toBeLessThan(1e-12);
  for (const { relative, absolute } of evidence.float32) {
    expect(relative).toBeLessThan(1e-5);
    expect(absolute).toBeGreaterThan(0); // float32 rounds: a zero would mean that nothing was compared
  }
  expect(folded.parameters["dense.weight"].data).toBeInstanceOf(Float64Array);
  const single = {
    ...model,
    parameters: Object.fromEntries(
      Object.entries(model.parameters).map(([key, { shape, data }]) => [
        key,
        tensor(shape, Float32Array.from(data)),
      ]),
    ),
  };
  expect(fold(single).model.parameters["dense.weight"].data).toBeInstanceOf(Float32Array);
});

test("folding leaves the given model as it was", () => {
  const model = scramble(zoo.resnet8({ inputShape: [3, 8, 8] }), 6);
  const before = JSON.stringify(model);
  rewrite(model);
  expect(JSON.stringify(model)).toBe(before);
});

test("what reads a map twice takes it up twice", () => {
  const g = graph([2, 6, 6]);
  const norm = g.node(batchNorm({ id: "norm" }), g.node(relu(), g.input));
  const a = g.node(conv2d({ filters: 2, kernel: 3, padding: 1, id: "a" }), norm);
  const b = g.node(conv2d({ filters: 2, kernel: 1, id: "b" }), norm);
  const net = g.output(g.node(dense({ units: 2 }), g.node(flatten(), g.node(add(), a, b))));
  const model = scramble(net, 7);
  const { model: folded, merges } = rewrite(model);
  expect(merges.map(({ into, bias }) => [into, bias])).toEqual([
    ["a", "map"],
    ["b", "scalar"],
  ]);
  expect(apart(model, folded)).toBeLessThan(1e-12);
});

describe("refusals", () => {
  const residualAfter = () => {
    const g = graph([2, 6, 6]);
    const conv = g.node(conv2d({ filters: 2, kernel: 3, padding: 1, id: "conv" }), g.input);
    const norm = g.node(batchNorm({ id: "norm" }), g.node(relu({ id: "relu" }), conv));
    const inner = g.node(conv2d({ filters: 2, kernel: 3, padding: 1, id: "inner" }), norm);
    const sum = g.node(add({ id: "sum" }), inner, norm);
    return scramble(g.output(g.node(dense({ units: 2 }), g.node(flatten(), sum))), 8);
  };
  test("a sum whose other branch has another scale", () => {
    expect(() => rewrite(residualAfter())).toThrow(
      'fold: batch norm "norm" cannot be absorbed: relu "relu" before it has no weights to take it up, and after it comes add "sum", whose other branch it does not apply to; use leftover "convolution" to make it a 1×1 depthwise convolution, or keep it and choose a rule for it (affine, pass, absolute)',
    );
  });
  test('leftover "convolution" keeps the function and says so', () => {
    const model = residualAfter();
    const { model: folded, merges } = rewrite(model, { leftover: "convolution" });
    expect(apart(model, folded)).toBeLessThan(1e-12);
    expect(hasNorm(folded)).toBe(false);
    expect(merges.map(({ direction, into }) => [direction, into])).toEqual([
      ["forward", "inner"],
      ["kept", "normAffine"],
    ]);
  });
  test("every zoo network of both placements folds then", () => {
    for (const name of ["resnet8", "plain", "mlp", "seed"] as const)
      for (const placement of ["before", "after"] as const) {
        const inputShape = name === "resnet8" ? ([3, 8, 8] as const) : ([1, 8, 8] as const);
        const model = scramble(zoo[name]({ placement, inputShape }), 9);
        const { model: folded } = rewrite(model, { leftover: "convolution" });
        expect(hasNorm(folded)).toBe(false);
        expect(apart(model, folded)).toBeLessThan(1e-11);
      }
  });
  test("fan-out of the layer before", () => {
    const g = graph([2, 6, 6]);
    const conv = g.node(conv2d({ filters: 2, kernel: 1, id: "conv" }), g.input);
    const norm = g.node(batchNorm({ id: "norm" }), conv);
    const sum = g.node(add({ id: "sum" }), norm, conv);
    const net = g.output(g.node(dense({ units: 2 }), g.node(flatten(), sum)));
    expect(() => rewrite(scramble(net, 1))).toThrow(
      'fold: batch norm "norm" cannot be absorbed: conv2d "conv" before it is also read by "sum", and after it comes add "sum", whose other branch it does not apply to; use',
    );
  });
  test("a mean that counts zeros of its padding", () => {
    const g = sequential(
      [2, 6, 6],
      [
        relu({ id: "relu" }),
        batchNorm({ id: "norm" }),
        avgPool2d({ size: 3, stride: 1, padding: 1, countPadding: true, id: "mean" }),
        flatten(),
        dense({ units: 2 }),
      ],
    );
    expect(() => rewrite(scramble(g, 1))).toThrow(
      'and after it comes avgPool2d "mean", which counts zeros of its padding; use',
    );
    const model = scramble(g, 1);
    expect(apart(model, rewrite(model, { leftover: "convolution" }).model)).toBeLessThan(1e-12);
  });
  test("the output itself, another norm", () => {
    const out = sequential([2, 4, 4], [relu(), batchNorm({ id: "norm" })]);
    expect(() => rewrite(scramble(out, 1))).toThrow("and after it comes the model's output; use");
    const norms = sequential(
      [2, 4, 4],
      [
        batchNorm({ id: "norm" }),
        layers.layerNorm({ id: "layer" }),
        flatten(),
        dense({ units: 2 }),
      ],
    );
    expect(() => rewrite(scramble(norms, 1))).toThrow(
      'before it is the model\'s input, and after it comes layerNorm "layer", with which it does not commute; use',
    );
  });
  test("statistics that cannot be used", () => {
    const model = scramble(zoo.seed({ inputShape: [1, 6, 6] }), 1);
    const change = (name: string, value: number | undefined): Model => {
      const key = `norm.${name}`;
      if (value === undefined) {
        const { [key]: _, ...rest } = model.parameters;
        return { ...model, parameters: rest };
      }
      const data = Float64Array.from(model.parameters[key].data);
      data[3] = value;
      return { ...model, parameters: { ...model.parameters, [key]: tensor([32], data) } };
    };
    expect(() => rewrite(change("runningVariance", -1))).toThrow(
      'fold: runningVariance of batch norm "norm" is -1 in channel 3, expected a finite number from 0; estimate them from data (recalibrate), or train longer',
    );
    expect(() => rewrite(change("runningMean", Number.NaN))).toThrow(
      'fold: runningMean of batch norm "norm" is NaN in channel 3, expected a finite number; estimate',
    );
    expect(() => rewrite(change("runningMean", undefined))).toThrow(
      'fold: batch norm "norm" has no runningMean; estimate them from data (recalibrate), or train longer',
    );
  });
});

describe("traces of folding", () => {
  const traces = (g: Graph) => foldTraces(scramble(g, 2));
  test("batch norms or layers without bias: no", () => {
    expect(traces(zoo.seed())).toEqual({ verdict: "no", signs: ['batchNorm "norm"'] });
    const bare = sequential([1, 4, 4], [flatten(), dense({ units: 2, bias: false, id: "d" })]);
    expect(traces(bare)).toEqual({ verdict: "no", signs: ['"d" has no bias'] });
  });
  test("a network that never had one: possible", () => {
    expect(traces(zoo.plain({ norm: "none" })).verdict).toBe("possible");
  });
  test("folded backward: likely; forward: yes", () => {
    const plain = rewrite(scramble(zoo.plain(), 3, 0)).model;
    const { verdict, signs } = foldTraces(plain);
    expect(verdict).toBe("likely");
    expect(signs).toHaveLength(2);
    expect(signs[1]).toMatch(
      /^filters of ("[^"]+"(, )?){1,3}( and \d+ more)? differ by more than 8 times in size$/,
    );
    expect(foldTraces(rewrite(scramble(zoo.seed(), 3)).model)).toEqual({
      verdict: "yes",
      signs: ['signedMaxPool2d "pool"'],
    });
  });
});
