import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ancova,
  benjaminiHochberg,
  cliffsDelta,
  equivalenceTest,
  hedgesG,
  holm,
  jointSignFlip,
  normalQuantile,
  signFlipTest,
  studentQuantile,
  superiority,
} from "../../../src/study/statistics/index.js";
import { normalCdf } from "../../../src/tensor/normal.js";
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
  test("one side: three seeds by hand, and the other way round", () => {
    // Sums of 1, 2, 4: ±7, ±5, ±3, ±1; observed −1 + 2 + 4 = 5, reached by 5 and 7.
    expect(signFlipTest([-1, 2, 4], { side: "greater" }).pValue).toBe(2 / 8);
    expect(signFlipTest([1, -2, -4], { side: "less" }).pValue).toBe(2 / 8);
    // All but −7 and −5 reach −3.
    expect(signFlipTest([-1, 2, -4], { side: "greater" }).pValue).toBe(6 / 8);
    expect(signFlipTest([0, 0], { side: "greater" }).pValue).toBe(1);
  });
  test("one side, more than 32 pairs: half of the two-sided p where that is small", () => {
    const d = Array.from({ length: 40 }, (_, i) => (i < 26 ? 1 : -1));
    const two = signFlipTest(d).pValue;
    expect(Math.abs(signFlipTest(d, { side: "greater" }).pValue / two - 0.5)).toBeLessThan(0.02);
    expect(signFlipTest(d, { side: "less" }).pValue).toBeGreaterThan(0.95);
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

describe("many tests", () => {
  test("Holm by hand", () => {
    // Sorted .01, .02, .03, .5: ×4, ×3, ×2, ×1 → .04, .06, .06, .5.
    const adjusted = holm([0.03, 0.01, 0.5, 0.02]);
    [0.06, 0.04, 0.5, 0.06].forEach((p, i) => {
      expect(adjusted[i]).toBeCloseTo(p, 14);
    });
    expect(holm([0.7, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
  test("Benjamini–Hochberg by hand", () => {
    // Sorted .01, .02, .03, .5: ×4, ×2, ×4/3, ×1 → .04, .04, .04, .5 from above.
    const adjusted = benjaminiHochberg([0.03, 0.01, 0.5, 0.02]);
    [0.04, 0.04, 0.5, 0.04].forEach((p, i) => {
      expect(adjusted[i]).toBeCloseTo(p, 14);
    });
    expect(benjaminiHochberg([0.7, 0.9])).toEqual([0.9, 0.9]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
  test("Benjamini & Hochberg 1995, their example of fifteen p-values: four are found at 0.05", () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
      0.6528, 0.759, 1,
    ];
    expect(benjaminiHochberg(p).filter((q) => q <= 0.05).length).toBe(4);
    expect(holm(p).filter((q) => q <= 0.05).length).toBe(3);
  });
  test("neither corrects less than the other should, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (p) => {
        const [h, b] = [holm(p), benjaminiHochberg(p)];
        p.forEach((own, i) => {
          expect(h[i]).toBeGreaterThanOrEqual(own);
          expect(b[i]).toBeGreaterThanOrEqual(own);
          expect(b[i]).toBeLessThanOrEqual(h[i] + 1e-15);
        });
        expect(holm([...p].reverse())).toEqual([...h].reverse());
      }),
    );
  });
});

describe("equivalence", () => {
  test("three seeds, by hand", () => {
    // Δ = 0, 1, −1 and margin 2. Δ + 2 = 2, 3, 1: of the sums ±6, ±4, ±2, 0 only 6 reaches 6, so 1/8; Δ − 2 mirrors it.
    expect(equivalenceTest([0, 1, -1], 2)).toBe(1 / 8);
    // Margin ½: Δ + ½ = ½, 3/2, −½, Σ = 3/2. Sums: ±½ ± 3/2 ± ½ ≥ 3/2 for +3/2 with (½, ½) and (½, −½) twice: 3/8.
    expect(equivalenceTest([0, 1, -1], 0.5)).toBe(3 / 8);
    // The side that is further out decides: Δ − 2 = −1, 0, −1 has Σ = −2, reached by ±0 with both −1: 2/8.
    expect(equivalenceTest([1, 2, 1], 2)).toBe(2 / 8);
  });
  test("at the margin the test errs as often as its level says, beside it less", () => {
    const draw = random("equivalence");
    const rate = (shift: number): number => {
      let called = 0;
      for (let run = 0; run < 2000; run++) {
        const differences = Array.from({ length: 10 }, () => shift + draw.normal());
        if (equivalenceTest(differences, 1.5) <= 0.05) called++;
      }
      return called / 2000;
    };
    expect(rate(1.5)).toBeLessThan(0.06);
    expect(rate(1.5)).toBeGreaterThan(0.035);
    expect(rate(2)).toBeLessThan(0.005);
    expect(rate(0)).toBeGreaterThan(0.95);
  });
});

describe("one p for many specifications", () => {
  const p = (specifications: number[][]): number | null => jointSignFlip(specifications, random(0));
  test("by hand", () => {
    // The same question twice is the plain sign-flip test: |Σ| = 4, 2, 2, 4.
    expect(
      p([
        [1, 3],
        [1, 3],
      ]),
    ).toBe(2 / 4);
    expect(
      p([
        [1, 3],
        [10, 30],
      ]),
    ).toBe(2 / 4); // whatever their units
    // Median over three of Σ/√Σ²: √2, √2, 0 as it is and with both signs turned; 0, 0, ±√2 with one.
    expect(
      p([
        [1, 1],
        [1, 1],
        [1, -1],
      ]),
    ).toBe(2 / 4);
    // Two that contradict each other: √2 and 0, whichever signs are turned.
    expect(
      p([
        [1, 1],
        [1, -1],
      ]),
    ).toBe(1);
    expect(p([[0, 0]])).toBeNull();
    expect(p([])).toBeNull();
    expect(
      p([
        [0, 0],
        [1, 3],
      ]),
    ).toBe(2 / 4); // one without any difference says nothing
  });
  test("specifications of one null effect agree by chance as often as the level says", () => {
    const draw = random("joint");
    let found = 0;
    for (let run = 0; run < 400; run++) {
      const common = Array.from({ length: 7 }, () => draw.normal());
      const specifications = Array.from({ length: 9 }, () => common.map((d) => d + draw.normal()));
      if ((jointSignFlip(specifications, draw) ?? 1) <= 0.05) found++;
    }
    expect(found / 400).toBeLessThan(0.075);
    expect(found / 400).toBeGreaterThan(0.02);
  });
  test("many seeds are sampled: like the exact test of one specification", () => {
    const draw = random("many seeds");
    const d = Array.from({ length: 20 }, () => draw.normal() + 0.4);
    const exact = signFlipTest(d).pValue;
    expect(Math.abs((jointSignFlip([d], draw) ?? 1) - exact)).toBeLessThan(0.02);
  });
});

describe("analysis of covariance", () => {
  test("by hand", () => {
    // Δx = −1, 0, 1, 2 and Δy = 1, 2, 5, 4: x̄ = ½, ȳ = 3, Σ(x − x̄)² = 5, Σ(x − x̄)(y − ȳ) = 3 + ½ + 1 + 3/2 = 6.
    const found = ancova([1, 2, 5, 4], [-1, 0, 1, 2]);
    expect(found?.slope).toBeCloseTo(6 / 5, 14);
    expect(found?.adjusted).toBeCloseTo(3 - 0.6, 14);
    expect(found?.extrapolated).toBe(false);
    // Residuals −0.2, −0.4, 1.4, −0.8: Σ² = 2.8, s² = 1.4; error² = 1.4·(1/4 + (1/4)/5) = 0.42; t of 2 degrees.
    const half = 4.302652729911275 * Math.sqrt(0.42);
    expect(found?.interval[0]).toBeCloseTo(2.4 - half, 9);
    expect(found?.interval[1]).toBeCloseTo(2.4 + half, 9);
  });
  test("what x explains entirely leaves nothing; what it does not touch stays", () => {
    const x = [0.1, 0.2, 0.3, 0.5, 0.7];
    expect(
      ancova(
        x.map((v) => 3 * v),
        x,
      )?.adjusted,
    ).toBeCloseTo(0, 12);
    expect(
      ancova(
        x.map((v) => 2 + 3 * v),
        x,
      )?.adjusted,
    ).toBeCloseTo(2, 12);
    expect(ancova(x, x)?.extrapolated).toBe(true); // no pair of equal x
  });
  test("no line through three points to speak of, nor through one place", () => {
    expect(ancova([1, 2, 3], [1, 2, 4])).toBeNull();
    expect(ancova([1, 2, 3, 4], [1, 1, 1, 1])).toBeNull();
  });
  test("the interval holds τ in 95 of 100 studies", () => {
    const draw = random("ancova");
    let held = 0;
    for (let run = 0; run < 2000; run++) {
      const x = Array.from({ length: 8 }, () => 1 + draw.normal());
      const y = x.map((v) => 0.7 + 2 * v + draw.normal());
      const [low, high] = ancova(y, x)?.interval ?? [0, 0];
      if (low <= 0.7 && 0.7 <= high) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.935);
    expect(held / 2000).toBeLessThan(0.965);
  });
});
