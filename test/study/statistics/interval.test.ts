/** Intervals of means, and what a number of seeds can show. */
import { describe, expect, test } from "vitest";
import {
  detectable,
  FEW_SEEDS,
  inferMean,
  normalQuantile,
  power,
  quantile,
  signFlipInterval,
  signFlipTest,
  studentisedBootstrap,
  subsetMeans,
} from "../../../src/study/statistics/index.js";
import { exp, log } from "../../../src/tensor/math.js";
import { type Random, random } from "../../../src/tensor/random.js";

const single = (values: readonly number[]): number[][] => values.map((value) => [value]);
const normals = (name: string, n: number): number[] => {
  const draw = random(name);
  return Array.from({ length: n }, () => draw.normal());
};

test("quantiles are linear between order statistics; infinite ends stay infinite", () => {
  const at = (p: number): number => quantile([0, 10, 20, 30], p);
  expect([0, 0.25, 0.5, 0.75, 1].map(at)).toEqual([0, 7.5, 15, 22.5, 30]);
  expect(quantile([-Infinity, 0, 1], 0.25)).toBe(-Infinity);
  expect(quantile([-Infinity, 0, 1], 0.5)).toBe(0);
  expect(quantile([5], 0.3)).toBe(5);
});

describe("inverted sign-flip test", () => {
  test("two seeds: the means of the subsets {1}, {3}, {1, 3}", () => {
    expect([...subsetMeans([3, 1], random(0))]).toEqual([1, 2, 3]);
    // Four patterns, a quarter on either side: the outermost means hold 50 %.
    const interval = signFlipInterval([3, 1], random(0));
    expect(interval(0.5)).toEqual([1, 3]);
    expect(interval(0.25)).toEqual([1.5, 2.5]); // between 50 % and the 0 % of the middle one
  });
  test("three seeds, by hand", () => {
    // 0, 3, 6: means 0, 1.5, 3, 3, 3, 4.5, 6; of eight patterns one below the first.
    expect([...subsetMeans([0, 6, 3], random(0))]).toEqual([0, 1.5, 3, 3, 3, 4.5, 6]);
    const interval = signFlipInterval([0, 6, 3], random(0));
    expect(interval(0.75)).toEqual([0, 6]);
    expect(interval(0.5)).toEqual([1.5, 4.5]);
  });
  test("its ends are where the test turns: just outside it rejects, just inside it does not", () => {
    const values = normals("turns", 9).map((x) => x * x);
    const level = 1 - 2 * (12 / 512); // a level that 2⁹ patterns have
    const [low, high] = signFlipInterval(values, random(0))(level);
    const p = (theta: number): number => signFlipTest(values.map((x) => x - theta)).pValue;
    expect(p(low - 1e-9)).toBe(2 * (12 / 512));
    expect(p(low + 1e-9)).toBe(2 * (13 / 512));
    expect(p(high + 1e-9)).toBe(2 * (12 / 512));
    expect(p(high - 1e-9)).toBe(2 * (13 / 512));
  });
  test("random subsets of many seeds give nearly what all would", () => {
    const values = normals("many", 200);
    const [low, high] = signFlipInterval(values, random(1))(0.95);
    const centre = values.reduce((sum, x) => sum + x, 0) / 200;
    const error = Math.sqrt(values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / 199 / 200);
    for (const half of [centre - low, high - centre])
      expect(Math.abs(half / error / 1.972 - 1)).toBeLessThan(0.08); // t of 199 degrees
  });
});

