/** The verdict rule, from one contrast to a claim. */
import { describe, expect, test } from "vitest";
import { isTiming, parseKey } from "../../src/measures/index.js";
import { armNames } from "../../src/study/arms.js";
import {
  batch,
  type Claim,
  claims,
  combine,
  type Evidence,
  foundingClaims,
  measured,
  none,
  primary,
  resolveClaims,
  secondary,
  verdictOf,
} from "../../src/study/claims/index.js";
import type { Contrast, Verdict } from "../../src/study/conclusions.js";
import { planStudy } from "../../src/study/plan.js";
import type { Arm } from "../../src/study/types.js";

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
  interval90: [0.06, 0.14],
  fewSeeds: false,
  hedgesG: 1,
  superiority: 1,
  superiorityInterval: [0.7, 1],
  cliffsDelta: 1,
  pValue: 0.002,
  holmP: 0.02,
  fdrP: null,
  ...given,
});

describe("one measure", () => {
  const above = { interval: [0.01, 0.2], interval90: [0.02, 0.19] } as const;
  const below = { interval: [-0.2, -0.01], interval90: [-0.19, -0.02] } as const;
  const across = { interval: [-0.1, 0.2], interval90: [-0.05, 0.15] } as const;
  const tiny = { interval: [-0.011, 0.004], interval90: [-0.009, 0.003] } as const;
  const higher = primary("validationAccuracy", "higher");
  const lower = primary("validationLoss", "lower");
  const shown = secondary("validationAccuracy", "higher");
  const higherBy = primary("validationAccuracy", "higher", { margin: 0.01 });
  const equal = primary("validationAccuracy", "equal", { margin: 0.01 });
  const shownEqual = secondary("validationAccuracy", "equal", { margin: 0.01 });
  type Row = [string, Evidence, Partial<Contrast> | null, string, number?];
  test.each<Row>([
    ["on the expected side, significant", higher, above, "supported"],
    ["on the expected side below 0", lower, below, "supported"],
    ["on the other side", higher, below, "refuted"],
    ["on the other side above 0", lower, above, "refuted"],
    ["on both sides", higher, across, "holdsNone"],
    ["touching 0", higher, { interval: [0, 0.2] }, "holdsNone"],
    ["touching 0 from below", higher, { interval: [-0.2, 0] }, "holdsNone"],
    ["not significant after correction", higher, { ...above, holmP: 0.05 }, "notSignificant"],
    ["just significant after correction", higher, { ...above, holmP: 0.0499 }, "supported"],
    ["without corrected p", higher, { ...above, holmP: null }, "notSignificant"],
    // Whoever contradicts a claim must be as sure as whoever makes it.
    ["on the other side, not significant", higher, { ...below, holmP: 0.06 }, "notSignificant"],
    ["secondary needs no p", shown, { ...above, holmP: null }, "supported"],
    ["secondary on the other side", shown, { ...below, holmP: null }, "refuted"],
    ["too few seeds", higher, { ...above, fewSeeds: true }, "fewSeeds"],
    ["too few seeds on the other side", higher, { ...below, fewSeeds: true }, "fewSeeds"],
    ["no interval", higher, { interval: null, interval90: null }, "fewSeeds"],
    ["no pair", higher, { pairs: [] }, "notMeasured"],
    ["no such arm", higher, null, "notMeasured"],
    ["within the margin", higherBy, tiny, "negligible", 0.01],
    ["within the margin, not significantly so", higherBy, tiny, "holdsNone", 0.05],
    ["within the margin, p not known", higherBy, tiny, "holdsNone"],
    [
      "within the margin and yet not 0",
      higherBy,
      { ...tiny, interval: [0.001, 0.009] },
      "negligible",
      0.01,
    ],
    ["without a margin nothing is negligible", higher, tiny, "holdsNone", 0.01],
    ["beyond the margin", higherBy, above, "supported", 0.9],
    ["touching the margin", higherBy, { ...tiny, interval90: [-0.01, 0] }, "holdsNone", 0.01],
    ["equal: within the margin", equal, tiny, "supported", 0.01],
    ["equal: not significantly so", equal, tiny, "tooWide", 0.06],
    ["equal: a wide interval about 0", equal, across, "tooWide", 0.5],
    [
      "equal: other than 0, but perhaps within the margin",
      equal,
      { ...above, interval: [0.005, 0.2] },
      "tooWide",
      0.5,
    ],
    ["equal: above the margin", equal, { ...above, interval: [0.011, 0.2] }, "refuted", 0.9],
    ["equal: below it", equal, { ...below, interval: [-0.2, -0.011] }, "refuted", 0.9],
    [
      "equal: above it, not significant",
      equal,
      { interval: [0.011, 0.2], holmP: 0.06 },
      "notSignificant",
      0.9,
    ],
    ["equal, only shown", shownEqual, tiny, "supported"],
  ])("%s", (_, evidence, given, expected, equivalenceP) => {
    const found = verdictOf(evidence, given && contrast(given), equivalenceP);
    expect(found.undecided ?? found.verdict).toBe(expected);
    expect(found.undecided === null).toBe(found.verdict !== "inconclusive");
  });
});

