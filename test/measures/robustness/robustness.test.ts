/** Attacks, corruptions, calibration and statistics where the answer is known in closed form. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { measures } from "../../../src/measures/index.js";
import { l2, linf, survivors } from "../../../src/measures/robustness/attack.js";
import {
  expectedError,
  predictions,
  reliability,
} from "../../../src/measures/robustness/calibration-error.js";
import { blurred, flattened, shifted } from "../../../src/measures/robustness/corruption.js";
import { batchAccuracy } from "../../../src/measures/robustness/statistics-gap.js";
import { batchNorm, dense, flatten, sequential } from "../../../src/model/build.js";
import { withParameters } from "../../../src/model/model.js";
import { random } from "../../../src/tensor/random.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { data, network, scoreOf, split, trained } from "../fixtures.js";

const stream = random("robustness.test");

/** z₁ − z₀ = w·x + b, and images in the middle of the range, so that clipping does nothing. */
const w = [0.5, -1.5, 2, 0.25];
const b = -0.4;
const linear = network([1, 2, 2], [{ weight: [[0, 0, 0, 0], w], bias: [0, b] }]);
const rows = Array.from({ length: 60 }, () => w.map(() => 0.5 + 0.1 * (stream.uniform() - 0.5)));
const margin = (row: readonly number[]): number => row.reduce((s, x, p) => s + w[p] * x, b);
const labels = rows.map((row, i) => (i % 7 === 0 ? 1 : 0) ^ (margin(row) > 0 ? 1 : 0));
/** Signed distance of the true label's logit above the other's. */
const margins = rows.map((row, i) => (labels[i] === 1 ? 1 : -1) * margin(row));
const images = data(2, split([1, 2, 2], rows, labels));
const own = trained(linear, images);
const length1 = w.reduce((sum, x) => sum + Math.abs(x), 0);
const length2 = Math.sqrt(w.reduce((sum, x) => sum + x * x, 0));
const share = (radius: number): number => margins.filter((m) => m > radius).length / rows.length;

const EPSILON = 0.05;

describe("attacks on a linear model", () => {
  test("some images are near enough to fall and some are not", () => {
    for (const radius of [EPSILON * length1, EPSILON * 2 * length2]) {
      expect(share(radius)).toBeGreaterThan(0.1);
      expect(share(radius)).toBeLessThan(share(0) - 0.1);
    }
  });
  test("FGSM and PGD in L∞: those survive whose margin is above ε‖w‖₁", () => {
    const expected = share(EPSILON * length1);
    expect(scoreOf(measures.fgsmAccuracy, own, { epsilon: EPSILON }).value).toBeCloseTo(
      expected,
      10,
    );
    const pgd = scoreOf(measures.pgdLinfAccuracy, own, { epsilon: EPSILON });
    expect(pgd).toEqual({ value: expected, states: { survivorsAtHalf: 0 } });
  });
  test("PGD in L2: those whose margin is above ε√d‖w‖₂", () => {
    const expected = share(EPSILON * 2 * length2);
    expect(scoreOf(measures.pgdL2Accuracy, own, { epsilon: EPSILON }).value).toBeCloseTo(
      expected,
      10,
    );
  });
  test("without any radius the accuracy is the clean one", () => {
    expect(scoreOf(measures.pgdLinfAccuracy, own, { epsilon: 1e-9 }).value).toBe(share(0));
  });
  test("a model whose probabilities saturate hides nothing", () => {
    const loud = network(
      [1, 2, 2],
      [{ weight: [[0, 0, 0, 0], w.map((x) => 1e4 * x)], bias: [0, 1e4 * b] }],
    );
    const found = scoreOf(measures.fgsmAccuracy, trained(loud, images), { epsilon: EPSILON });
    expect(found.value).toBeCloseTo(share(EPSILON * length1), 10);
  });
  test("points never leave the ball or the range of pixels", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (row) => {
          const centre = Float32Array.from(row);
          for (const [ball, size] of [
            [linf, (d: number[]) => Math.max(...d.map(Math.abs))],
            [l2, (d: number[]) => Math.sqrt(d.reduce((s, x) => s + x * x, 0))],
          ] as const) {
            const x = centre.map((value) => value + stream.normal());
            ball.project(x, centre, 0.1);
            expect(size([...x].map((value, p) => value - centre[p]))).toBeLessThan(0.1 + 1e-6);
            const start = ball.start(4, 0.1, stream);
            expect(size([...start])).toBeLessThan(0.1 + 1e-6);
          }
        },
      ),
    );
  });
  test("restarts can only find more, and the number of images at a time changes nothing", () => {
    const run = session(linear);
    const x = tensor([60, 1, 2, 2], Float32Array.from(rows.flat()));
    const options = { epsilon: EPSILON, step: EPSILON / 10, steps: 3, stream: random(0) };
    const once = survivors(run, x, labels, linf, { ...options, starts: 1 });
    const often = survivors(run, x, labels, linf, { ...options, starts: 4 });
    often.forEach((alive, i) => {
      expect(alive).toBeLessThanOrEqual(once[i]);
    });
    const count = (alive: Uint8Array): number => alive.reduce((s, a) => s + a, 0);
    expect(count(often)).toBeLessThan(count(once)); // three short steps from the image do not get to the edge
    const single = rows.map((row, i) => {
      const one = tensor([1, 1, 2, 2], Float32Array.from(row));
      return survivors(run, one, [labels[i]], linf, { ...options, starts: 1 })[0];
    });
    expect(single).toEqual([...once]);
  });
});