describe("studentised bootstrap", () => {
  test("three seeds, by hand: of 27 resamples the 3 of one seed alone have no t", () => {
    // −1, 0, 1: se = 1/√3. Each pair of seeds gives 6 resamples, all three 6 of mean 0: t* = 0.
    // (−1, −1, 0) and its like: mean −2/3, sd 1/√3, t* = −2; (−1, 0, 0): −1/3, t* = −1; (−1, −1, 1): −1/3, sd 2/√3, −½.
    const { interval, pValue } = studentisedBootstrap([[-1], [0], [1]], 50_000, random("three"));
    // Shares of 24: 3 each of ±2, ±1 and ±½, 6 of 0.
    const share = (count: number): number => count / 24;
    const near = (value: number, expected: number): void =>
      expect(Math.abs(value - expected)).toBeLessThan(0.01);
    near(pValue(0, "greater"), share(15)); // t = 0
    near(pValue(-1, "greater"), share(3)); // t = √3: the 2 alone
    near(pValue(-0.5, "greater"), share(6)); // t = √3/2: 1 and 2
    near(pValue(-0.25, "less"), share(15)); // t = √3/4: all but ½, 1 and 2
    near(pValue(0.5, "two"), share(12));
    expect(interval(0.9)[0]).toBeCloseTo(-2 / Math.sqrt(3), 12);
    expect(interval(0.9)[1]).toBeCloseTo(2 / Math.sqrt(3), 12);
    expect(interval(0.6)[1]).toBeCloseTo(1 / Math.sqrt(3), 12);
  });
  test("counts in which most seeds agree have a finite interval", () => {
    const counts = [0, 0, 0, -1, 0, -1, 0];
    const [low, high] = inferMean(single(counts))?.interval(0.95) ?? [];
    expect(Number.isFinite(low)).toBe(true);
    expect(low).toBeLessThan(-0.6);
    expect(high).toBeGreaterThanOrEqual(0);
  });
  test("of many normal numbers it is Student's interval", () => {
    const values = normals("student", 12).flatMap((x) => [x, -x]);
    const [low, high] = studentisedBootstrap(single(values), 20_000, random("b")).interval(0.95);
    const squares = values.reduce((sum, x) => sum + x * x, 0);
    const half = 2.0686576 * Math.sqrt(squares / 23 / 24); // t of 23 degrees
    expect(Math.abs(high / half - 1)).toBeLessThan(0.05);
    expect(Math.abs(low / -half - 1)).toBeLessThan(0.05);
  });
  test("skewed to the right, it reaches further up than down", () => {
    const values = normals("skew", 15).map((x) => x * x);
    const centre = values.reduce((sum, x) => sum + x, 0) / 15;
    const [low, high] = studentisedBootstrap(single(values), 4000, random("b")).interval(0.95);
    expect(high - centre).toBeGreaterThan(1.5 * (centre - low));
  });
  test("the noise of images is not counted twice: as wide as that of the seeds' means", () => {
    const draw = random("nested");
    const data = Array.from({ length: 30 }, () => Array.from({ length: 25 }, () => draw.normal()));
    const means = data.map((own) => own.reduce((sum, x) => sum + x, 0) / own.length);
    const width = (of: number[][]): number => {
      const [low, high] = studentisedBootstrap(of, 8000, random("b")).interval(0.95);
      return high - low;
    };
    expect(Math.abs(width(data) / width(single(means)) - 1)).toBeLessThan(0.04); // √2 − 1 if it were
  });
});

describe("interval of a mean", () => {
  test("five seeds have none, equal differences have a point", () => {
    expect(FEW_SEEDS).toBe(5);
    expect(inferMean(single([1, 2, 3, 4, 5]))).toBeNull();
    const point = inferMean(single([2, 2, 2, 2, 2, 2]));
    expect(point?.interval(0.95)).toEqual([2, 2]);
    expect(point?.pValue(0, "two")).toBe(2 / 64);
  });
  test("the hull of both parts, and the lower level lies within the higher", () => {
    const values = normals("hull", 10).map((x) => exp(x));
    const inference = inferMean(single(values), { name: "n" });
    const draw = random("contrast intervals").split("n");
    const flip = signFlipInterval(values, draw.split("sign flips"))(0.95);
    const boot = studentisedBootstrap(single(values), 10_000, draw.split("bootstrap")).interval(
      0.95,
    );
    const [wide, narrow] = [
      inference?.interval(0.95) ?? [0, 0],
      inference?.interval(0.9) ?? [0, 0],
    ];
    expect(wide).toEqual([Math.min(flip[0], boot[0]), Math.max(flip[1], boot[1])]);
    expect(narrow[0]).toBeGreaterThan(wide[0]);
    expect(narrow[1]).toBeLessThan(wide[1]);
  });
  test("shifting and scaling the data shifts and scales the interval", () => {
    const draw = random("shift");
    const data = Array.from({ length: 8 }, () => Array.from({ length: 5 }, () => draw.normal()));
    const plain = inferMean(data)?.interval(0.95) ?? [0, 0];
    const moved = inferMean(data.map((seed) => seed.map((x) => 4 * x + 16)))?.interval(0.95);
    expect(moved?.[0]).toBeCloseTo(4 * plain[0] + 16, 10);
    expect(moved?.[1]).toBeCloseTo(4 * plain[1] + 16, 10);
  });
  test("the p-value is the level at which the interval turns: 1 − p holds θ, a little less does not", () => {
    const values = normals("turning", 10).map((x) => x * x);
    const found = inferMean(single(values), { name: "p" });
    for (const theta of [0.2, 0.5, 2, 3]) {
      const p = found?.pValue(theta, "two") ?? 0;
      const holds = (level: number): boolean => {
        const [low, high] = found?.interval(level) ?? [0, 0];
        return low <= theta && theta <= high;
      };
      // Patterns and resamples come in steps.
      expect(holds(1 - p + 2 / 512 + 0.001)).toBe(true);
      expect(holds(1 - p - 2 / 512 - 0.001)).toBe(false);
    }
  });
  test("skewed differences make the bootstrap the more careful of the two, heavy tails the sign-flip test", () => {
    const low = [-1, -1.1, -0.9, -1.2, -0.8, -1, -1.05, -0.95, -1.15, 4];
    expect(inferMean(single(low))?.pValue(1, "less")).toBeGreaterThan(
      signFlipTest(
        low.map((x) => x - 1),
        { side: "less" },
      ).pValue,
    );
  });
  test("same data, same bits; another name, another stream", () => {
    const data = single([1, 2, 4, 8, 3.3, 5.1]);
    const of = (name: string) => inferMean(data, { name })?.interval(0.95);
    expect(of("x")).toEqual(of("x"));
    expect(of("x")).not.toEqual(of("y"));
  });

  const square = (draw: Random): number => draw.normal() ** 2;
  const kinds = {
    normal: (draw: Random) => draw.normal(),
    "log-normal": (draw: Random) => exp(draw.normal() / 2) - exp(1 / 8),
    exponential: (draw: Random) => -log(1 - draw.uniform()) - 1,
    "t of 3 degrees": (draw: Random) =>
      draw.normal() / Math.sqrt((square(draw) + square(draw) + square(draw)) / 3),
    contaminated: (draw: Random) =>
      draw.normal() + (draw.uniform() < 0.1 ? (draw.uniform() < 0.5 ? 6 : -6) : 0),
  };
  // Standard error of each share: 0.008 to 0.011. Either part of the hull alone fails in one of the rows.
  test.each<[keyof typeof kinds, number]>([
    ["normal", 6],
    ["normal", 10],
    ["log-normal", 10],
    ["exponential", 10],
    ["exponential", 20],
    ["t of 3 degrees", 10],
    ["contaminated", 10],
    ["contaminated", 20],
  ])("coverage of %s differences of %d seeds is 93 to 97 in 100; the test errs in 5", (kind, n) => {
    const draw = random(`coverage ${kind} ${n}`);
    const runs = n > 12 ? 400 : 700;
    let [covered, significant] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const data = Array.from({ length: n }, () => 3 + 2 * kinds[kind](draw));
      const found = inferMean(single(data), { resamples: 400, name: `${run}` });
      const [low, high] = found?.interval(0.95) ?? [0, 0];
      if (low <= 3 && 3 <= high) covered++;
      if ((found?.pValue(3, "two") ?? 0) < 0.05) significant++;
    }
    expect(covered / runs).toBeGreaterThanOrEqual(0.93);
    expect(covered / runs).toBeLessThanOrEqual(0.97);
    expect(significant / runs).toBeLessThan(0.05 + 2 * Math.sqrt(0.0475 / runs));
  });
});

