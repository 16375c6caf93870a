/** What can be done, and how sure: facts from the contrasts of a study. */
import { describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { exampleStudy } from "./fixture.js";

const three = reportData(
  exampleStudy({ config: { arms: ["none", "batch", "group", "untrained"], epochs: 2 } }),
);

describe("remedies", () => {
  test("are those of the table that the study has both arms of", () => {
    expect(three.remedies.map(({ remedy, instead, arm }) => [remedy, instead, arm])).toEqual([
      ["group", "batch", "group"],
      ["without", "batch", "none"],
    ]);
    const of = (arms: string[]) =>
      reportData(exampleStudy({ config: { arms, seeds: 6, epochs: 1 } })).remedies;
    expect(of(["batch", "none"]).map(({ remedy }) => remedy)).toEqual(["without"]);
    expect(of(["none", "group"])).toEqual([]);
  });

  test("what Batch Norm made better is the price of leaving it out, and the other way round", () => {
    const without = three.remedies[1];
    const of = (reading: string) =>
      three.contrasts
        .filter((contrast) => contrast.arm === "batch" && contrast.reading === reading)
        .map(({ measure }) => measure)
        .sort();
    expect(of("better").length).toBeGreaterThan(2);
    expect(without.prices.map(({ measure }) => measure).sort()).toEqual(of("better"));
    expect(without.gains.map(({ measure }) => measure).sort()).toEqual(of("worse"));
    const sizes = without.prices.map(({ standardised }) => Math.abs(standardised?.value ?? 0));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test("an arm like Batch Norm differs from it on little; its accuracy is told all the same", () => {
    const [group, without] = three.remedies;
    const size = ({ gains, prices }: typeof group) => gains.length + prices.length;
    expect(group.compared).toBe(without.compared);
    expect(size(group)).toBeLessThan(size(without) / 2);
    expect(group.accuracy).toMatchObject({ measure: "validationAccuracy", reading: "unclear" });
    expect(group.stepTime).toBeNull();
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
