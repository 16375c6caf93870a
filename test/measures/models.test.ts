/** Whole measures on models whose answer is known. */
import { describe, expect, test } from "vitest";
import {
  evaluateMeasures,
  type Measure,
  measures,
  type Trained,
} from "../../src/measures/index.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";
import { data, network, scoreOf, split, steps, trained } from "./fixtures.js";

const shape = [1, 2, 2] as const;
const stream = random("images of models.test");
const pixels = (n: number): number[][] =>
  Array.from({ length: n }, () => Array.from({ length: 4 }, () => stream.uniform()));
const alternating = (n: number): number[] => Array.from({ length: n }, (_, i) => i % 2);

describe("gradient noise scale", () => {
  /** A network of zeros gives both classes ½: the gradient of an image x of class 1 is (½x, −½x) of the weights and
   *  (½, −½) of the biases. */
  const silent = network(shape, [{ weight: [new Array(4).fill(0), new Array(4).fill(0)] }]);
  const n = 400;
  const rows = pixels(n);
  const all = data(2, split(shape, rows, new Array(n).fill(1)));
  const mean = (p: number): number => rows.reduce((sum, row) => sum + row[p], 0) / n;
  const variance = (p: number): number =>
    rows.reduce((sum, row) => sum + (row[p] - mean(p)) ** 2, 0) / (n - 1);
  const over = (f: (p: number) => number): number => [0, 1, 2, 3].reduce((s, p) => s + f(p), 0);
  // tr Σ = 2·¼·Σ var xₚ and ‖G‖² = 2·¼·(Σ mean² + 1).
  const expected = over(variance) / (over((p) => mean(p) ** 2) + 1);

  test("is tr Σ/‖G‖² of the images where both are known", () => {
    const checkpoints = Array.from({ length: 60 }, (_, step) => ({ step, model: silent }));
    const { value, states } = scoreOf(
      measures.gradientNoiseScale,
      trained(silent, all, { batchSize: 8, checkpoints }),
      { batches: 24, checkpoints: 60 },
    );
    expect(states).toEqual({ signalLost: 0 });
    // 60 times 24·8 of 400 images: the spread of a variance from so many numbers is below 1 %.
    expect(Math.abs((value ?? 0) / expected - 1)).toBeLessThan(0.03);
  });
  test("depends on neither the batch size nor the number of batches", () => {
    const checkpoints = Array.from({ length: 40 }, (_, step) => ({ step, model: silent }));
    const of = (batchSize: number, batches: number): number =>
      scoreOf(measures.gradientNoiseScale, trained(silent, all, { batchSize, checkpoints }), {
        batches,
        checkpoints: 40,
      }).value ?? 0;
    expect(Math.abs(of(4, 50) / of(32, 12) - 1)).toBeLessThan(0.06);
  });
  test("images that are all alike have none; opposite labels have no signal, which is counted", () => {
    const alike = data(2, split(shape, new Array(40).fill([1, 0, 1, 0]), new Array(40).fill(1)));
    // Without noise the ratio is 0, which has no logarithm: not a value either.
    expect(scoreOf(measures.gradientNoiseScale, trained(silent, alike)).value).toBeNull();
    const opposed = data(2, split(shape, new Array(40).fill([1, 0, 1, 0]), alternating(40)));
    const found = scoreOf(measures.gradientNoiseScale, trained(silent, opposed), { batches: 20 });
    expect(found).toEqual({ value: null, states: { signalLost: 1 } });
  });
  test("checkpoints are spread evenly and end with the last", () => {
    const seen: number[] = [];
    const checkpoints = [1, 2, 3, 4, 5, 6, 7].map((step) => ({
      get step() {
        seen.push(step);
        return step;
      },
      model: silent,
    }));
    scoreOf(measures.gradientNoiseScale, trained(silent, all, { checkpoints }), { batches: 2 });
    expect(seen).toEqual([3, 5, 7]);
  });
});

