/** Every formula on numbers worked out by hand. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classProbability, fitTemperature, lossDirection } from "../../src/measures/calibration.js";
import { gini } from "../../src/measures/complexity/sparseness.js";
import { noiseParts } from "../../src/measures/gradient-noise-scale.js";
import { massInside } from "../../src/measures/localisation/relevance-mass.js";
import { noiseVariance } from "../../src/measures/loss-variance.js";
import { rowCosine } from "../../src/measures/stability/ligs.js";
import { firstAtTarget } from "../../src/measures/steps-to-target.js";
import { area, descending, exchangeCurve } from "../../src/measures/variants.js";
import { random } from "../../src/tensor/random.js";
import { type Tensor, tensor } from "../../src/tensor/tensor.js";

const floats = (...values: number[]): Float64Array => Float64Array.from(values);

describe("sparseness", () => {
  test("0 for a constant map, 1 − 1/d where one pixel holds everything", () => {
    expect(gini(new Float64Array(784).fill(0.3))).toBeCloseTo(0, 12);
    for (const d of [2, 4, 784]) {
      const one = new Float64Array(d);
      one[d >> 1] = 7;
      expect(gini(one)).toBeCloseTo(1 - 1 / d, 14);
    }
  });
  test("by hand: 3, 1, 2 → (−2·1 + 0·2 + 2·3)/(3·6)", () => {
    expect(gini(floats(3, 1, 2))).toBeCloseTo(4 / 18, 15);
  });
  test("is half the mean absolute difference over the mean, whatever the scale and the order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1 }), (values) => {
        const d = values.length;
        const sum = values.reduce((s, x) => s + x, 0);
        let differences = 0;
        for (const x of values) for (const y of values) differences += Math.abs(x - y);
        const expected = sum === 0 ? undefined : differences / (2 * d * sum);
        const found = gini(Float64Array.from(values, (x) => 3.5 * x));
        if (expected === undefined) expect(found).toBeUndefined();
        else expect(found).toBeCloseTo(expected, 12);
      }),
    );
  });
  test("sorting leaves the map as it was", () => {
    const map = floats(3, 1, 2);
    gini(map);
    expect([...map]).toEqual([3, 1, 2]);
  });
});

describe("relevance mass", () => {
  test("by hand: 1 of 1 + 2 + 5", () => {
    expect(massInside(floats(1, 2, 5), [1, 0, 0])).toBe(1 / 8);
    expect(massInside(floats(1, 2, 5), [1, 1, 1])).toBe(1);
    expect(massInside(floats(0, 0, 0), [1, 0, 0])).toBeUndefined();
  });
  test("a constant map scores the share of the mask", () => {
    expect(massInside(new Float64Array(8).fill(2), [1, 0, 0, 1, 0, 1, 0, 0])).toBeCloseTo(3 / 8);
  });
});

describe("deletion", () => {
  test("order: largest first, ties by the given order", () => {
    expect([...descending(floats(1, 5, 1, 7, 1), [4, 0, 2, 1, 3])]).toEqual([3, 1, 4, 0, 2]);
  });
  test("area by trapezoids: 1, ½, ¼ → (½ + ½ + ⅛)/2", () => {
    expect(area([1, 0.5, 0.25])).toBe(0.5625);
    expect(area([3, 3, 3, 3])).toBe(3);
  });

  /** A "probability" that tells which pixels are left: Σ of all channels. */
  const brightness = ({ shape, data }: Tensor): Float64Array =>
    Float64Array.from({ length: shape[0] }, (_, i) => {
      const inner = data.length / shape[0];
      let sum = 0;
      for (let p = i * inner; p < (i + 1) * inner; p++) sum += data[p];
      return sum;
    });
  /** The curve while pixels become one colour. */
  const deletionCurve = (image: Tensor, order: number[], step: number, colour = 0) =>
    exchangeCurve(
      image,
      tensor(image.shape, new Float32Array(image.data.length).fill(colour)),
      Int32Array.from(order),
      step,
      brightness,
    );
  test("curve by hand: pixels 2, 0 | 1 of an image of two channels, all channels of a pixel at once", () => {
    const image = tensor([2, 1, 3], Float32Array.of(1, 2, 4, 8, 16, 32));
    expect([...deletionCurve(image, [2, 0, 1], 2)]).toEqual([63, 18, 0]);
    expect([...deletionCurve(image, [2, 0, 1], 1)]).toEqual([63, 27, 18, 0]);
    // Another colour than black: each removed pixel leaves 2·½.
    expect([...deletionCurve(image, [2, 0, 1], 1, 0.5)]).toEqual([63, 28, 20, 3]);
    expect([...image.data]).toEqual([1, 2, 4, 8, 16, 32]);
  });
  test("the right order gives the smallest area, its reverse the largest", () => {
    const image = tensor([1, 1, 4], Float32Array.of(8, 1, 4, 2));
    const of = (order: number[]): number => area(deletionCurve(image, order, 1));
    const best = of([0, 2, 3, 1]); // 15, 7, 3, 1, 0
    expect(best).toBe((7.5 + 7 + 3 + 1) / 4);
    expect(of([1, 3, 2, 0])).toBe((7.5 + 14 + 12 + 8) / 4);
    expect(of([3, 0, 1, 2])).toBeGreaterThan(best);
  });
});

