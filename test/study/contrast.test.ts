/** Contrasts and conclusions of studies with numbers made by hand. */
import { describe, expect, test } from "vitest";
import { foundingClaims, resolveClaims } from "../../src/study/claims/index.js";
import { concludeStudy } from "../../src/study/conclude.js";
import type { Contrast } from "../../src/study/conclusions.js";
import { contrast as contrastOf } from "../../src/study/contrast.js";
import { decidingTests, largestFamily } from "../../src/study/corrections.js";
import { inferMean } from "../../src/study/statistics/index.js";
import type { Study, TrialTimings } from "../../src/study/types.js";
import { study } from "./fixtures.js";

const arms = ["none", "batch"];
const contrast = (done: Study, measure: string, arm: string, baseline: string): Contrast =>
  contrastOf(done, { measure, arm, baseline });

describe("paired by seed", () => {
  test("differences, means and effect sizes by hand", () => {
    const done = study(
      (arm, seed) => ({ validationAccuracy: (arm === "batch" ? 0.5 : 0) + seed / 8 }),
      {
        config: { arms, seeds: [0, 1, 4] },
      },
    );
    const found = contrast(done, "validationAccuracy", "batch", "none");
    expect(found.pairs).toEqual([
      { seed: 0, arm: 0.5, baseline: 0, difference: 0.5 },
      { seed: 1, arm: 0.625, baseline: 0.125, difference: 0.5 },
      { seed: 4, arm: 1, baseline: 0.5, difference: 0.5 },
    ]);
    expect(found).toMatchObject({
      difference: 0.5,
      interval: null,
      hedgesG: null,
      superiority: 1,
      pValue: 2 / 8,
      holmP: null,
      fewSeeds: true,
      scale: "difference",
    });
    expect(found.baselineMean).toBeCloseTo(0.625 / 3, 15);
    // (0.5, 0.625, 1) against (0, 0.125, 0.5): eight above, one tie.
    expect(found.cliffsDelta).toBeCloseTo(8 / 9, 15);
  });
  test("a seed without value in one arm is left out; values at or below 0 have no ratio", () => {
    const done = study(
      (arm, seed) => ({
        ligs: arm === "batch" && seed === 1 ? null : 1 + seed,
        lossVariance: arm === "none" && seed === 2 ? 0 : arm === "batch" ? 8 : 2,
      }),
      { config: { arms, seeds: 4 } },
    );
    expect(contrast(done, "ligs", "batch", "none").pairs.map(({ seed }) => seed)).toEqual([
      0, 2, 3,
    ]);
    const ratio = contrast(done, "lossVariance", "batch", "none");
    expect(ratio.pairs.map(({ seed }) => seed)).toEqual([0, 1, 3]);
    expect(ratio.difference).toBeCloseTo(2, 14); // log₂ 8/2
    expect(ratio.armMean).toBe(8);
  });
  test("a trial that is missing takes its pair with it", () => {
    const done = study(() => ({ trainLoss: 1 }), { config: { arms, seeds: 3 } });
    const { pairs } = contrast(
      { ...done, trials: done.trials.slice(1) },
      "trainLoss",
      "batch",
      "none",
    );
    expect(pairs.map(({ seed }) => seed)).toEqual([1, 2]);
  });
  test("another measure of the same models, and a number, in the baseline's place", () => {
    const done = study((_, seed) => ({ trainLoss: seed, validationLoss: 3, lossVariance: 8 }), {
      config: { arms, seeds: 3 },
    });
    const models = { measure: "validationLoss", arm: "batch", baseline: "batch" };
    const between = contrastOf(done, { ...models, against: "trainLoss" });
    expect(between.pairs.map(({ difference }) => difference)).toEqual([3, 2, 1]);
    expect(between).toMatchObject({ against: "trainLoss", armMean: 3, baselineMean: 1 });
    const theory = { measure: "lossVariance", arm: "batch", baseline: "", value: 2 };
    const found = contrastOf(done, theory);
    expect(found).toMatchObject({ value: 2, baselineMean: 2, armMean: 8 });
    expect(found.difference).toBeCloseTo(2, 14); // log₂ 8/2
  });
  test("nothing measured: no number at all", () => {
    const done = study(() => ({}), { config: { arms, seeds: 3 } });
    expect(contrast(done, "trainLoss", "batch", "none")).toMatchObject({
      pairs: [],
      difference: null,
      interval: null,
      pValue: null,
      superiority: null,
      cliffsDelta: null,
    });
  });
  test("five pairs are few, six are not", () => {
    const of = (seeds: number): boolean =>
      contrast(
        study((_, seed) => ({ trainLoss: seed }), { config: { arms, seeds } }),
        "trainLoss",
        "batch",
        "none",
      ).fewSeeds;
    expect([of(5), of(6)]).toEqual([true, false]);
  });
});

