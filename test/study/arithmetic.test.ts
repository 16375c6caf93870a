/** A study has one arithmetic: it is part of every trial and of every trial's name. */

import { expect, test } from "vitest";
import { planStudy, trialHash } from "../../src/study/plan.js";

test("all trials of a study have its arithmetic; those of another arithmetic have other names", () => {
  const exact = planStudy({});
  const fused = planStudy({ arithmetic: "fused" });
  expect(new Set(exact.trials.map(({ arithmetic }) => arithmetic))).toEqual(new Set(["exact"]));
  expect(new Set(fused.trials.map(({ arithmetic }) => arithmetic))).toEqual(new Set(["fused"]));
  const names = [...exact.trials, ...fused.trials].map((trial) => trialHash(trial, "data"));
  expect(new Set(names).size).toBe(names.length);
});

test("another arithmetic is refused", () => {
  expect(() => planStudy({ arithmetic: "rough" })).toThrow(
    'study configuration: 1 to correct\n  arithmetic: Invalid option: expected one of "exact"|"fused"',
  );
});