describe("steps to a target", () => {
  test.each([
    // [accuracies, target, window, step]
    [[0, 0.5, 1, 1], 0.75, 2, 3],
    [[0, 0.5, 1, 1], 1, 2, 4],
    [[1, 1, 1], 0.9, 2, 2], // not before the window is full
    [[0, 0.5, 1, 1], 0.8, 4, undefined],
    [[1, 1], 0.5, 3, undefined], // the window never fills
    [[], 0.5, 1, undefined],
    [[0.1, 0.2, 0.3, 0.6], 0.3, 4, 4], // mean exactly 0.3, though sums of tenths round
  ])("%j reach %d over %d at %s", (accuracies, target, window, expected) => {
    expect(firstAtTarget(accuracies, target, window)).toBe(expected);
  });
});

describe("loss variance", () => {
  test("by hand: 1, 4, 1 → e = 3, ⅔·9; relative e/2, ⅔·9/4", () => {
    expect(noiseVariance([1, 4, 1], false)).toBe(6);
    expect(noiseVariance([1, 4, 1], true)).toBeCloseTo(1.5, 15);
    expect(noiseVariance([1, 2], false)).toBeUndefined();
  });
  test("a straight trend has no noise, and adding one changes nothing", () => {
    const line = Array.from({ length: 40 }, (_, t) => 3 - 0.05 * t);
    expect(noiseVariance(line, false)).toBeCloseTo(0, 25);
    const stream = random("noise");
    const noise = line.map(() => stream.normal());
    expect(
      noiseVariance(
        noise.map((x, t) => x + line[t]),
        false,
      ),
    ).toBeCloseTo(noiseVariance(noise, false) ?? 0, 12);
  });
  test("independent noise of variance 0.04 about a falling loss is found", () => {
    const stream = random("loss");
    const losses = Array.from(
      { length: 20_000 },
      (_, t) => 2 / (1 + t / 500) + 3 + 0.2 * stream.normal(),
    );
    expect(Math.abs((noiseVariance(losses, false) ?? 0) / 0.04 - 1)).toBeLessThan(0.04);
  });
  test("the relative form does not see the loss's unit, and is at most 6", () => {
    const losses = [2, 1, 1.5, 0.3, 0.4, 0.9];
    expect(
      noiseVariance(
        losses.map((x) => 100 * x),
        true,
      ),
    ).toBeCloseTo(noiseVariance(losses, true) ?? 0, 12);
    expect(noiseVariance([0, 5, 0], true)).toBeCloseTo(6, 12); // e/mean = 3, the worst there is
    expect(noiseVariance([0, 0, 0], true)).toBe(0);
  });
});