describe("measures of images", () => {
  const images = (arm: string): number[] => (arm === "batch" ? [1, 2, 4, 8] : [10, 20, 40, 80]);
  const done = (correct: (arm: string) => boolean[], none: (number | null)[] = images("none")) =>
    study((arm) => ({ ligs: { value: 99, images: arm === "none" ? none : images(arm) } }), {
      config: { arms, seeds: 2 },
      correct: (arm) => correct(arm),
    });
  const all = [true, true, true, true];

  test("count where both models are right, whatever each one's own mean is", () => {
    const one = done((arm) =>
      arm === "batch" ? [true, true, false, true] : [true, false, true, true],
    );
    const [pair] = contrast(one, "ligs", "batch", "none").pairs;
    // Images 0 and 3.
    expect(pair).toEqual({ seed: 0, arm: 4.5, baseline: 45, difference: -40.5, images: 2 });
  });
  test("count where both maps have a score", () => {
    const [pair] = contrast(
      done(() => all, [null, 20, null, 80]),
      "ligs",
      "batch",
      "none",
    ).pairs;
    expect(pair).toEqual({ seed: 0, arm: 5, baseline: 50, difference: -45, images: 2 });
  });
  test("no common image: no pair", () => {
    const none = done((arm) =>
      arm === "batch" ? [true, false, true, false] : [false, true, false, true],
    );
    expect(contrast(none, "ligs", "batch", "none").pairs).toEqual([]);
  });
  test("the interval is that of the images' differences within seeds", () => {
    const scores = (arm: string, seed: number): number[] =>
      images(arm).map((x, i) => (arm === "batch" ? x : x + ((seed * (i + 1)) % 5)));
    const seeds = Array.from({ length: 8 }, (_, seed) => seed);
    const varied = study((arm, seed) => ({ ligs: { value: 99, images: scores(arm, seed) } }), {
      config: { arms, seeds },
      correct: () => all,
    });
    const differences = seeds.map((seed) =>
      scores("batch", seed).map((x, i) => x - scores("none", seed)[i]),
    );
    const expected = inferMean(differences, { name: "ligs/batch/none" })?.interval(0.95);
    expect(contrast(varied, "ligs", "batch", "none").interval).toEqual(expected);
  });
  test("trials that explain different images are not compared", () => {
    const one = done(() => all);
    const [first, ...rest] = one.trials;
    const moved = { ...first, explained: { ...first.explained, indices: [0, 1, 2, 5] } };
    expect(() => contrast({ ...one, trials: [moved, ...rest] }, "ligs", "batch", "none")).toThrow(
      "contrast: trials batch and none of seed 0 explain different images, expected the same list; run the study again",
    );
  });
});

