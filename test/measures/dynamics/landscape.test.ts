/** The loss around the path of training, where it is known: on a quadratic, and by the formulas again. */
import { describe, expect, test } from "vitest";
import { imageBatch } from "../../../src/data/dataset.js";
import { session } from "../../../src/engine/session.js";
import { sharpness } from "../../../src/measures/dynamics/adaptive-sharpness.js";
import { layersOf, shiftsAt } from "../../../src/measures/dynamics/covariate-shift.js";
import { ratesAround, surroundings } from "../../../src/measures/dynamics/landscape.js";
import { firstThatHolds, isStable } from "../../../src/measures/dynamics/largest-stable-rate.js";
import { relativeLosses } from "../../../src/measures/dynamics/relative-loss.js";
import { measures, type Snapshot } from "../../../src/measures/index.js";
import { type WeightSpace, weightSpace } from "../../../src/measures/weights.js";
import { batchNorm, conv2d, dense, flatten, relu, sequential } from "../../../src/model/build.js";
import { initialise, type Model } from "../../../src/model/model.js";
import { random } from "../../../src/tensor/random.js";
import { data, network, scoreOf, split, trained } from "../fixtures.js";

/** L(w) = ½ Σ λᵢ wᵢ², g = λw. */
function quadratic(lambda: readonly number[], start: readonly number[]): WeightSpace {
  let w = Float32Array.from(start);
  const loss = () => ({
    loss: w.reduce((sum, x, i) => sum + (lambda[i] * x * x) / 2, 0),
    correct: 0,
  });
  return {
    put: () => {},
    see: () => {},
    weights: () => w.slice(),
    move: (from, along, rate) => {
      w = from.map((x, i) => x - rate * along[i]);
    },
    part: (vector) => vector,
    loss,
    gradient: () => ({ loss: loss().loss, gradient: w.map((x, i) => lambda[i] * x) }),
  };
}

describe("on a quadratic", () => {
  const lambda = [4, 4];
  test("β-smoothness along the gradient is λ, predictiveness λη‖g‖, the range that of a parabola", () => {
    // L(w) = 2·|w|² at (1, 0): L = 2, g = (4, 0); W − ηg = (1 − 4η, 0).
    const found = surroundings(quadratic(lambda, [1, 0]), [0.125, 0.25, 1]);
    expect(found.smoothness).toBeCloseTo(4, 6);
    expect(found.predictiveness).toBeCloseTo(4 * 1 * 4, 6);
    expect([found.low, found.high]).toEqual([0, 2 * 9]);
    expect([found.loss, found.norm]).toEqual([2, 4]);
  });
  test("between two curvatures it is a mean weighted by the gradient: √(Σλ²g²/Σg²)", () => {
    const [a, b] = [1, 3];
    const found = surroundings(quadratic([a, b], [1, 1]), [0.01]);
    // g = (1, 3), change = η(λ₁g₁, λ₂g₂) = η(1, 9).
    expect(found.smoothness).toBeCloseTo(Math.sqrt((1 + 81) / (1 + 9)), 5);
  });
  test("looking leaves the weights where they were", () => {
    const space = quadratic(lambda, [1, 0.5]);
    surroundings(space, [1, 2]);
    expect([...space.weights()]).toEqual([1, 0.5]);
  });
  test("relative losses: (1 − λη)²", () => {
    const found = relativeLosses(quadratic([4], [1]), [0.25, 0.5, 2]);
    expect(found).toEqual([0, 1, 49]);
  });
  test("gradient descent is stable below 2/λ and not above it", () => {
    const run = { steps: 30, start: 2 };
    const stable = (rate: number): boolean => isStable(quadratic([4], [1]), () => {}, rate, run);
    // At 2/λ the weight only changes its sign: the loss does not fall, so that is not stable.
    expect([0.01, 0.49, 0.5, 0.51, 8].map(stable)).toEqual([true, true, false, false, false]);
  });
  test("adaptive sharpness: the step ρ·w²g/‖w·g‖", () => {
    // w = (2, 1), g = (2, 1), w·g = (4, 1), w²g = (8, 1).
    const length = 0.1 / Math.sqrt(17);
    const [x, y] = [2 + 8 * length, 1 + length];
    const rise = (x * x + y * y) / 2 - 2.5;
    expect(sharpness(quadratic([1, 1], [2, 1]), 0.1)).toBeCloseTo(rise, 5);
  });
});

