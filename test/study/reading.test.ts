/** What an interval says, and when it says nothing. */
import { describe, expect, test } from "vitest";
import type { Contrast } from "../../src/study/conclusions.js";
import { readingOf, sideOf } from "../../src/study/reading.js";

const contrast = (changed: Partial<Contrast>): Contrast => ({
  measure: "validationAccuracy",
  arm: "batch",
  baseline: "none",
  scale: "difference",
  pairs: [],
  armMean: 0.9,
  baselineMean: 0.5,
  difference: 0.4,
  interval: [0.3, 0.5],
  interval90: null,
  fewSeeds: false,
  hedgesG: 1,
  superiority: 1,
  superiorityInterval: null,
  cliffsDelta: 1,
  pValue: 0.01,
  holmP: null,
  fdrP: null,
  ...changed,
});

describe("the side of an interval", () => {
  test.each([
    [[0.3, 0.5], "higher"],
    [[-0.5, -0.3], "lower"],
    [[-0.1, 0.5], undefined],
    [[0, 0.5], undefined],
    [null, undefined],
  ] as const)("%j", (interval, side) => {
    expect(sideOf(contrast({ interval }))).toBe(side);
  });

  test("a hundred-thousandth of the values is rounding, and more is not", () => {
    const values = { armMean: 200, baselineMean: -100 };
    expect(sideOf(contrast({ ...values, interval: [0.0019, 0.0019] }))).toBeUndefined();
    expect(sideOf(contrast({ ...values, interval: [0.0021, 0.0021] }))).toBe("higher");
    // Logarithms do not grow with the values.
    const ratio = { ...values, scale: "ratio" } as const;
    expect(sideOf(contrast({ ...ratio, interval: [-0.0019, -0.0018] }))).toBe("lower");
  });
});

describe("what it means for the arm", () => {
  test.each([
    ["validationAccuracy", [0.1, 0.2], "better"],
    ["validationAccuracy", [-0.2, -0.1], "worse"],
    ["trainLoss", [0.1, 0.2], "worse"],
    ["trainLoss", [-0.2, -0.1], "better"],
    ["classSelectivity", [0.1, 0.2], "higher"],
    ["classSelectivity", [-0.2, -0.1], "lower"],
    ["trainLoss", [-0.2, 0.1], "unclear"],
  ] as const)("%s %j: %s", (measure, interval, reading) => {
    expect(readingOf(contrast({ measure, interval }))).toBe(reading);
  });
});
