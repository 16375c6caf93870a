import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  acceleration,
  bootstrapInterval,
  cliffsDelta,
  hedgesG,
  holm,
  normalCdf,
  normalQuantile,
  quantile,
  signFlipTest,
  studentQuantile,
  superiority,
} from "../../../src/study/statistics/index.js";
import { random } from "../../../src/tensor/random.js";

const relative = (value: number, expected: number): number =>
  Math.abs(value - expected) / (Math.abs(expected) || 1);

describe("the normal distribution", () => {
  // Φ from mpmath.
  const known: readonly (readonly [number, number])[] = [
    [-8, 6.220960574271784e-16],
    [-3.5, 0.00023262907903552504],
    [-1, 0.15865525393145705],
    [0, 0.5],
    [0.3, 0.6179114221889526],
    [1.96, 0.9750021048517796],
    [2.6, 0.9953388119762813],
    [3.6, 0.9998408914098424],
    [6, 0.9999999990134123],
  ];
  test.each(known)("Φ(%d)", (x, expected) => {
    expect(relative(normalCdf(x), expected)).toBeLessThan(2e-12);
  });
  test.each([
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.025, -1.9599639845400538],
    [0.3, -0.5244005127080407],
    [0.5, 0],
    [0.9, 1.2815515655446008],
    [0.9999, 3.7190164854557084],
  ])("Φ⁻¹(%d)", (p, expected) => {
    expect(Math.abs(normalQuantile(p) - expected)).toBeLessThan(1e-11);
  });
  test("the ends and beyond", () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(-0.1)).toBeNaN();
  });
});

test.each([
  [0.95, 1, 12.706204736174698],
  [0.95, 2, 4.302652729911275],
  [0.95, 5, 2.570581835636314],
  [0.95, 9, 2.262157162740992],
  [0.9, 19, 1.729132811521367],
  [0.99, 39, 2.707913183517664],
  [0.95, 1000, 1.962339080826441],
])("Student's quantile for %d and %d degrees of freedom", (level, degrees, expected) => {
  expect(relative(studentQuantile(level, degrees), expected)).toBeLessThan(1e-10);
});

describe("sign-flip test", () => {
  test("two seeds, by hand: patterns of (1, 3) give ±4, ±2", () => {
    expect(signFlipTest([1, 3]).pValue).toBe(2 / 4); // |Σ| = 4: ±4
    expect(signFlipTest([-1, 3]).pValue).toBe(1); // |Σ| = 2: all four
  });
  test("three seeds, by hand: 1, 2, 4 with one sign turned", () => {
    // Sums ±7, ±5, ±3, ±1; observed |−1 + 2 + 4| = 5: four of eight.
    expect(signFlipTest([-1, 2, 4]).pValue).toBe(4 / 8);
  });
  test.each([
    [5, 0.0625],
    [6, 0.03125],
    [8, 0.0078125],
    [10, 0.001953125],
  ])("the smallest p of %d seeds is 2/2ⁿ", (n, expected) => {
    const differences = Array.from({ length: n }, (_, i) => 0.1 + 0.01 * i);
    expect(signFlipTest(differences).pValue).toBe(expected);
  });
  test("equal differences: ties of the sum are found though sums round differently", () => {
    // Σ = 10·0.1; only the two unanimous patterns reach it.
    expect(signFlipTest(new Array(10).fill(0.1)).pValue).toBe(2 / 1024);
    // 0.1, 0.2, −0.3 sum to 0 in exact arithmetic: every pattern is as extreme.
    expect(signFlipTest([0.1, 0.2, -0.3]).pValue).toBe(1);
    expect(signFlipTest([0, 0, 0]).pValue).toBe(1);
  });
  test("counting equals brute force", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 9 }), (d) => {
        const observed = Math.abs(d.reduce((sum, x) => sum + x, 0));
        let count = 0;
        for (let pattern = 0; pattern < 2 ** d.length; pattern++) {
          const sum = d.reduce((s, x, i) => s + ((pattern >> i) & 1 ? x : -x), 0);
          if (Math.abs(sum) >= observed) count++;
        }
        expect(signFlipTest(d).pValue).toBe(count / 2 ** d.length);
      }),
      { numRuns: 200 },
    );
  });
  test("swapping the arms keeps p, and twenty seeds are counted exactly and at once", () => {
    const stream = random("twenty");
    const d = Array.from({ length: 20 }, () => stream.normal() + 0.3);
    const { pValue, exact } = signFlipTest(d);
    expect(exact).toBe(true);
    expect(signFlipTest(d.map((x) => -x)).pValue).toBe(pValue);
    expect(Number.isInteger(pValue * 2 ** 20)).toBe(true);
  });
  test("more than 32 pairs are sampled: within four standard errors of the normal limit", () => {
    const d = Array.from({ length: 40 }, (_, i) => (i < 26 ? 1 : -1));
    // Σ = 12 of 40 signs: P(|Σ| ≥ 12) = P(Binomial(40, ½) ≥ 26 or ≤ 14), exactly:
    let tail = 0;
    for (let k = 26, c = 23206929840; k <= 40; c = (c * (40 - k)) / (k + 1), k++) tail += c;
    const expected = (2 * tail) / 2 ** 40;
    const { pValue, exact } = signFlipTest(d, { samples: 40_000 });
    expect(exact).toBe(false);
    const standardError = Math.sqrt((expected * (1 - expected)) / 40_000);
    expect(Math.abs(pValue - expected)).toBeLessThan(4 * standardError);
  });
});

