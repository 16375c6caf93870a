/** Two models compared: maps by hand, one function in two drawings, two functions; a model's standing class by class. */

import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { fold } from "../../src/fold/index.js";
import { compareModels, mapAgreement } from "../../src/measures/comparison.js";
import { keysFor } from "../../src/measures/elsewhere.js";
import { byClass, standingOf } from "../../src/measures/standing.js";
import { initialise, type Model, upToLogits } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";
import { scramble } from "../fold/random-models.js";
import { bands } from "../networks.js";
import { data as dataOf, network, split } from "./fixtures.js";

const map = (...values: number[]) => Float64Array.from(values);

describe("agreement of two maps", () => {
  test("by hand", () => {
    // a·b = 4 − 2 + 0 + 6 = 8, |a| = 3, |b| = √(16 + 1 + 4 + 9) = √30; a − b = (−3, 3, −2, −1), √23.
    // |a| = 1 2 0 2 has ranks 2, 3½, 1, 3½; |b| = 4 1 2 3 has 4, 1, 2, 3:
    // Σ of products of deviations from 2½: −½·1½ + 1·(−1½) + (−1½)(−½) + 1·½ = −1; squares 4½ and 5.
    const found = mapAgreement(map(1, 2, 0, 2), map(4, -1, 2, 3), 2);
    expect(found.cosine).toBeCloseTo(8 / (3 * Math.sqrt(30)), 12);
    expect(found.relative).toBeCloseTo(Math.sqrt(23) / Math.sqrt(30), 12);
    expect(found.spearman).toBeCloseTo(-1 / Math.sqrt(4.5 * 5), 12);
    expect(found.top).toBe(1); // fewer than twenty pixels: all are common
  });

  test("a factor changes size alone, a sign turns the cosine, nothing has no direction", () => {
    const stream = random("maps");
    const a = Float64Array.from({ length: 64 }, () => stream.normal());
    const scaled = mapAgreement(
      a,
      a.map((v) => 2 * v),
      8,
    );
    expect(scaled.cosine).toBeCloseTo(1, 12);
    expect(scaled.spearman).toBeCloseTo(1, 12);
    expect([scaled.relative, scaled.top]).toEqual([0.5, 1]);
    const turned = mapAgreement(
      a,
      a.map((v) => -v),
      8,
    );
    expect(turned.cosine).toBeCloseTo(-1, 12);
    expect(turned.spearman).toBeCloseTo(1, 12);
    const none = mapAgreement(a, new Float64Array(64), 8);
    expect([none.cosine, none.relative, none.spearman]).toEqual([null, null, null]);
  });

  test("of the twenty largest, those in common are counted", () => {
    const a = Float64Array.from({ length: 40 }, (_, p) => 40 - p);
    const b = Float64Array.from({ length: 40 }, (_, p) => (p >= 15 ? 80 - p : -p / 100));
    expect(mapAgreement(a, b, 8).top).toBe(5 / 20); // 0 … 19 against 15 … 34
  });
});

const data = bands(4, 24, [1, 12, 10]);
const shape = { inputShape: [1, 12, 10] as const };
const float32 = (model: Model): Model => ({
  ...model,
  parameters: Object.fromEntries(
    Object.entries(model.parameters).map(([key, value]) => [
      key,
      { shape: value.shape, data: Float32Array.from(value.data) },
    ]),
  ),
});
const model = float32(scramble(zoo.plain({ depth: 2, ...shape }), "compare", 0));
const few = { explained: 4, measures: ["validationAccuracy", "sparseness/saliency"] };

test("before and after folding: the same function, and the one method whose maps move", () => {
  const shares: number[] = [];
  const found = compareModels(model, fold(model).model, data, {
    ...few,
    explainers: ["saliency", "excitationBackpropagation"],
    onProgress: (share) => shares.push(share),
  });
  expect(found.isSameFunction).toBe(true);
  expect(found.difference).toBeLessThan(1e-5);
  expect([found.agreement, found.right.a, found.right.b]).toEqual([1, 0, 0]);
  const [saliency, excitation] = found.maps;
  expect(saliency.median?.relative).toBeLessThan(1e-3);
  expect(excitation.median?.relative).toBeGreaterThan(0.1);
  expect(found.standings[0].accuracy).toBe(found.standings[1].accuracy);
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});

test("two functions: counts add up, and methods of the graph see both folded", () => {
  const other = float32(scramble(zoo.plain({ depth: 2, ...shape }), "another", 0));
  const found = compareModels(model, other, data, {
    ...few,
    explainers: ["saliency", "excitationBackpropagation"],
  });
  expect(found.isSameFunction).toBe(false);
  const { both, a, b, none } = found.right;
  expect(both + a + b + none).toBe(24);
  expect((both + a) / 24).toBeCloseTo(found.standings[0].accuracy, 12);
  expect((both + b) / 24).toBeCloseTo(found.standings[1].accuracy, 12);
  const folded = compareModels(fold(model).model, fold(other).model, data, {
    ...few,
    explainers: ["excitationBackpropagation"],
  });
  const [, now] = found.maps;
  expect(now.median?.cosine).toBeCloseTo(folded.maps[0].median?.cosine ?? Number.NaN, 4);
});

