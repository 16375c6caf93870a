/** What can be done, and how sure: facts from the contrasts of a study. */
import { describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { exampleStudy } from "./fixture.js";

const three = reportData(
  exampleStudy({ config: { arms: ["none", "batch", "group", "untrained"], epochs: 2 } }),
);

describe("remedies", () => {
  test("are all other arms in place of the one with Batch Norm; controls are none", () => {
    expect(three.remedies.map(({ arm, instead }) => [arm, instead])).toEqual([
      ["none", "batch"],
      ["group", "batch"],
    ]);
  });

  test("the baseline's is the same difference from the other side", () => {
    const [none] = three.remedies;
    const clear = three.contrasts.filter(
      ({ arm, reading }) => arm === "batch" && reading !== "unclear",
    );
    expect(none.contrasts.map(({ measure }) => measure)).toEqual(clear.map((c) => c.measure));
    expect(none.compared).toBe(clear.length);
    for (const [i, turned] of none.contrasts.entries()) {
      const { difference, interval, armMean, baselineMean, reading, pairs } = clear[i];
      expect([turned.armMean, turned.baselineMean]).toEqual([baselineMean, armMean]);
      expect(turned.difference).toBe(0 - (difference ?? 0));
      expect(turned.interval).toEqual([0 - (interval?.[1] ?? 0), 0 - (interval?.[0] ?? 0)]);
      expect(turned.pairs[3]).toMatchObject({ arm: pairs[3].baseline, baseline: pairs[3].arm });
      const other = { better: "worse", worse: "better", higher: "lower", lower: "higher" };
      expect(turned.reading).toBe(reading === "unclear" ? reading : other[reading]);
    }
  });

  test("an arm like Batch Norm differs from it on little", () => {
    const [none, group] = three.remedies;
    expect(group.compared).toBe(none.compared);
    expect(group.contrasts.length).toBeLessThan(none.contrasts.length / 2);
  });

  test("there are none where Batch Norm is the baseline or absent", () => {
    const of = (arms: string[]) =>
      reportData(exampleStudy({ config: { arms, seeds: 6, epochs: 1 } })).remedies;
    expect(of(["batch", "none"])).toEqual([]);
    expect(of(["none", "group"])).toEqual([]);
  });
});

describe("how sure", () => {
  test("ten pairs: the smallest p is 2/2¹⁰, times the family after correction", () => {
    const { seeds, smallestP, smallestCorrectedP, family, explored, detectable } = three.sure;
    expect([seeds, smallestP]).toEqual([10, 0.00195313]);
    expect(smallestCorrectedP).toBeCloseTo(Math.min(1, family * smallestP), 5);
    expect(explored + new Set(decidingOf(three)).size).toBeGreaterThanOrEqual(
      three.contrasts.length,
    );
    expect(detectable).toBeGreaterThan(0.5);
    expect(detectable).toBeLessThan(1.5);
  });

  test("claims that the design cannot judge are named with what is missing", () => {
    expect(three.unjudged.length).toBeGreaterThan(0);
    for (const { claim, missing, title } of three.unjudged) {
      expect(three.claims.map((judged) => judged.claim)).not.toContain(claim);
      expect(missing.length).toBeGreaterThan(0);
      expect(title.zh).not.toBe(title.en);
    }
    const alone = three.unjudged.find(({ claim }) => claim === "normAloneLearns");
    expect(alone?.missing).toContainEqual({
      code: "arm",
      title: {
        en: "batch normalisation, γ and β alone learn",
        zh: "批归一化，只学习 γ 和 β",
      },
    });
  });
});

/** The contrasts that decide some claim. */
const decidingOf = ({ claims }: typeof three): string[] =>
  claims.flatMap(({ evidence }) =>
    evidence
      .filter(({ primary }) => primary)
      .map(({ measure, contrast }) => `${measure} ${contrast?.arm} ${contrast?.baseline}`),
  );
