/** The geometry under glyphs: flattened strokes, painted pixels, ends and junctions. */

import { expect, test } from "vitest";
import { canvas, markDisc, markLoops, paint } from "../../src/data/glyphs/canvas.js";
import { bit } from "../../src/data/glyphs/concepts.js";
import { flatten, type Path } from "../../src/data/glyphs/figure.js";
import { meetings } from "../../src/data/glyphs/meetings.js";
import type { Point, Stroke } from "../../src/data/glyphs/strokes.js";

const same = (point: Point): Point => point;
const path = (kind: Stroke["kind"], ...points: Point[]): Path =>
  flatten({ kind, points }, same, 28);
const line = (...points: Point[]): Path => path("straight", ...points);
const pen = { radius: 2, colour: [1], role: "digit" } as const;

/** Distance from a point to a segment, by a fine walk along it. */
const distance = ([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= 4000; k++) {
    const t = k / 4000;
    least = Math.min(least, Math.hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y));
  }
  return least;
};

test("a stroke covers the pixels whose centre lies within its radius, edges blended over one pixel", () => {
  const [a, b]: [Point, Point] = [
    [5.2, 8.1],
    [20.7, 17.3],
  ];
  const painted = canvas(28, 1);
  paint(painted, [line(a, b)], pen);
  for (let p = 0; p < 784; p++) {
    const d = distance([(p % 28) + 0.5, Math.floor(p / 28) + 0.5], a, b);
    if (Math.abs(d - 2) > 1e-3) expect(painted.mask[p]).toBe(d <= 2 ? 1 : 0);
    expect(painted.levels[p]).toBeCloseTo(Math.max(0, Math.min(1, 2.5 - d)), 3);
  }
});

test("what is painted later hides the concepts of what lies below, and a digit makes the mask", () => {
  const painted = canvas(28, 1);
  paint(painted, [line([2, 14], [26, 14])], { ...pen, role: "clutter", colour: [0.3] });
  const clutter = bit("clutter") | bit("horizontal stroke");
  expect(painted.concepts[14 * 28 + 14]).toBe(clutter);
  expect(painted.mask.some(Boolean)).toBe(false);
  paint(painted, [line([14, 2], [14, 26])], pen);
  expect(painted.concepts[14 * 28 + 14]).toBe(bit("vertical stroke"));
  expect(painted.concepts[14 * 28 + 5]).toBe(clutter);
  expect(painted.mask[14 * 28 + 14]).toBe(1);
  expect(painted.mask[14 * 28 + 5]).toBe(0);
});

test("orientations in bins of 45°, whichever way the pen moves", () => {
  const names = ["horizontal", "rising", "vertical", "falling"];
  const orientation = (degrees: number): string => {
    const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    return names[line([14, 14], [14 + 9 * c, 14 - 9 * s]).pieces[0].orientation]; // y downwards
  };
  for (const turn of [0, 180]) {
    expect([-20, 0, 20].map((d) => orientation(d + turn))).toEqual(Array(3).fill("horizontal"));
    expect([25, 45, 65].map((d) => orientation(d + turn))).toEqual(Array(3).fill("rising"));
    expect([70, 90, 110].map((d) => orientation(d + turn))).toEqual(Array(3).fill("vertical"));
    expect([115, 135, 155].map((d) => orientation(d + turn))).toEqual(Array(3).fill("falling"));
  }
});

test("splines pass through their points; tight bends are curves, straight runs are not", () => {
  const points: Point[] = [
    [4, 20],
    [10, 8],
    [18, 8],
    [24, 20],
  ];
  const { pieces } = path("smooth", ...points);
  for (const [x, y] of points)
    expect(pieces.some((p) => (p.x0 === x && p.y0 === y) || (p.x1 === x && p.y1 === y))).toBe(true);
  for (const [i, p] of pieces.slice(1).entries())
    expect([p.x0, p.y0]).toEqual([pieces[i].x1, pieces[i].y1]);
  const circle = (r: number): Path =>
    path(
      "loop",
      ...Array.from(
        { length: 8 },
        (_, k): Point => [
          14 + r * Math.cos((k * Math.PI) / 4),
          14 + r * Math.sin((k * Math.PI) / 4),
        ],
      ),
    );
  expect(circle(5).pieces.every(({ curved }) => curved)).toBe(true);
  expect(circle(12).pieces.some(({ curved }) => curved)).toBe(false);
  expect(circle(5).closed).toBe(true);
  expect(path("smooth", [2, 2], [10, 10], [20, 20]).pieces.some(({ curved }) => curved)).toBe(
    false,
  );
});

const figures: readonly (readonly [string, readonly Path[], number, number])[] = [
  ["one line", [line([4, 4], [20, 20])], 2, 0],
  ["a corner", [line([4, 4], [20, 4], [20, 20])], 2, 0],
  ["a corner of two strokes", [line([4, 4], [20, 4]), line([20, 4.3], [20, 20])], 2, 0],
  ["a cross", [line([4, 4], [20, 20]), line([4, 20], [20, 4])], 4, 1],
  ["a T", [line([4, 4], [20, 4]), line([12, 4.2], [12, 20])], 3, 1],
  ["two lines apart", [line([4, 4], [20, 4]), line([4, 12], [20, 12])], 4, 0],
  ["a ring", [path("loop", [14, 4], [24, 14], [14, 24], [4, 14])], 0, 0],
  [
    "an eight",
    [path("loop", [14, 2], [20, 8], [14, 14], [8, 20], [14, 26], [20, 20], [14, 14], [8, 8])],
    0,
    1,
  ],
  ["a tangled line", [line([4, 4], [20, 20], [20, 4], [4, 20])], 2, 1],
  [
    "a six",
    [path("smooth", [16, 2], [6, 10], [5, 18], [12, 25], [20, 19], [13, 13], [6, 18])],
    1,
    1,
  ],
];

test.each(figures)("%s: free ends and junctions", (_, paths, ends, junctions) => {
  const found = meetings(paths, 1.5);
  expect(found.ends.length).toBe(ends);
  expect(found.junctions.length).toBe(junctions);
});

test("a cross meets in its middle", () => {
  const [[x, y]] = meetings([line([4, 4], [20, 20]), line([4, 20], [20, 4])], 1.5).junctions;
  expect(x).toBeCloseTo(12, 9);
  expect(y).toBeCloseTo(12, 9);
});

test("a disc marks the centres within its radius, clipped to the picture", () => {
  const painted = canvas(28, 1);
  markDisc(painted, [1, 10], 2.5, 4);
  for (let p = 0; p < 784; p++) {
    const inside = Math.hypot((p % 28) + 0.5 - 1, Math.floor(p / 28) + 0.5 - 10) <= 2.5;
    expect(painted.concepts[p]).toBe(inside ? 4 : 0);
  }
});

test("loops: enclosed background alone, and a gap opens it, even between corners", () => {
  const painted = canvas(28, 1);
  for (let i = 5; i <= 15; i++)
    for (const p of [5 * 28 + i, 15 * 28 + i, i * 28 + 5, i * 28 + 15]) painted.mask[p] = 1;
  markLoops(painted);
  const marked = [...painted.concepts.keys()].filter(
    (p) => painted.concepts[p] === bit("loop interior"),
  );
  expect(marked.length).toBe(81);
  painted.concepts.fill(0);
  painted.mask[5 * 28 + 5] = 0;
  markLoops(painted);
  expect(painted.concepts.some(Boolean)).toBe(false);
});
