/** How far maps move when images barely do: on explainers whose maps are known functions of the image. */
import { describe, expect, test } from "vitest";
import { measures } from "../../src/measures/index.js";
import { shifted } from "../../src/measures/robustness/corruption.js";
import { neighbours } from "../../src/measures/stability/neighbours.js";
import { relativeChange } from "../../src/measures/stability/relative-stability.js";
import { slice, type Tensor } from "../../src/tensor/index.js";
import { type Explaining, explainerContext, picture, scoreExplainer, uniform } from "./contexts.js";

const images = picture([3, 2, 3, 2], uniform(36, "stable", 0.2, 1));
const pixels = 6;
/** A map that bends: the product of the channels, less a half. */
const curved: Explaining["mapOf"] = (x) =>
  Float64Array.from({ length: pixels }, (_, p) => x[p] * x[p + pixels] - 0.5);
const options = { radius: 0.1, draws: 7 };

const norm = (v: readonly number[]): number => Math.sqrt(v.reduce((s, x) => s + x * x, 0));
const rowOf = (t: Tensor, i: number): number[] => [...slice(t, i, i + 1).data];
const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((v, k) => v - b[k]);

/** What a formula says of every neighbour that was explained. */
function restated(
  context: ReturnType<typeof explainerContext>,
  formula: (x: number[], moved: number[], a: number[], b: number[]) => number,
): number[][] {
  return context.maps.map((map, i) =>
    context.asked.map((asked) => {
      const moved = rowOf(asked, i);
      return formula(
        rowOf(images, i),
        moved,
        [...map],
        [...curved(Float64Array.from(moved), 0, {})],
      );
    }),
  );
}

describe("neighbours", () => {
  test("stay within the radius, fill it, differ, and are the same for every model", () => {
    const context = explainerContext({ images, mapOf: curved });
    const found = neighbours.make(context, options);
    expect(found.length).toBe(7);
    const moves = found.map((each) => minus([...each.images.data], [...images.data]));
    for (const move of moves) {
      expect(Math.max(...move.map(Math.abs))).toBeLessThanOrEqual(0.1 + 1e-7);
      expect(Math.max(...move)).toBeGreaterThan(0.08);
      expect(Math.min(...move)).toBeLessThan(-0.08);
    }
    expect(moves[0]).not.toEqual(moves[1]);
    expect(moves[0].slice(0, 12)).not.toEqual(moves[0].slice(12, 24));
    const other = explainerContext({ images, mapOf: () => new Float64Array(pixels) });
    expect(neighbours.make(other, options).map((each) => each.images)).toEqual(
      found.map((each) => each.images),
    );
  });
  test("count only where the prediction stays", () => {
    const logitsOf = (x: ArrayLike<number>): number[] => [x[0], 0.6];
    const context = explainerContext({ images, mapOf: curved, logitsOf });
    const found = neighbours.make(context, { radius: 0.5, draws: 20 });
    found.forEach(({ images: there, isAlike }) => {
      for (let i = 0; i < 3; i++) {
        const before = rowOf(images, i)[0] >= Math.fround(0.6);
        expect(isAlike[i]).toBe(rowOf(there, i)[0] >= 0.6 === before);
      }
    });
    expect(new Set(found.flatMap(({ isAlike }) => isAlike)).size).toBe(2);
  });
});

describe("sensitivity", () => {
  const { maxSensitivity, averageSensitivity } = measures;
  test("the formula: the largest and the mean of ‖a(x + δ) − a(x)‖/‖a(x)‖", () => {
    const context = explainerContext({ images, mapOf: curved });
    const largest = scoreExplainer(maxSensitivity, context, options);
    const each = restated(context, (_x, _moved, a, b) => norm(minus(b, a)) / norm(a));
    const average = scoreExplainer(averageSensitivity, context, options);
    each.forEach((values, i) => {
      expect(values.length).toBe(7);
      expect(largest[i]).toBeCloseTo(Math.max(...values), 6);
      expect(average[i]).toBeCloseTo(values.reduce((s, v) => s + v, 0) / 7, 6);
    });
  });
  test("0 for a map that never changes; none where every prediction does", () => {
    const still = explainerContext({ images, mapOf: () => new Float64Array(pixels).fill(2) });
    expect(scoreExplainer(maxSensitivity, still)).toEqual([0, 0, 0]);
    let calls = 0;
    const fickle = explainerContext({
      images,
      mapOf: curved,
      logitsOf: () => (calls++ < 3 ? [1, 0] : [0, 1]),
    });
    expect(scoreExplainer(maxSensitivity, fickle)).toEqual([null, null, null]);
    expect(scoreExplainer(averageSensitivity, fickle)).toEqual([null, null, null]);
  });
  test("no scale: a thousandfold map has the same score", () => {
    const times = (k: number) =>
      explainerContext({ images, mapOf: (x, t, o) => curved(x, t, o).map((a) => k * a) });
    const [one, many] = [times(1), times(1000)].map((c) => scoreExplainer(maxSensitivity, c));
    one.forEach((value, i) => {
      expect(many[i]).toBeCloseTo(value ?? Number.NaN, 10);
    });
  });
});