describe("largest stable rate", () => {
  test("bisection finds the edge wherever it is, in five looks", () => {
    for (let edge = 0; edge <= 21; edge++) {
      let looks = 0;
      const found = firstThatHolds(21, (place) => {
        looks++;
        return place >= edge;
      });
      expect(found).toBe(edge);
      expect(looks).toBeLessThanOrEqual(5);
    }
  });
  test("a linear classifier: the largest rate that is stable, while twice it is not", () => {
    // Two images ±x with opposite labels, logits w·x: gradient descent on ln(1 + e^−m) never diverges in this
    // separable case at such rates, so the end of the grid is found.
    const easy = data(2, split([1, 1, 1], [[0.1], [0.9]], [0, 1]));
    const flat = network([1, 1, 1], [{ weight: [[0], [0]] }]);
    const at = { step: 0, model: flat, next: flat, images: Int32Array.of(0, 1) };
    const found = scoreOf(measures.largestStableRate, trained(flat, easy, { snapshots: [at] }), {
      highest: 1,
    });
    expect(found).toEqual({ value: 1, states: { beyondGrid: 1 } });
    expect(scoreOf(measures.largestStableRate, trained(flat, easy))).toEqual({
      value: null,
      states: { noSteps: 1 },
    });
    // Labels that nothing can tell apart: the start, at ln 2, is the best there is.
    const alike = data(2, split([1, 1, 1], [[0.5], [0.5]], [0, 1]));
    const none = scoreOf(measures.largestStableRate, trained(flat, alike, { snapshots: [at] }));
    expect(none).toEqual({ value: null, states: { noneStable: 1 } });
  });
});

test("a network that was never trained has no moments to look at, and one layer nothing before it", () => {
  const { lossRange, relativeLossAlongGradient, covariateShift, activationGrowth } = measures;
  for (const measure of [lossRange, relativeLossAlongGradient, covariateShift, activationGrowth])
    expect(scoreOf(measure, trained(here, images))).toEqual({
      value: null,
      states: { noSteps: 1 },
    });
  const single = network([1, 4, 4], [{ weight: [new Array(16).fill(0), new Array(16).fill(0)] }]);
  const of = trained(single, images, { snapshots: [snapshot(single, single)] });
  expect(scoreOf(covariateShift, of)).toEqual({ value: null, states: { oneLayer: 1 } });
  expect(scoreOf(activationGrowth, of)).toEqual({ value: null, states: { noLayers: 1 } });
});

test("rates run from half to four times the middle at equal ratios", () => {
  const rates = ratesAround(0.1, 4);
  [0.05, 0.1, 0.2, 0.4].forEach((rate, i) => {
    expect(rates[i]).toBeCloseTo(rate, 12);
  });
});

/** conv → BN → ReLU → dense, at its start and one made-up step later. */
const graph = sequential(
  [1, 4, 4],
  [
    conv2d({ id: "conv", filters: 3, kernel: 3 }),
    batchNorm({ id: "norm" }),
    relu({ id: "relu" }),
    flatten({ id: "flatten" }),
    dense({ id: "dense", units: 2 }),
  ],
);
const stream = random("images of landscape.test");
const rows = Array.from({ length: 12 }, () => Array.from({ length: 16 }, () => stream.uniform()));
const labels = rows.map((_, i) => i % 2);
const images = data(2, split([1, 4, 4], rows, labels));
const here = initialise(graph, random(1));
const there = initialise(graph, random(2));
const snapshot = (model: Model, next: Model, step = 0): Snapshot => ({
  ...{ step, model, next },
  images: Int32Array.of(3, 1, 4, 0, 5, 9),
});

/** The gradient of the batch, by the session that users have. */
function gradientOf(
  model: Model,
  of: Snapshot,
): { loss: number; flat: number[]; by: Record<string, number[]> } {
  const own = Array.from(of.images, (i) => labels[i]);
  const x = imageBatch(images.train.images, of.images);
  const { loss, gradients } = session(model, { stats: "batch" }).parameterGradients(x, own);
  const by = Object.fromEntries(Object.entries(gradients).map(([k, t]) => [k, [...t.data]]));
  return {
    loss,
    flat: Object.keys(by)
      .sort()
      .flatMap((k) => by[k]),
    by,
  };
}
const norm = (a: readonly number[], b: readonly number[] = a.map(() => 0)): number =>
  Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0));

/** The model with w − η·g for every trainable parameter. */
function stepped(model: Model, by: Record<string, number[]>, eta: number): Model {
  const parameters = { ...model.parameters };
  for (const [key, g] of Object.entries(by)) {
    const { shape, data: w } = parameters[key];
    parameters[key] = { shape, data: Float32Array.from(w, (x, i) => x - eta * g[i]) };
  }
  return { ...model, parameters };
}

