/** The verdict rule, from one contrast to a claim. */
import { describe, expect, test } from "vitest";
import { partsOf } from "../../src/measures/index.js";
import {
  type Claim,
  claims,
  combine,
  judge,
  primary,
  secondary,
  verdictOf,
} from "../../src/study/claims/index.js";
import type { Contrast, Verdict } from "../../src/study/types.js";

const contrast = (given: Partial<Contrast> = {}): Contrast => ({
  measure: "validationAccuracy",
  arm: "batch",
  baseline: "none",
  scale: "difference",
  pairs: Array.from({ length: 10 }, (_, seed) => ({
    seed,
    arm: 0.9,
    baseline: 0.8,
    difference: 0.1,
  })),
  armMean: 0.9,
  baselineMean: 0.8,
  difference: 0.1,
  interval: [0.05, 0.15],
  fewSeeds: false,
  hedgesG: 1,
  superiority: 1,
  superiorityInterval: [0.7, 1],
  cliffsDelta: 1,
  pValue: 0.002,
  holmP: 0.02,
  ...given,
});

describe("one measure", () => {
  const above = { interval: [0.01, 0.2] } as const;
  const below = { interval: [-0.2, -0.01] } as const;
  const across = { interval: [-0.1, 0.2] } as const;
  const higher = primary("validationAccuracy", "higher");
  const lower = primary("validationLoss", "lower");
  const shown = secondary("validationAccuracy", "higher");
  test.each<[string, typeof higher, Partial<Contrast> | undefined, Verdict]>([
    ["on the expected side, significant", higher, above, "supported"],
    ["on the expected side below 0", lower, below, "supported"],
    ["on the other side", higher, below, "refuted"],
    ["on the other side above 0", lower, above, "refuted"],
    ["on both sides", higher, across, "inconclusive"],
    ["touching 0", higher, { interval: [0, 0.2] }, "inconclusive"],
    ["touching 0 from below", higher, { interval: [-0.2, 0] }, "inconclusive"],
    ["not significant after correction", higher, { ...above, holmP: 0.05 }, "inconclusive"],
    ["just significant after correction", higher, { ...above, holmP: 0.0499 }, "supported"],
    ["without corrected p", higher, { ...above, holmP: null }, "inconclusive"],
    // The correction guards against claims that are upheld by luck; it does not shield them from contradiction.
    ["on the other side, not significant", higher, { ...below, holmP: 0.9 }, "refuted"],
    ["secondary needs no p", shown, { ...above, holmP: null }, "supported"],
    ["secondary on the other side", shown, { ...below, holmP: null }, "refuted"],
    ["too few seeds", higher, { ...above, fewSeeds: true }, "inconclusive"],
    ["too few seeds on the other side", higher, { ...below, fewSeeds: true }, "inconclusive"],
    ["no interval", higher, { interval: null }, "inconclusive"],
    ["not measured", higher, undefined, "inconclusive"],
  ])("%s", (_, evidence, given, verdict) => {
    expect(verdictOf(evidence, given && contrast(given))).toBe(verdict);
  });
});

describe("several measures", () => {
  const [s, r, i] = ["supported", "refuted", "inconclusive"] as const;
  test.each<[Claim["rule"], readonly Verdict[], Verdict]>([
    ["every", [s], s],
    ["every", [s, s], s],
    ["every", [s, i], i],
    ["every", [s, r], r],
    ["every", [i, r], r],
    ["every", [i, i], i],
    ["every", [], i],
    ["some", [s, i, i], s],
    ["some", [s, s], s],
    ["some", [r, i], r],
    ["some", [s, r, i], i],
    ["some", [i, i], i],
    ["some", [], i],
  ])("%s of %j is %s", (rule, verdicts, expected) => {
    expect(combine(rule, verdicts)).toBe(expected);
  });
});

describe("the table of claims", () => {
  const all = Object.entries(claims as Record<string, Claim>);
  test.each(all)(
    "%s decides by at least one measure, names a source and no measure twice",
    (_, claim) => {
      expect(claim.evidence.filter((item) => item.primary).length).toBeGreaterThan(0);
      const names = claim.evidence.map(({ measure }) => measure);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(partsOf(name)).toBeDefined();
      expect(claim.source).toMatch(/\d{4}$/);
    },
  );
  test("eleven primary measures without the clock: ten seeds can reach significance after Holm", () => {
    const primaries = all.flatMap(([, { evidence }]) =>
      evidence.filter((item) => item.primary).map(({ measure }) => measure),
    );
    expect(new Set(primaries).size).toBe(primaries.length);
    const counted = primaries.filter((name) => name !== "stepTime");
    expect(counted.length).toBe(11);
    expect((2 / 2 ** 9) * counted.length).toBeLessThan(0.05);
    expect((2 / 2 ** 8) * counted.length).toBeGreaterThan(0.05);
  });
});

describe("a claim of a study", () => {
  const claim = claims.betterPerformance;
  const judged = (given: Partial<Contrast>) =>
    judge("betterPerformance", claim, "batch", [contrast(given)]);

  test("is judged measure by measure, by the contrasts that are there", () => {
    const { verdict, evidence, title, zh, source } = judged({});
    expect(verdict).toBe("supported");
    expect(evidence.map((item) => item.verdict)).toEqual(["supported", "inconclusive"]);
    expect([title, zh, source]).toEqual([claim.title, claim.zh, claim.source]);
  });
  test("several deciding measures make one verdict", () => {
    const { verdict } = judge("lessNoise", claims.lessNoise, "batch", [
      contrast({ measure: "gradientNoiseScale", interval: [-2, -1] }),
      contrast({ measure: "relativeLossVariance", interval: [1, 2] }),
    ]);
    expect(verdict).toBe("refuted");
  });
  test("a contrast of another arm is no evidence", () => {
    const { verdict } = judge("betterPerformance", claim, "group", [contrast()]);
    expect(verdict).toBe("inconclusive");
  });
});