test("accuracy under noise: without noise the clean one, and the same noise for every model", () => {
  expect(scoreOf(measures.noiseAccuracy, own, { sigma: 1e-9 }).value).toBe(share(0));
  // Noise of deviation σ moves the margin by σ‖w‖₂·N(0, 1).
  const many = data(
    2,
    split([1, 2, 2], new Array(2000).fill([0.5, 0.5, 0.5, 0.5]), new Array(2000).fill(1)),
  );
  const found = scoreOf(measures.noiseAccuracy, trained(linear, many), {
    sigma: 0.1,
    images: 2000,
  });
  // Margin 0.225 against deviation 0.256: Φ(0.879) = 0.8103.
  expect(margin([0.5, 0.5, 0.5, 0.5]) / (0.1 * length2)).toBeCloseTo(0.8785, 3);
  expect(Math.abs((found.value ?? 0) - 0.8102)).toBeLessThan(4 * Math.sqrt((0.81 * 0.19) / 2000));
});

describe("corruptions", () => {
  const image = tensor([1, 1, 3, 4], Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
  test("a shift by hand, its edge filled by the edge", () => {
    expect([...shifted(image, 1, 0).data]).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...shifted(image, 0, -1).data]).toEqual([2, 3, 4, 4, 6, 7, 8, 8, 10, 11, 12, 12]);
  });
  test("contrast brings every pixel nearer to its plane's mean", () => {
    const two = tensor([1, 2, 1, 2], Float32Array.of(0, 1, 4, 8));
    expect([...flattened(two, 0.5).data]).toEqual([0.25, 0.75, 5, 7]);
  });
  test("blur keeps a constant, and makes a Gaussian of a point", () => {
    const flat = blurred(tensor([1, 1, 5, 5], new Float32Array(25).fill(0.5)), 1);
    for (const value of flat.data) expect(value).toBeCloseTo(0.5, 6);
    const point = tensor([1, 1, 9, 9], new Float32Array(81));
    point.data[4 * 9 + 4] = 1;
    const found = blurred(point, 1).data;
    expect(found[4 * 9 + 5] / found[4 * 9 + 4]).toBeCloseTo(Math.exp(-0.5), 5);
    expect(found[6 * 9 + 5] / found[4 * 9 + 4]).toBeCloseTo(Math.exp(-2.5), 5);
  });
  test("a model that reads one pixel loses what a shift moves away", () => {
    const reader = network(
      [1, 1, 3],
      [
        {
          weight: [
            [0, 0, 0],
            [0, 1, 0],
          ],
          bias: [0, -0.5],
        },
      ],
    );
    const moved = data(
      2,
      split(
        [1, 1, 3],
        [
          [0, 1, 0],
          [1, 0, 0],
        ],
        [1, 0],
      ),
    );
    const of = (amount: number) =>
      scoreOf(measures.shiftAccuracy, trained(reader, moved), { amount });
    // Down and up change nothing in one row; right: (0,0,1), (1,1,0) both wrong; left: (1,0,0) wrong, (0,0,0) right.
    expect(of(1).value).toBe((1 + 1 + 0 + 0.5) / 4);
  });
});