describe("LIGS", () => {
  const evaluate = (model: Trained["model"], rows: number[][], labels: number[], draws: number) =>
    evaluateMeasures(trained(model, data(2, split(shape, rows, labels))), {
      measures: ["ligs"],
      measureOptions: { ligs: { draws } },
      explained: rows.length,
    }).results.ligs;

  test("1 for a linear model", () => {
    const linear = network(shape, [
      {
        weight: [
          [1, -2, 3, 0.5],
          [0.25, 1, -1, 2],
        ],
        bias: [0.1, -0.3],
      },
    ]);
    const rows = pixels(9);
    const { images } = evaluate(linear, rows, alternating(9), 5);
    expect(images?.length).toBe(9);
    for (const score of images ?? []) expect(score).toBeCloseTo(1, 6);
  });
  test("½ on a fold where the gradient turns by 90°", () => {
    // z₁ − z₀ = x₀ + x₁ where x₁ > ½ and x₀ − x₁ + 1 elsewhere: gradients (1, 1) and (1, −1).
    const folded = network(shape, [
      {
        weight: [
          [1, 0, 0, 0],
          [0, 1, 0, 0],
          [0, -1, 0, 0],
        ],
        bias: [0, -0.5, 0.5],
      },
      {
        weight: [
          [0, 0, 0],
          [1, 1, 1],
        ],
      },
    ]);
    const rows = [
      [0.5, 0.75, 0, 0], // far from the fold
      [0.5, 0.5 + 1e-6, 0, 0], // on it
    ];
    const [far, near] = evaluate(folded, rows, [1, 1], 400).images ?? [];
    expect(far).toBeCloseTo(1, 6);
    expect(Math.abs((near ?? 0) - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 400));
  });
  test("is the mean of the cosines of the draws; a zero gradient has no direction", () => {
    const images = tensor([2, 1, 1, 2], Float32Array.of(0, 0, 5, 5));
    const { ligs } = measures;
    let call = 0;
    const scores = ligs.score(
      {
        images,
        labels: [0, 0],
        noise: (draw) => Float32Array.from({ length: 4 }, (_, p) => draw + p),
        lossGradient: ({ shape, data: moved }) => {
          // 0.5·(0 + 1) is the noise of pixel 1 in draw 0.
          expect(moved[1]).toBe(call === 0 ? 0 : 0.5 * (call - 1 + 1));
          const found = [
            [1, 0, 1, 1],
            [0, 2, 3, 3],
            [-4, 0, 0, 0],
          ][call++];
          return tensor(shape, Float32Array.from(found));
        },
      },
      { sigma: 0.5, draws: 2 },
    );
    expect(scores).toEqual([(0 - 1) / 2, null]);
  });
});

describe("measures of the record of training", () => {
  const none = network(shape, [{ weight: [[0, 0, 0, 0]] }]);
  const images = data(1, split(shape, pixels(2), [0, 0]));
  const of = (measure: Measure, given: Partial<Trained>, options = {}) =>
    scoreOf(measure, trained(none, images, given), options);

  test("accuracy, loss and their gaps: what training has beyond validation, what validation loses", () => {
    const given = {
      train: { loss: 0.125, accuracy: 0.75 },
      validation: { loss: 0.5, accuracy: 0.625 },
    };
    expect(of(measures.trainAccuracy, given).value).toBe(0.75);
    expect(of(measures.validationAccuracy, given).value).toBe(0.625);
    expect(of(measures.trainLoss, given).value).toBe(0.125);
    expect(of(measures.validationLoss, given).value).toBe(0.5);
    expect(of(measures.accuracyGap, given).value).toBe(0.125);
    expect(of(measures.lossGap, given).value).toBe(0.375);
  });
  test("steps to a target, and a run that never gets there", () => {
    const given = { steps: steps([0, 0.5, 1, 1, 1], "accuracy") };
    const { stepsToTarget } = measures;
    expect(of(stepsToTarget, given, { target: 0.75, window: 2 })).toEqual({
      value: 3,
      states: { neverReached: 0 },
    });
    expect(of(stepsToTarget, given, { target: 0.9, window: 4 })).toEqual({
      value: 5,
      states: { neverReached: 1 },
    });
  });
  test("loss variances", () => {
    const given = { steps: steps([1, 4, 1], "loss") };
    expect(of(measures.lossVariance, given).value).toBe(6);
    expect(of(measures.relativeLossVariance, given).value).toBeCloseTo(1.5, 14);
    expect(of(measures.lossVariance, {}).value).toBeNull();
  });
  test("time per step is the median", () => {
    const time = (...values: number[]) =>
      of(measures.stepTime, { steps: steps(values, "microseconds") }).value;
    expect([time(5, 1, 900), time(4, 1, 2, 900), time()]).toEqual([5, 3, null]);
  });
});
