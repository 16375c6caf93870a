/** What theory says about norms at the start: growth of gradients, shattering, activations. */
import { describe, expect, test } from "vitest";
import { growthOf, moments, tapped } from "../../../src/measures/dynamics/activation-growth.js";
import {
  autocorrelations,
  gradientAutocorrelation,
  gradientsOnLine,
} from "../../../src/measures/dynamics/gradient-autocorrelation.js";
import { growthPerLayer } from "../../../src/measures/dynamics/gradient-growth.js";
import { type ArmNorm, normOf } from "../../../src/measures/dynamics/initial-networks.js";
import { measures } from "../../../src/measures/index.js";
import { geometricMean } from "../../../src/measures/means.js";
import { type Graph, initialise } from "../../../src/model/model.js";
import type { NormName } from "../../../src/model/norms.js";
import { zoo } from "../../../src/model/zoo.js";
import { random } from "../../../src/tensor/random.js";
import { data, scoreOf, split, trained } from "../fixtures.js";

function norm(name: NormName): ArmNorm | undefined {
  const found = normOf(zoo.plain({ norm: name }));
  if (found === "spatial") throw new Error("expected a norm of dense layers");
  return found;
}

describe("gradient growth", () => {
  const growth = (name: NormName, seed = 0): number =>
    geometricMean(growthPerLayer(norm(name), seed, { depth: 10, width: 128, inputs: 512 })).value ??
    0;
  test("batch norm: √(π/(π − 1)) per layer, within five per cent in every layer", () => {
    const expected = Math.sqrt(Math.PI / (Math.PI - 1));
    const layers = growthPerLayer(norm("batch"), 0, { depth: 10, width: 128, inputs: 512 });
    expect(layers.length).toBe(9);
    for (const ratio of layers) expect(Math.abs(ratio / expected - 1)).toBeLessThan(0.05);
    expect(Math.abs(growth("batch", 1) / expected - 1)).toBeLessThan(0.02);
  });
  test("no norm: 1", () => {
    expect(Math.abs(growth("none") - 1)).toBeLessThan(0.03);
  });
  test("the measure finds the arm's norm, wherever it stands; instance norm needs pixels", () => {
    const images = data(1, split([1, 28, 28], [new Array(784).fill(0)], [0]));
    const of = (name: NormName) =>
      scoreOf(
        measures.gradientGrowth,
        trained(initialise(zoo.seed({ norm: name }), random(0)), images),
      );
    expect(Math.abs((of("batch").value ?? 0) / 1.211 - 1)).toBeLessThan(0.05);
    expect(Math.abs((of("none").value ?? 0) - 1)).toBeLessThan(0.05);
    expect(of("instance")).toEqual({ value: null, states: { needsPixels: 1 } });
  });
});

describe("gradient autocorrelation", () => {
  test("by hand: 1, −1, 1, −1 → −¾, ½; a straight line is far from white; a constant has none", () => {
    expect(autocorrelations([1, -1, 1, -1], 2)).toEqual([-3 / 4, 2 / 4]);
    expect(
      autocorrelations(
        Array.from({ length: 100 }, (_, i) => i),
        1,
      )?.[0],
    ).toBeGreaterThan(0.95);
    expect(autocorrelations([2, 2, 2 + 1e-9], 1)).toBeUndefined();
  });
  const mean = (name: NormName, depth: number, skip: boolean): number => {
    const options = { ...gradientAutocorrelation.defaults, depth, skip, width: 48, points: 128 };
    const found = [0, 1, 2, 3, 4, 5].map((net) =>
      autocorrelations(gradientsOnLine(norm(name), options, `test ${net}`), 5),
    );
    const all = found.flatMap((lags) => lags ?? []);
    return all.reduce((sum, r) => sum + r, 0) / all.length;
  };
  test("Balduzzi's order: plain networks shatter with depth, batch norm alone at once, with skips it does not", () => {
    const [shallow, deep] = [mean("none", 4, false), mean("none", 30, false)];
    expect(deep).toBeLessThan(shallow - 0.05);
    const alone = mean("batch", 30, false);
    expect(Math.abs(alone)).toBeLessThan(0.1);
    expect(alone).toBeLessThan(deep);
    expect(mean("batch", 30, true)).toBeGreaterThan(0.4);
  });
});

describe("activations", () => {
  test("moments by hand", () => {
    const found = moments([0, 1, 1, 2, 2, 2, 3, 3], 3);
    expect(found.mean).toBe(14 / 8);
    expect(found.deviation).toBeCloseTo(Math.sqrt(32 / 8 - (14 / 8) ** 2), 12);
    expect(found.rootMeanSquare).toBe(Math.sqrt(32 / 8));
    expect([found.low, found.high]).toEqual([0, 3]);
    // Bins [0, 1), [1, 2), [2, 3].
    expect(found.histogram).toEqual([1 / 8, 2 / 8, 5 / 8]);
    expect(moments([4, 4], 2).histogram).toEqual([1, 0]);
  });
  test("growth per layer: 1 → 8 over three layers is 2 each", () => {
    expect(growthOf([1, 5, 3, 8])).toBeCloseTo(2, 12);
  });
  test("the tensor that goes into each ReLU, whatever stands before it", () => {
    const ids = (graph: Graph) => tapped(graph).map(({ layer, into, out }) => [layer, into, out]);
    expect(ids(zoo.plain({ norm: "none", depth: 2 }))).toEqual([
      ["relu1", "conv1", "relu1"],
      ["relu2", "conv2", "relu2"],
    ]);
    expect(ids(zoo.plain({ norm: "batch", depth: 2 }))).toEqual([
      ["relu1", "norm1", "relu1"],
      ["relu2", "norm2", "relu2"],
    ]);
    expect(ids(zoo.seed({ norm: "batch" }))).toEqual([["relu", "conv", "norm"]]);
    expect(ids(zoo.seed({ norm: "none" }))).toEqual([["relu", "conv", "relu"]]);
  });
  test("batch norm holds them at the size it gives them; what is stored can be drawn", () => {
    const stream = random("activations");
    const rows = Array.from({ length: 8 }, () =>
      Array.from({ length: 784 }, () => stream.uniform()),
    );
    const images = data(1, split([1, 28, 28], rows, new Array(8).fill(0)));
    const model = initialise(zoo.plain({ norm: "batch", depth: 3 }), random(0));
    const at = { step: 0, model, next: model, images: Int32Array.of(0) };
    const { value, details } = scoreOf(
      measures.activationGrowth,
      trained(model, images, { snapshots: [at] }),
    );
    // Not exactly 1: ε takes a share of small variances.
    expect(Math.abs((value ?? 0) - 1)).toBeLessThan(0.05);
    const { moments: table, outputs } = details?.tables ?? {};
    expect(table.layer).toEqual(["relu1", "relu2", "relu3"]);
    for (const deviation of table.deviation)
      expect(Math.abs(Number(deviation) - 1)).toBeLessThan(0.1);
    expect(outputs.layer).toEqual(table.layer);
    expect(outputs.low).toEqual([0, 0, 0]);
    expect(outputs.high).toEqual(table.high);
  });
});