test("local Lipschitz: max ‖a − a′‖/‖x − x′‖ over the map's peak", () => {
  const context = explainerContext({ images, mapOf: curved });
  const found = scoreExplainer(measures.localLipschitz, context, options);
  restated(context, (x, moved, a, b) => {
    const peak = Math.max(...a.map(Math.abs));
    return norm(minus(b, a)) / peak / norm(minus(moved, x));
  }).forEach((values, i) => {
    expect(found[i]).toBeCloseTo(Math.max(...values), 6);
  });
  // A linear map a = 3x of one channel has the constant 3/peak.
  const one = picture([1, 1, 2, 2], [0.1, 0.2, 0.3, 0.5]);
  const triple = explainerContext({
    images: one,
    mapOf: (x) => Float64Array.from(x, (v) => 3 * v),
  });
  expect(scoreExplainer(measures.localLipschitz, triple)[0]).toBeCloseTo(3 / 1.5, 5);
});

describe("relative stability", () => {
  test("root mean square of (b − b′)/b where b is not 0, by hand", () => {
    // (2 − 3)/2 and (4 − 4)/4; the 0 takes no part, nor what is next to it.
    expect(relativeChange([2, 0, 4], [3, 5, 4], 1e-6)).toBeCloseTo(Math.sqrt(0.25 / 2), 14);
    expect(relativeChange([2, 1e-7, 4], [3, 5, 4], 1e-6)).toBeCloseTo(Math.sqrt(0.25 / 2), 14);
    expect(relativeChange([0, 0], [1, 1], 1e-6)).toBeUndefined();
  });
  const relative = (b: number[], c: number[]): number =>
    Math.sqrt(b.reduce((s, v, k) => s + ((v - c[k]) / v) ** 2, 0) / b.length);
  test("input: against the relative change of the image", () => {
    const context = explainerContext({ images, mapOf: curved });
    const found = scoreExplainer(measures.relativeInputStability, context, options);
    restated(context, (x, moved, a, b) => relative(a, b) / relative(x, moved)).forEach(
      (values, i) => {
        expect(found[i]).toBeCloseTo(Math.max(...values), 4);
      },
    );
  });
  test("output: against the change of the calibrated logits", () => {
    const logitsOf = (x: ArrayLike<number>): number[] => [3 + x[0] + x[1], x[2]];
    const context = explainerContext({ images, mapOf: curved, logitsOf, temperature: 2.5 });
    const found = scoreExplainer(measures.relativeOutputStability, context, options);
    restated(context, (x, moved, a, b) => {
      const change = norm(minus(logitsOf(x) as number[], logitsOf(moved) as number[])) / 2.5;
      return relative(a, b) / change;
    }).forEach((values, i) => {
      expect(found[i]).toBeCloseTo(Math.max(...values), 4);
    });
  });
  test("no change at all counts as ε", () => {
    const context = explainerContext({ images, mapOf: curved, logitsOf: () => [1, 0] });
    const found = scoreExplainer(measures.relativeOutputStability, context, options);
    restated(context, (_x, _moved, a, b) => relative(a, b)).forEach((values, i) => {
      expect((found[i] ?? 0) * 1e-6).toBeCloseTo(Math.max(...values), 4);
    });
  });
});

describe("continuity", () => {
  test("shifts by hand: down, and to the left, the border repeated", () => {
    const small = picture([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]);
    expect([...shifted(small, 1, 0).data]).toEqual([1, 2, 3, 1, 2, 3]);
    expect([...shifted(small, 0, -1).data]).toEqual([2, 3, 3, 5, 6, 6]);
    expect([...shifted(small, 0, 0).data]).toEqual([...small.data]);
    const two = picture([1, 2, 1, 2], [1, 2, 3, 4]);
    expect([...shifted(two, 0, 1).data]).toEqual([1, 1, 3, 3]);
  });
  test("the formula: max ‖a − a′‖₁/‖x − x′‖₂ over shifts of 1 and 2 in four directions", () => {
    const context = explainerContext({ images, mapOf: curved });
    const found = scoreExplainer(measures.continuity, context, { pixels: 2 });
    expect(context.asked.length).toBe(8);
    for (const [dy, dx] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [2, 0],
      [0, -2],
    ])
      expect(context.asked.map(({ data }) => [...data])).toContainEqual([
        ...shifted(images, dy, dx).data,
      ]);
    restated(context, (x, moved, a, b) => {
      const far = norm(minus(moved, x));
      return far === 0 ? 0 : minus(b, a).reduce((s, v) => s + Math.abs(v), 0) / far;
    }).forEach((values, i) => {
      expect(found[i]).toBeCloseTo(Math.max(...values), 6);
    });
  });
  test("an image of one value, which no shift changes, has none", () => {
    const flat = picture([1, 2, 3, 2], new Float32Array(12).fill(0.5));
    expect(
      scoreExplainer(measures.continuity, explainerContext({ images: flat, mapOf: curved })),
    ).toEqual([null]);
  });
});
