/** One question in every way that could be defended, and what is left at equal accuracy. */
import { describe, expect, test } from "vitest";
import { concludeStudy } from "../../src/study/conclude.js";
import type { Study } from "../../src/study/types.js";
import { study } from "./fixtures.js";

const seeds = 8;
/** Above none by `by` in each seed, by an eighth more in odd ones. */
const values = (by: Readonly<Record<string, number>>) => (arm: string, seed: number) =>
  Object.fromEntries(
    Object.entries(by).map(([key, step]) => [
      key,
      0.25 + (arm === "none" ? 0 : step * (seed % 2 ? 1.125 : 1)),
    ]),
  );
const make = (by: Readonly<Record<string, number>>, rates: ("shared" | "tuned")[] = ["shared"]) =>
  study(values(by), { config: { arms: ["none", "batch"], seeds, rates } });

const keys = {
  "deletion/integratedGradients": 0.5,
  "deletion/integratedGradients?rowsPerStep=2": -0.25,
  "deletion/saliency": 0.25,
};

describe("a specification curve", () => {
  const curveOf = (done: Study, measure: string) =>
    concludeStudy(done).specifications.find((curve) => curve.measure === measure);

  test("over explainers and settings, sorted, with its shares", () => {
    const curve = curveOf(make(keys), "deletion");
    expect(curve?.specifications.map(({ measure }) => measure)).toEqual([
      "deletion/integratedGradients?rowsPerStep=2",
      "deletion/saliency",
      "deletion/integratedGradients",
    ]);
    expect(curve?.specifications.map(({ difference }) => difference)).toEqual([
      -0.265625, 0.265625, 0.53125,
    ]);
    expect(curve).toMatchObject({ arm: "batch", baseline: "none", expected: "higher" });
    expect(curve?.median).toBe(0.265625);
    expect(curve?.shareExpected).toBeCloseTo(2 / 3, 15);
    expect(curve?.shareSignificant).toBeCloseTo(2 / 3, 15);
    expect(curve?.shareAgainst).toBeCloseTo(1 / 3, 15);
    expect(curve?.jointP).toBe(2 / 256); // all eight seeds agree in the median
  });
  test("what is against it without being significant counts on neither side", () => {
    const done = study(
      (arm, seed) => ({
        "deletion/saliency": 0.5 + (arm === "none" ? 0 : seed % 2 ? 0.25 : -0.3125),
        "deletion/integratedGradients": 0.5 + (arm === "none" ? 0 : 0.25 + seed / 64),
      }),
      { config: { arms: ["none", "batch"], seeds } },
    );
    const curve = curveOf(done, "deletion");
    expect(curve?.specifications[0].difference).toBe(-0.03125);
    expect(curve).toMatchObject({ shareExpected: 0.5, shareSignificant: 0.5, shareAgainst: 0 });
  });
  test("and over the rules by which arms were compared", () => {
    const both = make(keys, ["shared", "tuned"]);
    const tuned = make({ "deletion/integratedGradients": 0.125 });
    const done: Study = {
      ...both,
      others: [{ rates: "tuned", checkpoint: "epochs", trials: tuned.trials }],
    };
    const found = curveOf(done, "deletion")?.specifications.map(({ measure, condition }) => [
      measure,
      condition.rates,
    ]);
    expect(found).toEqual([
      ["deletion/integratedGradients?rowsPerStep=2", "shared"],
      ["deletion/integratedGradients", "tuned"],
      ["deletion/saliency", "shared"],
      ["deletion/integratedGradients", "shared"],
    ]);
  });
  test("there is none where there is one way alone", () => {
    expect(concludeStudy(make({ ligs: 0.1 })).specifications).toEqual([]);
  });
});

describe("at equal accuracy", () => {
  const evidence = (done: Study, measure: string) =>
    concludeStudy(done)
      .claims.flatMap((claim) => claim.evidence)
      .find((item) => item.measure === measure);
  test("a difference that accuracy explains leaves nothing, another stays", () => {
    const done = study(
      (arm, seed) => {
        const better = arm === "none" ? 0 : 0.01 * (seed + 1);
        return {
          validationAccuracy: 0.5 + better,
          ligs: 0.5 - 2 * better,
          classSelectivity: (arm === "none" ? 0.5 : 0.25) - better,
        };
      },
      { config: { arms: ["none", "batch"], seeds } },
    );
    expect(evidence(done, "ligs")?.atEqualAccuracy?.adjusted).toBeCloseTo(0, 12);
    expect(evidence(done, "ligs")?.atEqualAccuracy?.slope).toBeCloseTo(-2, 12);
    expect(evidence(done, "classSelectivity")?.atEqualAccuracy?.adjusted).toBeCloseTo(-0.25, 12);
    expect(evidence(done, "classSelectivity")?.atEqualAccuracy?.extrapolated).toBe(true);
    expect(evidence(done, "validationAccuracy")?.atEqualAccuracy).toBeNull();
  });
  test("without accuracies there is nothing to hold equal", () => {
    expect(evidence(make({ ligs: 0.1 }), "ligs")?.atEqualAccuracy).toBeNull();
  });
});
