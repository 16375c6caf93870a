/** The audit's numbers on models whose illness is known, and what it says about them. */

import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { audit } from "../../../src/explain/audit.js";
import { normHealth, relative } from "../../../src/explain/audit-health.js";
import { rewrite } from "../../../src/fold/index.js";
import { batchNorm, conv2d, dense, flatten, relu, sequential } from "../../../src/model/build.js";
import { type Model, withParameters } from "../../../src/model/model.js";
import { zoo } from "../../../src/model/zoo.js";
import { type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { noise, scramble } from "../../fold/random-models.js";

const doubles = (shape: readonly number[], values: readonly number[]): Tensor =>
  tensor(shape, Float64Array.from(values));
const change = (model: Model, parameters: Record<string, Tensor>): Model =>
  withParameters(model, { ...model.parameters, ...parameters });

test("health of two channels by hand", () => {
  // The norm reads the image itself: channel 0 is (1, 3), channel 1 is (−1, 1); ε = 1, σ² = 3, so r = 1/2.
  // Channel 0: γ = 2, μ = 2, β = 0: s = 1, t = −2; ReLU fires at 3 alone. |t|/rms(s·x) = 2/√5.
  // Channel 1: γ = −1, μ = 0, β = −1: s = −1/2, t = −1; s·x + t = −1/2 and −3/2: dead.
  // Means are (2, 0) and variances (1, 1): no drift of means; (3 + 1)/(1 + 1) = 2.
  const g = sequential(
    [2, 1, 2],
    [batchNorm({ id: "n", epsilon: 1 }), relu(), flatten(), dense({ units: 2, id: "d" })],
  );
  const model = change(scramble(g, 1), {
    "n.gamma": doubles([2], [2, -1]),
    "n.beta": doubles([2], [0, -1]),
    "n.runningMean": doubles([2], [2, 0]),
    "n.runningVariance": doubles([2], [3, 3]),
  });
  const [health] = normHealth(
    session(model, { backend: "reference" }),
    doubles([1, 2, 1, 2], [1, 3, -1, 1]),
  );
  expect(health).toEqual({
    norm: "n",
    channels: 2,
    negative: 1,
    nearZero: 0,
    dead: 1,
    nearlyDead: 0,
    shift: { median: 2 / Math.sqrt(5), largest: 2 / Math.sqrt(5) },
    meanDrift: { median: 0, largest: 0 },
    varianceRatio: { median: 2, largest: 2 },
  });
});

test("a ReLU before the norm kills its channel, and γ = 0 does too", () => {
  const g = sequential(
    [1, 4, 4],
    [
      conv2d({ filters: 3, kernel: 1, id: "c" }),
      relu(),
      batchNorm({ id: "n" }),
      flatten(),
      dense({ units: 2 }),
    ],
  );
  const model = change(scramble(g, 2), {
    "c.weight": doubles([3, 1, 1, 1], [1, 1, 1]),
    "c.bias": doubles([3], [5, -100, 5]),
    "n.gamma": doubles([3], [1, 1, 0]),
  });
  const [{ dead, nearZero }] = normHealth(
    session(model, { backend: "reference" }),
    noise([2, 1, 4, 4], "x"),
  );
  expect([dead, nearZero]).toEqual([2, 1]);
});

describe("a whole audit", () => {
  const model = scramble(zoo.plain({ depth: 2, inputShape: [1, 8, 7] }), 3, 0);
  const images = noise([17, 1, 8, 7], "x");
  const seen: number[] = [];
  const found = audit(model, images, {
    backend: "reference",
    maps: 2,
    explainers: ["saliency", "integratedGradients", "guidedBackpropagation"],
    onProgress: ({ done, of }) => seen.push(done / of),
  });
  test("is JSON", () => {
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(seen.at(-1)).toBe(1);
    expect([found.images, found.maps, found.batchNorms]).toEqual([17, 2, 2]);
  });
  test("function-only maps stay, relevance moves, guided backpropagation stays under conv → BN", () => {
    const moved = Object.fromEntries(
      found.explainers.map((e) => [e.explainer, e.change?.largest ?? -1]),
    );
    for (const name of ["saliency", "integratedGradients", "guidedBackpropagation"])
      expect(moved[name]).toBeLessThan(1e-9);
    expect(moved["relevance epsilon, pass"]).toBeGreaterThan(0.01);
    expect(moved["relevance epsilon, affine"]).toBeLessThan(0.05); // the same but for two stabilizers
    expect(moved["relevance epsilonPlus, absolute"]).toBeGreaterThan(0.01);
  });
  test("harm, batches, and the advice that follows", () => {
    expect(found.harm.map(({ composite }) => composite)).toEqual(["epsilon", "epsilonPlus"]);
    expect(found.batchSensitivity.map(({ batchSize }) => batchSize)).toEqual([2, 8]);
    expect(found.batchSensitivity[0].logits).toBeGreaterThan(0.01);
    for (const { map } of found.batchSensitivity) expect(map).toBeGreaterThan(0.01);
    const texts = found.advice.map(({ level, text }) => `${level}: ${text}`);
    expect(texts.some((t) => t.startsWith("problem"))).toBe(false);
    for (const part of [
      "fine: Folding keeps the function: ",
      "fine: Maps of Saliency, Integrated gradients do not move under folding, as they must not.",
      "warning: Never explain with the statistics of the batch: at batches of 2, ",
      "warning: Passing over batch norm moves the LRP-ε map by ",
      "The running statistics of norm1, norm2 do not fit these images: check that the images are scaled as in training",
    ])
      expect(
        texts.some((t) => t.includes(part)),
        part,
      ).toBe(true);
  });
});

test("a model that cannot be folded says why and goes on", () => {
  const model = scramble(zoo.resnet8({ placement: "after", inputShape: [3, 8, 8] }), 4);
  const { fold, explainers, harm, advice } = audit(model, noise([2, 3, 8, 8], "x"), {
    leftover: "refuse",
  });
  expect("refused" in fold && fold.refused).toContain(
    'fold: batch norm "normStem" cannot be absorbed',
  );
  expect([explainers, harm]).toEqual([[], []]);
  expect(advice.some(({ text }) => text.startsWith("Folding was refused: fold: "))).toBe(true);
});

test("a model without batch norm: was one folded away?", () => {
  const x = noise([2, 1, 8, 7], "x");
  const folded = rewrite(scramble(zoo.seed({ inputShape: [1, 8, 7] }), 5)).model;
  expect(audit(folded, x, { explainers: [] }).advice).toEqual([
    {
      level: "warning",
      text: 'The model has no batch norm; it was folded away (signedMaxPool2d "pool"). Its statistics cannot be recovered: audit the weights before export instead.',
    },
  ]);
  const bare = sequential([1, 8, 7], [flatten(), dense({ units: 2, bias: false })]);
  expect(audit(scramble(bare, 1), x, { explainers: [] }).advice[0].level).toBe("fine");
});

test("options are checked, work can be cancelled", () => {
  const model = scramble(zoo.seed({ inputShape: [1, 8, 7] }), 5);
  const x = noise([2, 1, 8, 7], "x");
  expect(() => audit(model, x, { maps: 0 })).toThrow(
    "audit: got 0 maps, expected a whole number from 1",
  );
  expect(() => audit(model, x, { signal: AbortSignal.abort() })).toThrow(
    "audit: cancelled by the caller",
  );
});

test("relative difference", () => {
  const t = (...values: number[]) => doubles([values.length], values);
  expect(relative(t(3, 4), t(0, 5))).toBeCloseTo(Math.sqrt(10) / 5, 14);
  expect(relative(t(0), t(0))).toBe(0);
});