describe("what a number of seeds can show", () => {
  test("if only unanimous pairs are significant, it is no less than their power, Φ(δ)ⁿ, asks", () => {
    // α/2·2⁶ = 1.6: one pattern. δ = Φ⁻¹(0.8^(1/6)).
    const unanimous = normalQuantile(exp(log(0.8) / 6));
    const [found] = detectable(6, [0.05], { samples: 1000 });
    expect((found ?? 0) / unanimous).toBeGreaterThan(0.97);
    expect((found ?? 0) / unanimous).toBeLessThan(1.15);
  });
  test("many seeds and no correction: the t-test's 2.8 standard errors, and a little", () => {
    // Of the paired t-test: δ = 0.66 for twenty pairs, 0.996 for ten.
    for (const [n, t] of [
      [20, 0.66],
      [10, 0.996],
    ]) {
      const [found] = detectable(n, [0.05]);
      expect((found ?? 0) / t).toBeGreaterThan(0.96);
      expect((found ?? 0) / t).toBeLessThan(1.2);
    }
  });
  test.each([
    [6, 0.05],
    [10, 0.05 / 11],
  ])("%d seeds at a level of %d: simulated studies find it in 80 of 100", (n, alpha) => {
    const effect = detectable(n, [alpha])[0] ?? Number.NaN;
    const draw = random(`power ${n}`);
    let found = 0;
    for (let run = 0; run < 500; run++) {
      const d = Array.from({ length: n }, () => [effect + draw.normal()]);
      if ((inferMean(d, { resamples: 4000, name: `${run}` })?.pValue(0, "two") ?? 1) < alpha)
        found++;
    }
    expect(Math.abs(found / 500 - 0.8)).toBeLessThan(0.06);
  });
  test("the table of experiments: smallest p, and seeds for a family", () => {
    expect([5, 6, 7, 8, 9, 10].map((n) => power(n, 1).smallestP)).toEqual([
      0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625, 0.001953125,
    ]);
    expect(power(8, 12)).toMatchObject({ smallestCorrectedP: 12 / 128, decides: false });
    expect(power(9, 12)).toMatchObject({ smallestCorrectedP: 12 / 256, decides: true });
    expect([1, 2, 12, 13, 25].map((k) => power(6, k).seedsNeeded)).toEqual([6, 7, 9, 10, 10]);
  });
  test("too few seeds: nothing is found, and no interval", () => {
    expect(power(5, 1)).toMatchObject({ decides: false, detectable: null, halfWidth: null });
    expect(power(8, 11)).toMatchObject({ detectableCorrected: null });
    expect(power(8, 11).detectable).not.toBeNull();
    expect(power(1, 1).smallestP).toBe(1);
  });
  test("the half-width of ten seeds is a little more than Student's 2.26/√10", () => {
    const half = power(10, 1).halfWidth ?? 0;
    expect(half / (2.262 / Math.sqrt(10))).toBeGreaterThan(1);
    expect(half / (2.262 / Math.sqrt(10))).toBeLessThan(1.25);
  });
});