describe("bootstrap interval", () => {
  test("two seeds: the means are −1, 0, 1 with ¼, ½, ¼, so the interval is the range", () => {
    expect(bootstrapInterval([[-1], [1]])).toEqual({ low: -1, high: 1, degenerate: false });
  });
  test("equal differences give a point, one seed gives nothing", () => {
    expect(bootstrapInterval([[2], [2], [2]])).toEqual({ low: 2, high: 2, degenerate: true });
    expect(bootstrapInterval([[2]])).toBeNull();
  });
  test("equal seed means with spread inside: the images alone move the mean", () => {
    const result = bootstrapInterval([
      [-1, 1],
      [1, -1],
    ]);
    expect(result).toEqual({ low: -1, high: 1, degenerate: false });
  });
  test("acceleration is a sixth of the skewness over √n", () => {
    // Values 0, 0, 3: deviations −1, −1, 2; Σd² = 6, Σd³ = 6; a = 6/(6·6^1.5).
    expect(acceleration([0, 0, 3])).toBeCloseTo(1 / 6 ** 1.5, 14);
    expect(acceleration([1, 1, 1])).toBe(0);
  });
  test("quantiles are linear between order statistics", () => {
    expect([0, 0.25, 0.5, 0.9, 1].map((p) => quantile([0, 10, 20, 30], p))).toEqual([
      0, 7.5, 15, 27, 30,
    ]);
  });
  test("shifting and scaling the data shifts and scales the interval", () => {
    const stream = random("shift");
    const data = Array.from({ length: 8 }, () => Array.from({ length: 5 }, () => stream.normal()));
    const plain = bootstrapInterval(data)!;
    const moved = bootstrapInterval(data.map((seed) => seed.map((x) => 4 * x + 16)))!;
    expect(moved.low).toBeCloseTo(4 * plain.low + 16, 10);
    expect(moved.high).toBeCloseTo(4 * plain.high + 16, 10);
  });
  test("swapping the arms mirrors the interval to within the resampling noise", () => {
    const stream = random("mirror");
    const data = Array.from({ length: 12 }, () => [stream.normal() ** 2]);
    const plain = bootstrapInterval(data)!;
    const mirror = bootstrapInterval(data.map(([x]) => [-x]))!;
    const width = plain.high - plain.low;
    expect(Math.abs(mirror.low + plain.high) / width).toBeLessThan(0.03);
    expect(Math.abs(mirror.high + plain.low) / width).toBeLessThan(0.03);
    // Skewed to the right: the interval reaches further up than down.
    const mean = data.reduce((sum, [x]) => sum + x, 0) / 12;
    expect(plain.high - mean).toBeGreaterThan(1.2 * (mean - plain.low));
  });
  test("same data, same bits; another name, another stream", () => {
    const data = [[1], [2], [4], [8]];
    expect(bootstrapInterval(data)).toEqual(bootstrapInterval(data));
    const other = bootstrapInterval([...data, [3.3], [5.1]], { name: "x" });
    expect(other).not.toEqual(bootstrapInterval([...data, [3.3], [5.1]], { name: "y" }));
  });
  // Standard error of each share: at most 0.013. Without the expansion ten normal numbers would give 0.904.
  test.each<[string, number, number, number]>([
    ["normal", 6, 0.89, 0.97],
    ["normal", 10, 0.925, 0.975],
    ["normal", 20, 0.925, 0.975],
    ["skewed", 10, 0.87, 0.97],
    ["heavy-tailed", 10, 0.89, 0.98],
  ])("coverage of %s differences of %d seeds", (kind, n, least, most) => {
    const stream = random(`coverage ${kind} ${n}`);
    const square = (): number => stream.normal() ** 2;
    const draw = (): number => {
      if (kind === "normal") return stream.normal();
      if (kind === "skewed") return (square() + square()) / 2 - 1; // exponential
      return stream.normal() / Math.sqrt((square() + square() + square()) / 3); // t of 3 degrees
    };
    const runs = 400;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const data = Array.from({ length: n }, () => [3 + 2 * draw()]);
      const { low, high } = bootstrapInterval(data, { resamples: 2000, name: `${run}` })!;
      if (low <= 3 && 3 <= high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(least);
    expect(covered / runs).toBeLessThan(most);
  });
  test("of many normal numbers it is Student's interval", () => {
    const stream = random("student");
    const data = Array.from({ length: 12 }, () => stream.normal());
    const { low, high } = bootstrapInterval(
      data.flatMap((x) => [[x], [-x]]), // symmetric: no bias, no acceleration
      { resamples: 20_000 },
    )!;
    const squares = 2 * data.reduce((sum, x) => sum + x * x, 0);
    const half = 2.0686576 * Math.sqrt(squares / 23 / 24); // t of 23 degrees
    expect(Math.abs(high / half - 1)).toBeLessThan(0.05);
    expect(Math.abs(low / -half - 1)).toBeLessThan(0.05);
  });
  test("nested images widen the interval by their share of the variance", () => {
    // Seeds differ by nothing, four images each with variance 1: standard error √(1/(4·n)) with n seeds.
    const stream = random("nested");
    const data = Array.from({ length: 40 }, () => {
      const x = Array.from({ length: 200 }, () => stream.normal());
      const centre = x.reduce((sum, v) => sum + v, 0) / 200;
      return x.map((v) => v - centre);
    });
    const { low, high } = bootstrapInterval(data, { resamples: 4000 })!;
    const expected = 2 * 1.96 * Math.sqrt(1 / (200 * 40));
    expect(Math.abs((high - low) / expected - 1)).toBeLessThan(0.06);
  });
});

describe("effect sizes", () => {
  test("Hedges' g_z by hand", () => {
    // Δ = 1, 2, 3: mean 2, sd 1, correction 1 − 3/7.
    expect(hedgesG([1, 2, 3])).toBeCloseTo(2 * (4 / 7), 14);
    expect(hedgesG([2, 2])).toBeNull();
    expect(hedgesG([2])).toBeNull();
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 3 }), (d) => {
        expect(hedgesG(d.map((x) => -x)) ?? 0).toBeCloseTo(-(hedgesG(d) ?? 0), 9);
      }),
    );
  });
  test("Cliff's δ by hand", () => {
    // (1, 3) against (2, 2, 3): −,−,− and +,+,0 → (−3 + 2)/6.
    expect(cliffsDelta([1, 3], [2, 2, 3])).toBeCloseTo(-1 / 6, 14);
    expect(cliffsDelta([2, 2, 3], [1, 3])).toBeCloseTo(1 / 6, 14);
    expect(cliffsDelta([], [1])).toBeNull();
  });
  test("probability of superiority with Wilson's interval", () => {
    expect(superiority([1, -1, 0, 2])?.value).toBe(0.625);
    // 10 of 10: Wilson's lower end is n/(n + z²).
    const all = superiority(new Array(10).fill(1));
    expect(all?.value).toBe(1);
    expect(all?.interval[0]).toBeCloseTo(10 / (10 + 1.959963984540054 ** 2), 12);
    expect(all?.interval[1]).toBeCloseTo(1, 12);
    expect(superiority([])).toBeNull();
  });
});

test("Holm by hand", () => {
  // Sorted .01, .02, .03, .5: ×4, ×3, ×2, ×1 → .04, .06, .06, .5.
  const adjusted = holm([0.03, 0.01, 0.5, 0.02]);
  [0.06, 0.04, 0.5, 0.06].forEach((p, i) => {
    expect(adjusted[i]).toBeCloseTo(p, 14);
  });
  expect(holm([0.7, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