describe("conclusions", () => {
  const isFounding = (claim: string): boolean => Object.hasOwn(foundingClaims, claim);
  /** Batch beats none by 0.1 ± 0.01 in accuracy, and in nothing else. */
  const clear = study(
    (arm, seed) => ({
      validationAccuracy:
        (arm === "none" ? 0.8 : 0.9) + 0.01 * ((seed * 7) % 3) * (arm === "none" ? 1 : 0.9),
      accuracyGap: 0.05 + (arm === "none" ? 1 : -1) * (seed % 2 ? 0.01 : -0.01),
      lossVariance: 1 + (seed % 3),
    }),
    { config: { arms: ["none", "batch", "group"], seeds: 10 } },
  );
  const verdicts = (...args: Parameters<typeof concludeStudy>) =>
    Object.fromEntries(
      concludeStudy(...args)
        .claims.filter(({ claim }) => isFounding(claim))
        .map(({ claim, verdict }) => [claim, verdict]),
    );

  test("every arm is compared with the baseline; claims are about Batch Norm", () => {
    const { contrasts, claims } = concludeStudy(clear);
    expect(contrasts.map(({ arm, measure, baseline }) => `${measure} ${arm} ${baseline}`)).toEqual([
      "validationAccuracy batch none",
      "accuracyGap batch none",
      "lossVariance batch none",
      "validationAccuracy group none",
      "accuracyGap group none",
      "lossVariance group none",
    ]);
    expect(new Set(claims.map(({ arm }) => arm))).toEqual(new Set(["batch", "none"]));
    expect(claims.filter(({ claim }) => isFounding(claim)).length).toBe(6);
  });
  test("Holm over the primary contrasts of the judged arm alone", () => {
    const { contrasts } = concludeStudy(clear);
    const p = (arm: string, measure: string) =>
      contrasts.find((item) => item.arm === arm && item.measure === measure);
    // Accuracy has the smallest p there is, times three primaries.
    expect(p("batch", "validationAccuracy")?.pValue).toBe(2 / 1024);
    expect(p("batch", "validationAccuracy")?.holmP).toBe(6 / 1024);
    expect(p("batch", "accuracyGap")?.holmP).toBe(1);
    expect(p("group", "validationAccuracy")?.holmP).toBeNull();
  });
  test("verdicts", () => {
    expect(verdicts(clear)).toEqual({
      lessNoise: "inconclusive",
      fasterTraining: "inconclusive",
      betterPerformance: "supported",
      worseGeneralisation: "inconclusive",
      harderToInterpret: "inconclusive",
      slowerSteps: "inconclusive",
    });
  });
  test("without a network without a norm only what speaks of Batch Norm alone is judged", () => {
    const against = study(() => ({ trainLoss: 1 }), {
      config: { arms: ["group", "batch"], seeds: 6 },
    });
    expect(concludeStudy(against).claims.map(({ claim }) => claim)).toEqual(["gradientsGrow"]);
    const { unjudged } = concludeStudy(against);
    expect(unjudged.find(({ claim }) => claim === "lessRobust")?.missing).toEqual([
      { code: "arm", arm: { norm: "none" } },
    ]);
    expect(concludeStudy(against).contrasts.length).toBe(1);
  });
  /** What n pairs give that all lie on one side, well apart. */
  const sure = (n: number): number => 2 / 2 ** n;
  /** Batch above none by `by` in every seed, a little more in some. */
  const raised = (by: Readonly<Record<string, number>>, seeds = 10, arms = ["none", "batch"]) =>
    study(
      (arm, seed) =>
        Object.fromEntries(
          Object.entries(by).map(([key, step]) => {
            const base = 0.5 + 0.01 * ((seed * 3) % 7);
            return [key, arm === "none" ? base : base + step * (1 + 0.01 * (seed % 5))];
          }),
        ),
      { config: { arms, seeds } },
    );
  const evidenceOf = (done: Study, claim: string, measure: string) =>
    concludeStudy(done)
      .claims.find((item) => item.claim === claim)
      ?.evidence.find((item) => item.measure === measure);

  test("the founding claims and the published ones are corrected apart; a test of both is founding", () => {
    const done = raised({
      ligs: -0.1,
      validationAccuracy: 0.1,
      noiseAccuracy: -0.2,
      ablationZero: 0.1,
    });
    const { family } = concludeStudy(done);
    // ligs and accuracy among the founding ones, noise and ablation among the published.
    expect(evidenceOf(done, "unsteadyGradients", "ligs")?.contrast?.holmP).toBeCloseTo(
      2 * sure(10),
      12,
    );
    expect(evidenceOf(done, "lessRobust", "noiseAccuracy")?.contrast?.holmP).toBeCloseTo(
      2 * sure(10),
      12,
    );
    expect(family).toBe(2);
    expect(evidenceOf(done, "unsteadyGradients", "ligs")?.verdict).toBe("supported");
  });
  test("a plan counts each test once, as the conclusions will", () => {
    const measures = ["ligs", "classSelectivity", "classInformation", "ablationZero"];
    const done = study((_, seed) => Object.fromEntries(measures.map((key) => [key, 0.1 * seed])), {
      config: { arms: ["none", "batch"], measures, seeds: 10 },
    });
    // Two of them decide founding claims and published ones, the other two published ones alone.
    expect(largestFamily(decidingTests(resolveClaims(done.config).judged))).toBe(2);
    expect(concludeStudy(done).family).toBe(2);
  });
  test("what decides nothing is corrected for all of its kind, and by nothing else", () => {
    const done = raised({
      validationAccuracy: 0.1,
      trainLoss: 0.1,
      validationLoss: 0.1,
      lossGap: -0.1,
    });
    const { contrasts } = concludeStudy(done);
    const of = (measure: string) => contrasts.find((item) => item.measure === measure);
    expect(of("validationAccuracy")).toMatchObject({ holmP: sure(10), fdrP: null });
    for (const measure of ["trainLoss", "validationLoss", "lossGap"]) {
      expect(of(measure)?.holmP).toBeNull();
      expect(of(measure)?.fdrP).toBeCloseTo(sure(10), 12); // all three the same: 3/3
    }
  });
  test("refuting takes as much as supporting: eight seeds and eleven measures decide nothing", () => {
    const worse = { validationAccuracy: -0.1 };
    expect(evidenceOf(raised(worse), "betterPerformance", "validationAccuracy")?.verdict).toBe(
      "refuted",
    );
    const all = {
      ...worse,
      ...Object.fromEntries(
        [
          "gradientNoiseScale",
          "relativeLossVariance",
          "stepsToTarget",
          "lossVariance",
          "accuracyGap",
          "ligs",
        ].map((measure) => [measure, 0.1]),
      ),
    };
    const seven = evidenceOf(raised(all, 7), "betterPerformance", "validationAccuracy");
    expect(seven).toMatchObject({ verdict: "inconclusive", undecided: "notSignificant" });
    expect(seven?.contrast?.pValue).toBeLessThan(0.05);
  });
  test("a difference within its margin is negligible, one that should be equal is supported by it", () => {
    const small = raised({ validationAccuracy: 0.001 });
    const found = evidenceOf(small, "betterPerformance", "validationAccuracy");
    expect(found).toMatchObject({
      verdict: "negligible",
      margin: 0.005,
      equivalenceP: sure(10) / 2,
    });
    const slow = raised({ validationAccuracy: 0.012 }, 10, ["noneSlow", "batchSlow"]);
    const equal = (done: Study) =>
      concludeStudy(done).claims.find(({ claim }) => claim === "sameAtSmallRates");
    // In the fixture "none" alone is the baseline, so both arms here lie above it by the same.
    expect(equal(slow)).toMatchObject({ verdict: "supported", arm: "batchSlow" });
    const apart = study(
      (arm, seed) => ({ validationAccuracy: (arm === "noneSlow" ? 0.5 : 0.6) + seed / 1000 }),
      {
        config: { arms: ["noneSlow", "batchSlow"], seeds: 10 },
      },
    );
    expect(equal(apart)?.verdict).toBe("refuted");
  });
  test("numbers from theory and other measures stand in the baseline's place", () => {
    const done = study(
      (arm, seed) => ({
        gradientGrowth: (arm === "none" ? 1 : 1.211) + seed / 5000,
        ablationZero: 0.5 + seed / 100,
        ablationMean: 0.4 + seed / 90,
      }),
      { config: { arms, seeds: 10 } },
    );
    expect(evidenceOf(done, "gradientsGrow", "gradientGrowth")).toMatchObject({
      verdict: "supported",
      contrast: { value: 1.2113, baseline: "" },
    });
    expect(evidenceOf(done, "meansHurtMore", "ablationMean")).toMatchObject({
      verdict: "supported",
      contrast: { arm: "none", baseline: "none", against: "ablationZero" },
    });
  });
  test("the baseline is the one that was named", () => {
    const named = study((arm) => ({ trainLoss: arm === "none" ? 1 : 3 }), {
      config: { arms: ["batch", "none"], baseline: "none", seeds: 6 },
    });
    expect(concludeStudy(named).contrasts[0]).toMatchObject({
      arm: "batch",
      baseline: "none",
      difference: 2,
    });
  });
  test("times have a family of their own: no other number depends on the clock", () => {
    const timings = clear.trials.map(
      ({ hash, arm, seed }): TrialTimings => ({
        hash,
        arm,
        seed,
        trainSeconds: 1,
        measureSeconds: 1,
        measures: { stepTime: (arm === "none" ? 100 : 200) + seed },
      }),
    );
    const { contrasts } = concludeStudy(clear, timings);
    const without = concludeStudy(clear).contrasts;
    expect(contrasts.filter(({ measure }) => measure !== "stepTime")).toEqual(without);
    expect(contrasts.find(({ measure }) => measure === "stepTime")).toMatchObject({
      holmP: 2 / 1024,
    });
    expect(verdicts(clear, timings).slowerSteps).toBe("supported");
  });
});
