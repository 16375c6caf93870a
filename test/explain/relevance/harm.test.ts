/** The harm of passing over batch norm, split into shift and sign: the parts and what they must be in closed cases. */

import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { harmOf } from "../../../src/explain/audit-harm.js";
import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  interpolate2d,
  relu,
  sequential,
} from "../../../src/model/build.js";
import type { Graph, Model } from "../../../src/model/model.js";
import { zoo } from "../../../src/model/zoo.js";
import { type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { noise, scramble } from "../../fold/random-models.js";

const positive = (t: Tensor): Tensor => tensor(t.shape, t.data.map(Math.abs));

/** A network with γ > 0, or without shift and biases, or both. */
function network(g: Graph, { upright = false, centred = false }): Model {
  const model = scramble(g, "harm", 0);
  const parameters: Record<string, Tensor> = { ...model.parameters };
  for (const key of Object.keys(parameters)) {
    if (upright && key.endsWith("gamma")) parameters[key] = positive(parameters[key]);
    if (centred && /(bias|beta|runningMean)$/.test(key))
      parameters[key] = tensor(
        parameters[key].shape,
        parameters[key].data.map(() => 0),
      );
  }
  return { ...model, parameters };
}

const plain = zoo.plain({ depth: 2, inputShape: [1, 8, 7] });
const x = tensor([2, 1, 8, 7], noise([2, 1, 8, 7], "x").data.map(Math.abs));
const harm = (model: Model, composite: "epsilon" | "epsilonPlus") =>
  harmOf(session(model, { backend: "reference" }), x, composite);

describe("conv → BN", () => {
  test("ε: all of it is shift, none without one", () => {
    const both = harm(network(plain, {}), "epsilon");
    expect(both.shift).toBeGreaterThan(0.05);
    // Denominators near 0: the stabilizer, 1e-6, is added to s·z instead of z.
    expect(both.sign).toBeLessThan(both.shift / 50);
    expect(Math.abs(both.total / both.shift - 1)).toBeLessThan(0.02);
    const centred = harm(network(plain, { centred: true }), "epsilon");
    expect(centred.total).toBeLessThan(1e-4);
  });
  test("z⁺ without shift: all of it is sign, none when γ > 0", () => {
    const signs = harm(network(plain, { centred: true }), "epsilonPlus");
    expect(signs.sign).toBeGreaterThan(0.05);
    expect(signs.shift).toBeLessThan(1e-9);
    expect(
      harm(network(plain, { centred: true, upright: true }), "epsilonPlus").total,
    ).toBeLessThan(1e-4);
  });
  test("both causes, from the output down, nothing left over", () => {
    const { layers, rest, shift, sign } = harm(network(plain, {}), "epsilonPlus");
    expect(layers.map(({ norms, into }) => [norms, into])).toEqual([
      [["norm2"], ["conv2"]],
      [["norm1"], ["conv1"]],
    ]);
    for (const layer of layers) expect(Math.min(layer.shift, layer.sign)).toBeGreaterThan(1e-3);
    expect(Math.min(shift, sign)).toBeGreaterThan(0.01);
    expect(rest).toBeLessThan(1e-9);
  });
});

test.each([
  ["the founding network, through max-pool and flatten", zoo.seed({ inputShape: [1, 8, 7] })],
  [
    "through the mean over all pixels",
    zoo.plain({ depth: 3, inputShape: [1, 8, 7], placement: "after" }),
  ],
  ["dense layers", zoo.mlp({ inputShape: [1, 8, 7] })],
  [
    "through a resized image",
    sequential(
      [1, 8, 7],
      [
        conv2d({ filters: 4, kernel: 3 }),
        relu(),
        batchNorm(),
        interpolate2d({ size: [9, 9] }),
        conv2d({ filters: 5, kernel: 3 }),
        relu(),
        flatten(),
        dense({ units: 3 }),
      ],
    ),
  ],
] as const)("%s: the stages end where folding does", (_, g) => {
  for (const composite of ["epsilon", "epsilonPlus"] as const) {
    const { rest, total } = harm(network(g, {}), composite);
    expect(rest).toBeLessThan(1e-7);
    expect(total).toBeGreaterThan(0.01);
  }
});

test("a residual network", () => {
  const model = network(zoo.resnet8({ inputShape: [3, 8, 8] }), {});
  const image = noise([1, 3, 8, 8], "x");
  const { rest, layers } = harmOf(session(model, { backend: "reference" }), image, "epsilonPlus");
  expect(layers.length).toBe(9);
  expect(rest).toBeLessThan(1e-6);
});