describe("calibration", () => {
  test("perfectly calibrated: 0; always sure and half right: ½", () => {
    const eight = new Array(10).fill(0.8);
    expect(expectedError(reliability(eight, [1, 1, 1, 1, 1, 1, 1, 1, 0, 0], 15))).toBeCloseTo(
      0,
      12,
    );
    expect(expectedError(reliability([1, 1], [1, 0], 15))).toBe(0.5);
  });
  test("by hand: two bins, errors weighted by their images", () => {
    const bins = reliability([0.3, 0.5, 0.9], [1, 0, 1], 2);
    expect(bins[0]).toEqual({ low: 0, high: 0.5, count: 2, confidence: 0.4, accuracy: 0.5 });
    expect(expectedError(bins)).toBeCloseTo((2 / 3) * 0.1 + (1 / 3) * 0.1, 12);
    expect(reliability([0.5 + 1e-12], [1], 2)[1].count).toBe(1);
  });
  test("confidence, hits and loss from logits at a temperature", () => {
    const logits = tensor([2, 2], Float32Array.of(0, 2, 4, 0));
    const { confidences, correct, loss } = predictions(logits, [1, 1], 2);
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    expect(confidences[0]).toBeCloseTo(sigmoid(1), 10);
    expect(confidences[1]).toBeCloseTo(sigmoid(2), 10);
    expect([...correct]).toEqual([1, 0]);
    expect(loss).toBeCloseTo(-(Math.log(sigmoid(1)) + Math.log(sigmoid(-2))) / 2, 10);
  });
  test("the measures: as the model is, and at its temperature", () => {
    const at = trained(linear, images, { temperature: 3 });
    const logits = session(linear).forward(tensor([60, 1, 2, 2], Float32Array.from(rows.flat())));
    for (const [measure, temperature] of [
      [measures.calibrationError, 1],
      [measures.scaledCalibrationError, 3],
    ] as const) {
      const { confidences, correct } = predictions(logits, labels, temperature);
      const bins = reliability(confidences, correct, 15);
      const found = scoreOf(measure, at);
      expect(found.value).toBe(expectedError(bins));
      expect(found.details?.tables.reliability.count).toEqual(bins.map(({ count }) => count));
    }
    expect(scoreOf(measures.scaledLoss, at).value).toBe(predictions(logits, labels, 3).loss);
  });
});

describe("statistics gap", () => {
  const graph = sequential(
    [1, 1, 1],
    [flatten(), batchNorm({ id: "norm", epsilon: 1e-6 }), dense({ id: "dense", units: 2 })],
  );
  /** Says class 1 where the normalised pixel is above 0. */
  const model = (mean: number, variance: number) =>
    withParameters(graph, {
      "norm.gamma": tensor([1], Float32Array.of(1)),
      "norm.beta": tensor([1], Float32Array.of(0)),
      "norm.runningMean": tensor([1], Float32Array.of(mean)),
      "norm.runningVariance": tensor([1], Float32Array.of(variance)),
      "dense.weight": tensor([2, 1], Float32Array.of(-1, 1)),
      "dense.bias": tensor([2], Float32Array.of(0, 0)),
    });
  const pairs = data(2, split([1, 1, 1], [[0.2], [0.8], [0.2], [0.8]], [0, 1, 0, 1]));
  test("identical statistics: 0; running values far off: what they lose", () => {
    const of = (mean: number) =>
      scoreOf(measures.statisticsGap, trained(model(mean, 0.09), pairs, { batchSize: 4 }));
    expect(of(0.5).value).toBe(0);
    expect(of(10).value).toBe(0.5 - 1);
    const { sizes } = of(10).details?.tables ?? {};
    expect(sizes.size).toEqual([2, 4, 0]);
    expect(sizes.accuracy.at(-1)).toBe(0.5);
  });
  test("a batch of one class has a mean of its own", () => {
    const { validation } = pairs;
    expect(batchAccuracy(model(0.5, 0.09), validation, Int32Array.of(0, 1, 2, 3), 2)).toBe(1);
    // Pairs of equal pixels normalise to 0, where the first class wins the tie.
    expect(batchAccuracy(model(0.5, 0.09), validation, Int32Array.of(0, 2, 1, 3), 2)).toBe(0.5);
  });
  test("a model without batch norm has no gap at all", () => {
    expect(scoreOf(measures.statisticsGap, own).value).toBe(0);
  });
});
