/** How compact maps are. */
import { describe, expect, test } from "vitest";
import { entropy } from "../../src/measures/complexity/complexity.js";
import { measures } from "../../src/measures/index.js";
import { floats, picture, scoreMap } from "./contexts.js";

const { complexity, effectiveComplexity } = measures;
const score = (measure: Parameters<typeof scoreMap>[0], map: number[], options = {}) =>
  scoreMap(measure, { image: picture([1, 1, map.length], map), f: () => 0 }, { map }, options);

describe("complexity", () => {
  test("1 for a constant map, 0 where one pixel holds everything", () => {
    expect(score(complexity, new Array(784).fill(0.3))).toBeCloseTo(1, 12);
    expect(score(complexity, [0, 7, 0, 0])).toBe(0);
  });
  test("by hand: ½, ¼, ¼ have 1.5 ln 2 nats; their share of ln 3", () => {
    expect(entropy(floats(2, 1, 1))).toBeCloseTo(1.5 * Math.log(2), 14);
    expect(score(complexity, [2, 1, 1])).toBeCloseTo((1.5 * Math.log(2)) / Math.log(3), 14);
  });
  test("knows no scale; a map of zeros has no score", () => {
    expect(score(complexity, [2e-9, 1e-9, 1e-9])).toBeCloseTo(
      score(complexity, [2, 1, 1]) ?? 0,
      12,
    );
    expect(score(complexity, [0, 0])).toBeNull();
  });
});

test("effective complexity: the share of pixels above ε", () => {
  expect(score(effectiveComplexity, [1, 1e-5, 2e-5, 0])).toBe(0.5);
  expect(score(effectiveComplexity, [1, 0.2, 0.1, 0], { epsilon: 0.1 })).toBe(0.5);
});
