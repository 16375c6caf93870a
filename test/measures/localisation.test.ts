/** Where maps fall: by hand, by expectation, and against definitions written another way. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measures } from "../../src/measures/index.js";
import { rocArea } from "../../src/measures/localisation/object-auc.js";
import { expectedInside } from "../../src/measures/localisation/top-pixels.js";
import { floats, picture, scoreMap } from "./contexts.js";

const { pointingGame, relevanceRank, attributionLocalisation, topKIntersection, objectAuc } =
  measures;

const score = (
  measure: Parameters<typeof scoreMap>[0],
  map: number[],
  mask?: number[],
  options = {},
) =>
  scoreMap(
    measure,
    { image: picture([1, 1, map.length], map), f: () => 0, ...(mask && { mask }) },
    { map },
    options,
  );

describe("the largest pixels on the object, ties by expectation", () => {
  test("by hand", () => {
    // 9 is inside; of the three 5s, one of which is taken, two are inside.
    expect(expectedInside(floats(5, 9, 5, 1, 5), Uint8Array.of(1, 1, 0, 0, 1), 2)).toBeCloseTo(
      1 + 2 / 3,
      14,
    );
    expect(expectedInside(floats(5, 9, 5, 1, 5), Uint8Array.of(1, 1, 0, 0, 1), 5)).toBe(3);
  });
  test("is the mean over all ways to break ties", () => {
    const maps = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.boolean()), {
      minLength: 2,
      maxLength: 5,
    });
    const orders = (n: number): number[][] =>
      n === 0
        ? [[]]
        : orders(n - 1).flatMap((rest) =>
            Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
          );
    fc.assert(
      fc.property(maps, fc.nat(), (pixels, draw) => {
        const k = 1 + (draw % pixels.length);
        const all = orders(pixels.length).map((order) => {
          const sorted = [...order].sort((p, q) => pixels[q][0] - pixels[p][0]);
          return sorted.slice(0, k).filter((p) => pixels[p][1]).length;
        });
        const expected = all.reduce((s, v) => s + v, 0) / all.length;
        const map = Float64Array.from(pixels, ([a]) => a);
        const mask = Uint8Array.from(pixels, ([, on]) => (on ? 1 : 0));
        expect(expectedInside(map, mask, k)).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe("pointing game", () => {
  test("the peak inside, outside, and shared", () => {
    expect(score(pointingGame, [1, 3, 2], [0, 1, 0])).toBe(1);
    expect(score(pointingGame, [1, 3, 2], [1, 0, 1])).toBe(0);
    expect(score(pointingGame, [3, 3, 2], [1, 0, 0])).toBe(0.5);
  });
  test("a constant map scores the object's share, not 1", () => {
    expect(score(pointingGame, [2, 2, 2, 2], [1, 0, 0, 0])).toBe(0.25);
  });
});

test("relevance rank: of the K = 2 largest, one on the object of 2", () => {
  expect(score(relevanceRank, [9, 1, 8, 2], [1, 1, 0, 0])).toBe(0.5);
  expect(score(relevanceRank, [9, 8, 1, 2], [1, 1, 0, 0])).toBe(1);
  expect(score(relevanceRank, [1, 1, 1, 1], [1, 1, 0, 0])).toBe(0.5);
});

test("top-k: at least 4 pixels, or a share of all", () => {
  expect(score(topKIntersection, [9, 8, 7, 6, 5, 4], [1, 0, 1, 1, 1, 1])).toBe(0.75);
  expect(score(topKIntersection, [9, 8, 7, 6, 5, 4], [1, 0, 1, 1, 1, 0], { share: 5 / 6 })).toBe(
    0.8,
  );
});

test("attribution localisation: 1 of 1 + 3 of what is positive", () => {
  expect(score(attributionLocalisation, [1, 0, 3], [1, 1, 0])).toBe(0.25);
});

describe("object AUC", () => {
  test("a map that is the mask has 1, its opposite 0, a constant ½", () => {
    expect(score(objectAuc, [1, 0, 1, 0], [1, 0, 1, 0])).toBe(1);
    expect(score(objectAuc, [0, 1, 0, 1], [1, 0, 1, 0])).toBe(0);
    expect(score(objectAuc, [3, 3, 3, 3], [1, 0, 1, 0])).toBe(0.5);
  });
  test("is the share of pairs of a pixel inside and one outside in the right order", () => {
    const pixels = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean()));
    fc.assert(
      fc.property(pixels, (all) => {
        const inside = all.filter(([, on]) => on).map(([a]) => a);
        const outside = all.filter(([, on]) => !on).map(([a]) => a);
        let right = 0;
        for (const a of inside) for (const b of outside) right += a > b ? 1 : a === b ? 0.5 : 0;
        const found = rocArea(
          all.map(([a]) => a),
          Uint8Array.from(all, ([, on]) => (on ? 1 : 0)),
        );
        const pairs = inside.length * outside.length;
        if (pairs === 0) expect(found).toBeUndefined();
        else expect(found).toBeCloseTo(right / pairs, 12);
      }),
    );
  });
});

test.each([pointingGame, relevanceRank, topKIntersection, attributionLocalisation, objectAuc])(
  "$title: an image without an object has no score",
  (measure) => {
    expect(score(measure, [1, 2, 3], [0, 0, 0])).toBeNull();
    expect(score(measure, [1, 2, 3])).toBeNull();
  },
);
