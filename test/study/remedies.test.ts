/** What remedies gain and cost, on numbers made by hand. */
import { describe, expect, test } from "vitest";
import { armEntry } from "../../src/study/arms.js";
import { clearest, remedies, remedyFacts } from "../../src/study/remedies.js";
import { study } from "./fixtures.js";

/** Group norm: 5 points less accurate, maps 0.2 sparser, twice the noise, nothing else. Folding: rounding alone. */
const measured = (arm: string, seed: number) => {
  const noise = 0.001 * ((seed * 7) % 5);
  const group = arm === "group" ? 1 : 0;
  return {
    validationAccuracy: 0.9 - 0.05 * group + noise * (1 + group),
    gradientNoiseScale: 100 * (1 + group) * (1 + noise),
    classSelectivity: 0.3 + 0.4 * group, // neither direction is better
    "sparseness/saliency": 0.4 + 0.2 * group + noise + 0.0001 * group * seed,
    accuracyGap: 0.1 + (arm === "batchFolded" ? 1e-9 * (seed + 1) : 0),
    trainLoss: group ? 0.5 + 0.1 * (seed % 2 === 0 ? 1 : -1) : 0.5,
  };
};
const facts = remedyFacts(
  study(measured, { config: { arms: ["none", "batch", "group", "batchFolded"], seeds: 8 } }),
);
const of = (name: string) => facts.find(({ remedy }) => remedy === name);
const names = (list: readonly { measure: string }[] = []) => list.map(({ measure }) => measure);

describe("remedies", () => {
  test("are told of where the study has both arms", () => {
    expect(facts.map(({ remedy }) => remedy)).toEqual(["fold", "group", "without"]);
  });
  test("gain what their interval makes better, and cost what it makes worse", () => {
    expect(names(of("group")?.gains)).toEqual(["sparseness/saliency"]);
    expect(names(of("group")?.prices)).toEqual(["validationAccuracy", "gradientNoiseScale"]);
    expect(names(of("group")?.unclear)).toEqual(["trainLoss", "accuracyGap"]);
    expect(of("group")?.accuracy?.difference).toBeCloseTo(-0.05 + 0.0018, 3);
    expect(of("group")?.stepTime).toBeNull();
    // The noise doubles in every pair alike, which no pair of accuracies does.
    expect(names(clearest(of("group")?.prices ?? []))[0]).toBe("gradientNoiseScale");
  });
  test("differences of rounding are none", () => {
    expect(names(of("fold")?.gains)).toEqual([]);
    expect(names(of("fold")?.prices)).toEqual([]);
  });
  test("lead from an arm of the table to another", () => {
    for (const { from, to } of Object.values(remedies)) {
      expect(armEntry(from)).toBeDefined();
      expect(armEntry(to)).toBeDefined();
      expect(from).not.toBe(to);
    }
  });
});