describe("of a network with batch norm", () => {
  const at = snapshot(here, there);
  const own = trained(here, images, { batchSize: 6, snapshots: [at] });

  test("loss range, predictiveness and β-smoothness are the paper's, on the batch's statistics", () => {
    const g = gradientOf(here, at);
    const points = ratesAround(0.1, 5).map((eta) => {
      const moved = gradientOf(stepped(here, g.by, eta), at);
      return { eta, loss: moved.loss, change: norm(g.flat, moved.flat) };
    });
    const losses = [g.loss, ...points.map(({ loss }) => loss)];
    const options = { rate: 0.1, rates: 5 };
    const of = (name: "lossRange" | "gradientPredictiveness" | "betaSmoothness"): number =>
      scoreOf(measures[name], own, options).value ?? Number.NaN;
    expect(of("lossRange")).toBeCloseTo(Math.max(...losses) - Math.min(...losses), 5);
    expect(of("gradientPredictiveness")).toBeCloseTo(Math.max(...points.map((p) => p.change)), 5);
    const smooth = Math.max(...points.map((p) => p.change / (p.eta * norm(g.flat))));
    expect(of("betaSmoothness")).toBeCloseTo(smooth, 4);
  });

  test("the mean over moments is geometric; the model is left as it was", () => {
    const before = JSON.stringify(Object.values(here.parameters).map((t) => [...t.data]));
    const second = snapshot(there, here, 7);
    const one = (s: Snapshot): number =>
      scoreOf(measures.lossRange, trained(here, images, { batchSize: 6, snapshots: [s] })).value ??
      0;
    const both = trained(here, images, { batchSize: 6, snapshots: [at, second] });
    const { value, details } = scoreOf(measures.lossRange, both);
    expect(value).toBeCloseTo(Math.sqrt(one(at) * one(second)), 10);
    expect(details?.tables.path.step).toEqual([0, 7]);
    expect(JSON.stringify(Object.values(here.parameters).map((t) => [...t.data]))).toBe(before);
  });

  test("internal covariate shift: the dense layer's gradient once conv and norm are those of the next step", () => {
    const mixed: Model = {
      ...here,
      parameters: {
        ...here.parameters,
        ...Object.fromEntries(
          ["conv.weight", "conv.bias", "norm.gamma", "norm.beta"].map((k) => [
            k,
            there.parameters[k],
          ]),
        ),
      },
    };
    const G = gradientOf(here, at).by["dense.weight"];
    const H = gradientOf(mixed, at).by["dense.weight"];
    const { value, details } = scoreOf(measures.covariateShift, own);
    expect(value).toBeCloseTo(norm(G, H) / norm(G), 5);
    const cosine = G.reduce((sum, x, i) => sum + x * H[i], 0) / (norm(G) * norm(H));
    expect(details?.tables.shifts.cosine[0]).toBeCloseTo(cosine, 5);
    expect(details?.tables.shifts.layer).toEqual([2]);
  });

  test("layers that do not move shift nothing, which is counted", () => {
    const still = trained(here, images, { batchSize: 6, snapshots: [snapshot(here, here)] });
    expect(scoreOf(measures.covariateShift, still)).toMatchObject({
      value: null,
      states: { noShift: 1 },
    });
  });
});

test("a layer is its weight with all that follows up to the next weight", () => {
  expect(
    layersOf(
      graph,
      Object.keys(here.parameters).filter((k) => !k.includes("running")),
    ),
  ).toEqual([
    ["conv.weight", "conv.bias", "norm.gamma", "norm.beta"],
    ["dense.weight", "dense.bias"],
  ]);
});

test("each layer's shift counts the layers before it alone", () => {
  // L = a·b·c with "layers" of one weight: ∂L/∂b = ac, ∂L/∂c = ab.
  const w = { a: 2, b: 3, c: 5 };
  const keys = ["a", "b", "c"] as const;
  const space = {
    put: (p: Record<string, { data: ArrayLike<number> }>) => {
      for (const key of keys) if (p[key]) w[key] = p[key].data[0];
    },
    part: (v: Float32Array, key: string) => v.subarray("abc".indexOf(key), "abc".indexOf(key) + 1),
    gradient: () => ({ loss: 0, gradient: Float32Array.of(w.b * w.c, w.a * w.c, w.a * w.b) }),
  } as unknown as WeightSpace;
  const one = (x: number) => ({ shape: [1], data: Float32Array.of(x) });
  const next = { parameters: { a: one(4), b: one(9), c: one(100) } } as unknown as Model;
  const shifts = shiftsAt(space, { next }, [["a"], ["b"], ["c"]]);
  // b: ac from 2·5 to 4·5; c: ab from 2·3 to 4·9.
  expect(shifts.map(({ relative }) => relative)).toEqual([10 / 10, 30 / 6]);
});

test("a space of weights stands where it is put, and its gradient is the session's", () => {
  const at = snapshot(here, there);
  const space = weightSpace(graph, 6);
  space.put(there.parameters);
  space.see(
    imageBatch(images.train.images, at.images),
    Array.from(at.images, (i) => labels[i]),
  );
  const { loss, gradient } = space.gradient();
  const expected = gradientOf(there, at);
  expect(loss).toBe(expected.loss);
  const own = [...space.part(gradient, "norm.gamma")].slice(0, 3);
  expect(own).toEqual(expected.by["norm.gamma"]);
});