describe("gradient noise", () => {
  test("two gradients by hand: (3, 0) and (1, 0) of 4 images", () => {
    // ḡ = (2, 0); Σ‖gᵢ − ḡ‖² = 2; tr Σ = 4·2/1; ‖G‖² = 4 − 8/(2·4).
    expect(noiseParts([floats(3, 0), floats(1, 0)], 4)).toEqual({ noise: 8, signal: 3 });
  });
  test("equal gradients: no noise; opposite ones: no signal", () => {
    expect(noiseParts([floats(1, 2), floats(1, 2), floats(1, 2)], 5)).toEqual({
      noise: 0,
      signal: 5,
    });
    // ḡ = 0, tr Σ = 4·2, ‖G‖² = −8/(2·4).
    expect(noiseParts([floats(1), floats(-1)], 4)).toEqual({ noise: 8, signal: -1 });
  });
  test("they are the paper's two-size estimators with B = k·b", () => {
    const stream = random("two sizes");
    const k = 6;
    const b = 8;
    const g = Array.from({ length: k }, () =>
      Float64Array.from({ length: 5 }, () => stream.normal() + 0.4),
    );
    const square = (v: ArrayLike<number>): number =>
      Array.from(v).reduce((sum, x) => sum + x * x, 0);
    const small = g.reduce((sum, v) => sum + square(v), 0) / k; // E‖g_b‖²
    const large = square(g[0].map((_, p) => g.reduce((sum, v) => sum + v[p], 0) / k)); // ‖g_B‖²
    const B = k * b;
    const { noise, signal } = noiseParts(g, b);
    expect(signal).toBeCloseTo((B * large - b * small) / (B - b), 12);
    expect(noise).toBeCloseTo((small - large) / (1 / b - 1 / B), 10);
  });
});

test("cosines of rows: along, across, against; none of a zero row", () => {
  const a = tensor([4, 2], Float32Array.of(1, 2, 1, 0, 3, -4, 0, 0));
  const b = tensor([4, 2], Float32Array.of(2, 4, 0, 5, -3, 4, 1, 1));
  expect([0, 1, 2].map((i) => rowCosine(a, b, i))).toEqual([1, 0, -1]);
  expect(rowCosine(a, b, 3)).toBeUndefined();
});

describe("calibration", () => {
  test("probabilities at a temperature: logits 0 and ln 9 at T = 2 are odds of 3", () => {
    const logits = tensor([2, 2], Float64Array.of(0, Math.log(9), 800, 800));
    const p = classProbability(logits, 1, 2);
    expect(p[0]).toBeCloseTo(0.75, 14);
    expect(p[1]).toBe(0.5);
  });
  test("the temperature of two logits z = 3 that are right in 4 of 5 images is 3/ln 4", () => {
    // Least cross-entropy where the probability is the share of right answers: σ(3/T) = 0.8.
    const logits = tensor([5, 2], Float64Array.from([3, 0, 3, 0, 3, 0, 3, 0, 3, 0]));
    expect(fitTemperature(logits, [0, 0, 1, 0, 0])).toBeCloseTo(3 / Math.log(4), 6);
  });
  test("scaling all logits scales the temperature", () => {
    const stream = random("logits");
    const logits = Float64Array.from({ length: 300 }, () => stream.normal());
    const labels = Uint8Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 0 : i % 3));
    const best = Uint8Array.from(labels, (label, i) => {
      const row = logits.subarray(3 * i, 3 * i + 3);
      return i % 3 === 0 ? label : row.indexOf(Math.max(...row));
    });
    const plain = fitTemperature(tensor([100, 3], logits), best);
    const scaled = tensor(
      [100, 3],
      logits.map((x) => 4 * x),
    );
    expect(fitTemperature(scaled, best) / plain).toBeCloseTo(4, 6);
  });
  test("the direction of the loss is its gradient over 1 − p, also where 1 − p is below rounding", () => {
    const z = [1, 2.5, -0.5];
    const e = z.map(Math.exp);
    const sum = e.reduce((s, x) => s + x, 0);
    const p = e.map((x) => x / sum);
    const direction = lossDirection(tensor([1, 3], Float64Array.from(z)), [1]);
    [0, 1, 2].forEach((k) => {
      const gradient = p[k] - (k === 1 ? 1 : 0);
      expect(direction.data[k]).toBeCloseTo(gradient / (1 - p[1]), 12);
    });
    const sure = lossDirection(tensor([1, 3], Float64Array.of(1000, 1, 1)), [0]);
    expect([...sure.data]).toEqual([-1, 0.5, 0.5]);
  });
});
