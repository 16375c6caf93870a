/** How alike two maps are: by hand and against definitions written another way. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distance } from "../../src/measures/means.js";
import { pearson, ranks, spearman, ssim } from "../../src/measures/similarity.js";
import { correlation, floats, uniform } from "./contexts.js";

const lists = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 20 });

describe("pearson", () => {
  test("by hand: 1, 2, 3 and 1, 3, 2 → ½", () => {
    expect(pearson([1, 2, 3], [1, 3, 2])).toBeCloseTo(0.5, 14);
    expect(pearson([1, 2, 3], [-2, -4, -6])).toBeCloseTo(-1, 14);
  });
  test("lists of one value have none, whatever rounding leaves", () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeUndefined();
    expect(pearson([1, 2, 3], [0.7, 0.7, 0.7])).toBeUndefined();
  });
  test("is the mean product of standard scores", () => {
    fc.assert(
      fc.property(lists, (values) => {
        const other = values.map((v, i) => v * v + i);
        const found = pearson(values, other);
        if (new Set(values).size === 1 || new Set(other).size === 1)
          return expect(found).toBeUndefined();
        expect(found).toBeCloseTo(correlation(values, other), 10);
      }),
    );
  });
});

describe("spearman", () => {
  test("equal values share their mean rank", () => {
    expect([...ranks([5, 1, 5, 0])]).toEqual([3.5, 2, 3.5, 1]);
    expect([...ranks([2, 2, 2])]).toEqual([2, 2, 2]);
  });
  test("knows the order alone", () => {
    expect(spearman([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1, 14);
    expect(spearman([1, 2, 3, 4], [9, 3, 2, -7])).toBeCloseTo(-1, 14);
  });
  test("without ties it is 1 − 6Σd²/(n(n² − 1))", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 3, maxLength: 12 }), (values) => {
        const other = values.map((v) => Math.sin(v) + v / 1e12);
        const place = (list: number[], v: number): number => list.filter((x) => x < v).length;
        const n = values.length;
        const squares = values.reduce(
          (sum, v, i) => sum + (place(values, v) - place(other, other[i])) ** 2,
          0,
        );
        if (new Set(other).size === n)
          expect(spearman(values, other)).toBeCloseTo(1 - (6 * squares) / (n * (n * n - 1)), 10);
      }),
    );
  });
});

describe("ssim", () => {
  test("1 with itself, below 1 otherwise, symmetric", () => {
    const [a, b] = [uniform(100, "a"), uniform(100, "b")];
    expect(ssim(a, a, 10)).toBeCloseTo(1, 14);
    expect(ssim(a, b, 10)).toBeLessThan(0.5);
    expect(ssim(a, b, 10)).toBe(ssim(b, a, 10));
  });
  test("one window by hand: (0, 1) and (1, 0) of range 1", () => {
    // μ = ½ both, σ² = ½ both, σ_ab = −½: (½ + c₁)(−1 + c₂)/((½ + c₁)(1 + c₂)).
    expect(ssim(floats(0, 1), floats(1, 0), 2)).toBeCloseTo((-1 + 9e-4) / (1 + 9e-4), 14);
  });
  test("is the mean over all 7×7 windows", () => {
    const [W, H] = [9, 8];
    const [a, b] = [uniform(W * H, "c"), uniform(W * H, "d")];
    const all = [...a, ...b];
    const L = Math.max(...all) - Math.min(...all);
    const values: number[] = [];
    for (let y = 0; y < 2; y++)
      for (let x = 0; x < 3; x++) {
        const window = (map: Float64Array): number[] =>
          Array.from({ length: 49 }, (_, k) => map[(y + Math.floor(k / 7)) * W + x + (k % 7)]);
        const [p, q] = [window(a), window(b)];
        const mean = (v: number[]): number => v.reduce((s, t) => s + t, 0) / 49;
        const covariance = (u: number[], v: number[]): number =>
          (u.reduce((s, t, k) => s + t * v[k], 0) - 49 * mean(u) * mean(v)) / 48;
        const [c1, c2] = [(0.01 * L) ** 2, (0.03 * L) ** 2];
        values.push(
          ((2 * mean(p) * mean(q) + c1) * (2 * covariance(p, q) + c2)) /
            ((mean(p) ** 2 + mean(q) ** 2 + c1) * (covariance(p, p) + covariance(q, q) + c2)),
        );
      }
    expect(ssim(a, b, W)).toBeCloseTo(values.reduce((s, v) => s + v, 0) / 6, 10);
  });
  test("two maps of one and the same value have none", () => {
    expect(ssim(floats(2, 2), floats(2, 2), 2)).toBeUndefined();
  });
});

test("distances and lengths: 3, 4 → 5", () => {
  expect(distance([1, 2], [4, 6])).toBe(5);
  expect(distance([3, 4])).toBe(5);
});