describe("several measures", () => {
  const [s, r, i, n] = ["supported", "refuted", "inconclusive", "negligible"] as const;
  test.each<[Claim["rule"], readonly Verdict[], Verdict]>([
    ["every", [s], s],
    ["every", [s, s], s],
    ["every", [s, i], i],
    ["every", [s, r], r],
    ["every", [i, r], r],
    ["every", [i, i], i],
    ["every", [], i],
    ["every", [n, n], n],
    ["every", [n, s], i],
    ["every", [n, r], r],
    ["some", [s, i, i], s],
    ["some", [s, s], s],
    ["some", [r, i], r],
    ["some", [s, r, i], i],
    ["some", [i, i], i],
    ["some", [], i],
    ["some", [n, n], n],
    ["some", [n, s], s],
    ["some", [n, i], i],
  ])("%s of %j is %s", (rule, verdicts, expected) => {
    expect(combine(rule, verdicts)).toBe(expected);
  });
});

describe("the table of claims", () => {
  const all = Object.entries<Claim>(claims);
  test.each(all)("%s decides by something, and its rows make sense", (_, claim) => {
    expect(claim.evidence.some((item) => item.primary)).toBe(true);
    expect(claim.source).toMatch(/\d{4}/);
    expect(claim.title).not.toBe(claim.zh.title);
    const rows = claim.evidence.map(({ measure, arm, against }) =>
      JSON.stringify([measure, arm, against]),
    );
    expect(new Set(rows).size).toBe(rows.length);
    for (const { measure, against, expected, margin, arm } of claim.evidence) {
      expect(parseKey(measure)).not.toHaveProperty("problem");
      if ("measure" in against) expect(parseKey(against.measure)).not.toHaveProperty("problem");
      if ("arm" in against) expect(against.arm).not.toEqual(arm);
      if (expected === "equal") expect(margin).toBeGreaterThan(0);
    }
  });
  test("no contrast is expected to go both ways", () => {
    const expected = new Map<string, string>();
    for (const [, { evidence, needs }] of all)
      for (const { measure, arm, against, expected: way } of evidence) {
        if (way === "equal") continue;
        const key = JSON.stringify([measure, arm, against, needs ?? null]);
        expect(expected.get(key) ?? way).toBe(way);
        expected.set(key, way);
      }
  });
  test("every arm that a claim speaks of can be had by a name", () => {
    const { config } = planStudy({ arms: [...armNames] });
    for (const [name, claim] of all) {
      const { unjudged } = resolveClaims(config, 10, { [name]: { ...claim, needs: {} } });
      expect(
        unjudged.flatMap(({ missing }) => missing.filter(({ code }) => code === "arm")),
      ).toEqual([]);
    }
  });
  test("eleven founding measures without the clock: ten seeds can reach significance after Holm", () => {
    const primaries = Object.values<Claim>(foundingClaims).flatMap(({ evidence }) =>
      evidence.filter((item) => item.primary).map(({ measure }) => measure),
    );
    expect(new Set(primaries).size).toBe(primaries.length);
    const counted = primaries.filter((name) => !isTiming(name));
    expect(counted.length).toBe(11);
    expect((2 / 2 ** 9) * counted.length).toBeLessThan(0.05);
    expect((2 / 2 ** 8) * counted.length).toBeGreaterThan(0.05);
  });
});