test("a softmax at the end is taken off", () => {
  const graph = zoo.plain({ depth: 2, ...shape });
  const nodes = [
    ...graph.nodes,
    { id: "end", kind: "softmax" as const, attributes: {}, inputs: [graph.output] },
  ];
  const ended = { ...model, nodes, output: "end" };
  const [a, b] = [model, ended].map((each) => standingOf(each, data, few));
  expect(b.loss).toBe(a.loss);
  expect(b.temperature).toBe(a.temperature);
});

test("class by class", () => {
  const predicted = Int32Array.of(0, 1, 1, 2, 2, 1);
  const labels = Uint8Array.of(0, 0, 0, 1, 1, 1);
  expect(byClass(["a", "b", "c"], { predicted, labels })).toEqual([
    { name: "a", images: 3, right: 1, taken: 1, mistakenFor: { name: "b", images: 2 } },
    { name: "b", images: 3, right: 1, taken: 3, mistakenFor: { name: "c", images: 2 } },
    { name: "c", images: 0, right: 0, taken: 2 },
  ]);
});

test("one output for two classes: behind a sigmoid, and as a logit", () => {
  const pixels = [0.1, 0.2, 0.6, 0.9];
  const two = dataOf(
    2,
    split(
      [1, 1, 1],
      pixels.map((p) => [p]),
      [0, 0, 1, 0],
    ),
  );
  const logit = network([1, 1, 1], [{ weight: [[4]], bias: [-2] }]);
  const last = { id: "p", kind: "sigmoid" as const, attributes: {}, inputs: [logit.output] };
  const probability = { ...logit, nodes: [...logit.nodes, last], output: "p" };
  for (const model of [logit, probability]) {
    const found = standingOf(model, two, { measures: [] });
    expect(found.accuracy).toBe(0.75);
    const sigmoid = (p: number) => 1 / (1 + Math.exp(-(4 * p - 2)));
    const right = pixels.map((p, i) => (i === 2 ? sigmoid(p) : 1 - sigmoid(p)));
    expect(found.loss).toBeCloseTo(-right.reduce((sum, p) => sum + Math.log(p), 0) / 4, 6);
  }
  expect(upToLogits(logit)).toBe(logit); // a single output may be any number
  const [first, second] = session(upToLogits(probability)).forward(
    tensor([1, 1, 1, 1], Float32Array.of(0.75)),
  ).data;
  expect([first, second]).toEqual([-0.5, 0.5]);
});

test("a model of other images or of fewer classes is refused", () => {
  expect(() => standingOf(model, bands(4, 4, [1, 12, 12]))).toThrow(
    'evaluate: got bands, whose images are [1,12,12], expected [1,12,10] as the model takes; name its dataset with --data, or fit them: begin --preprocess with "resize=12x10"',
  );
  const flat = initialise(zoo.linear({ inputShape: [120, 1, 1] }), random(0));
  expect(() => standingOf(flat, bands(4, 4, [1, 12, 10]))).toThrow(
    "name its dataset with --data, or say that its vectors are such images: --input-shape 1x12x10",
  );
  expect(() => standingOf(model, bands(4, 4, [3, 12, 10]))).toThrow(
    'or fit them: begin --preprocess with "grey"',
  );
  const two = {
    ...bands(4, 4, [1, 12, 10]),
    classes: Array.from({ length: 11 }, (_, k) => `${k}`),
  };
  expect(() => standingOf(model, two)).toThrow(
    "evaluate: got a model with output [10], expected one logit for each of the 11 classes of bands",
  );
});

test("what is measured unless measures are named: nothing of training, nothing dear", () => {
  const options = { explained: 8, explainers: ["saliency"] as const };
  const { keys, left } = keysFor(model, bands(4, 500, [1, 12, 10]), options);
  expect(keys).toContain("fgsmAccuracy");
  expect(keys).toContain("sparseness/saliency");
  expect(left.map(({ measure }) => measure)).toContain("pgdLinfAccuracy");
  // Without masks nothing can be localised; with them it is.
  expect([...keys, ...left.map(({ measure }) => measure)].join()).not.toContain("pointingGame");
  const plain = bands(4, 500, [1, 12, 10]);
  const masks = new Uint8Array(500 * 120).fill(1);
  const masked = { ...plain, validation: { ...plain.validation, masks } };
  expect(keysFor(model, masked, options).keys).toContain("pointingGame/saliency");
  for (const key of ["trainAccuracy", "stepTime", "lossVariance"]) expect(keys).not.toContain(key);
  for (const { passes } of left) expect(passes).toBeGreaterThan(10);
});

test("a small set does not lose the measures of maps, unless the model is large", () => {
  const options = { explained: 16, explainers: ["integratedGradients"] as const };
  const few = bands(4, 60, [1, 12, 10]);
  const { keys, left } = keysFor(model, few, options);
  expect(keys).toContain("deletion/integratedGradients");
  const { keys: usual } = keysFor(model, bands(4, 1000, [1, 12, 10]), options);
  expect(keys).toEqual(expect.arrayContaining([...usual]));
  expect(left.map(({ measure }) => measure)).toContain("smoothRandomisation");
  const large = zoo.seed({ inputShape: [1, 1024, 1024] });
  expect(keysFor(large, few, options).keys).not.toContain("deletion/integratedGradients");
});