describe("which claims a design can judge", () => {
  const claim = (evidence: readonly Evidence[], needs: Claim["needs"] = {}): Claim => ({
    ...claims.betterPerformance,
    needs,
    evidence,
  });
  const design = (arms: readonly (string | Arm)[], further: object = {}) =>
    planStudy({ arms: [...arms], ...further }).config;
  const judgedArms = (config: ReturnType<typeof design>, one: Claim) =>
    resolveClaims(config, 10, { one }).judged.map(({ arm, evidence }) => [
      arm,
      ...evidence.map(({ compared }) => compared?.baseline),
    ]);
  const missing = (config: ReturnType<typeof design>, one: Claim) =>
    resolveClaims(config, 10, { one }).unjudged.flatMap((item) => item.missing);
  const simple = claim([primary("validationAccuracy", "higher")]);

  test("the arm that sets what the pattern names and nothing else, against its like", () => {
    expect(judgedArms(design(["none", "batch", "group"]), simple)).toEqual([["batch", "none"]]);
    const two = design([
      "none",
      { name: "fast none", norm: "none", learningRate: 0.01 },
      "batch",
      { name: "fast", norm: "batch", learningRate: 0.01 },
      { name: "before", norm: "batch", placement: "before" },
    ]);
    expect(judgedArms(two, simple)).toEqual([
      ["batch", "none"],
      ["fast", "fast none"],
      ["before", "none"],
    ]);
  });
  test("arms that set more than the pattern are others: controls, remedies, slower ones", () => {
    expect(judgedArms(design(["untrained", "untrainedBatch"]), simple)).toEqual([]);
    expect(judgedArms(design(["none", "batchSlow", "batchFolded", "batchMoving"]), simple)).toEqual(
      [],
    );
    expect(judgedArms(design([...armNames]), simple).map(([arm]) => arm)).toEqual([
      "batch",
      "batchBefore",
      "batchAfter",
    ]);
  });
  test("a baseline at another rate is better than none", () => {
    const config = design(["none", { name: "fast", norm: "batch", learningRate: 0.01 }]);
    expect(judgedArms(config, simple)).toEqual([["fast", "none"]]);
  });
  test("other arms of one claim are looked for by their own patterns", () => {
    const noisy = claim([
      primary("validationAccuracy", "equal", {
        arm: { norm: "noisy" },
        against: { arm: batch },
        margin: 0.02,
      }),
      primary("validationAccuracy", "higher", {
        arm: { norm: "noisy" },
        against: { arm: { norm: "noise" } },
      }),
    ]);
    expect(judgedArms(design(["none", "batch", "noisy", "noise"]), noisy)).toEqual([
      ["noisy", "batch", "noise"],
    ]);
    // All that decides must be there, or of facets of one thing any.
    const without = design(["none", "batch", "noisy"]);
    expect(judgedArms(without, noisy)).toEqual([]);
    expect(missing(without, noisy)).toEqual([{ code: "arm", arm: { norm: "noise" } }]);
    expect(judgedArms(without, { ...noisy, rule: "some" })).toEqual([
      ["noisy", "batch", undefined],
    ]);
    expect(missing(design(["none", "batch", "noise"]), noisy)).toEqual([
      { code: "arm", arm: { norm: "noisy" } },
    ]);
  });
  test("what is missing is named once: arms, measures, networks, depth, batches", () => {
    const one = claim([primary("validationAccuracy", "higher"), primary("ligs", "lower")], {
      networks: ["plain"],
      depth: 8,
      batchSize: 256,
    });
    expect(missing(design(["none"]), one)).toEqual([
      { code: "network", networks: ["plain"] },
      { code: "depth", depth: 8 },
      { code: "batchSize", batchSize: 256 },
      { code: "arm", arm: batch },
    ]);
    const able = { model: { name: "plain", depth: 8 }, batchSize: 256 };
    expect(missing(design(["batch"], able), one)).toEqual([{ code: "arm", arm: none }]);
    expect(missing(design(["none", "batch"], { ...able, measures: ["trainLoss"] }), one)).toEqual([
      { code: "measure", measure: "validationAccuracy" },
      { code: "measure", measure: "ligs" },
    ]);
    expect(missing(design(["none", "batch"], able), one)).toEqual([]);
  });
  test("other references: another measure of the same models, a number, chance", () => {
    const one = claim([
      primary("trainAccuracy", "higher", { against: measured("validationAccuracy") }),
      primary("ligs", "equal", { against: { value: 0.5 }, margin: 0.1 }),
      primary("validationAccuracy", "higher", { against: { aboveChance: 0.1 } }),
    ]);
    const { judged } = resolveClaims(design(["batch"]), 4, { one });
    expect(judged[0].evidence.map(({ compared }) => compared)).toEqual([
      { measure: "trainAccuracy", arm: "batch", baseline: "batch", against: "validationAccuracy" },
      { measure: "ligs", arm: "batch", baseline: "", value: 0.5 },
      { measure: "validationAccuracy", arm: "batch", baseline: "", value: 0.35 },
    ]);
  });
});
