/** ROAD: imputation against systems solved another way, and curves by hand. */
import { describe, expect, test } from "vitest";
import { imputed } from "../../src/measures/faithfulness/imputation.js";
import { percents, roadVariants } from "../../src/measures/faithfulness/road.js";
import { measures } from "../../src/measures/index.js";
import { random, slice } from "../../src/tensor/index.js";
import { floats, imageContext, picture, scoreMap, uniform } from "./contexts.js";

/** Imputation by Gaussian elimination of the system as it is written. */
function eliminated(
  image: ArrayLike<number>,
  removed: number[],
  H: number,
  W: number,
): Float64Array {
  const rows = removed.map((p) => {
    const row = new Float64Array(removed.length + 1);
    for (const [dy, dx] of [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => [y, x]))) {
      const [y, x] = [Math.floor(p / W) + dy, (p % W) + dx];
      if ((dy === 0 && dx === 0) || y < 0 || y >= H || x < 0 || x >= W) continue;
      const weight = dy === 0 || dx === 0 ? 1 / 6 : 1 / 12;
      row[removed.indexOf(p)] += weight;
      const unknown = removed.indexOf(y * W + x);
      if (unknown >= 0) row[unknown] -= weight;
      else row[removed.length] += weight * image[y * W + x];
    }
    return row;
  });
  for (let k = 0; k < rows.length; k++)
    for (let other = 0; other < rows.length; other++) {
      if (other === k) continue;
      const factor = rows[other][k] / rows[k][k];
      rows[other] = rows[other].map((value, c) => value - factor * rows[k][c]);
    }
  const out = Float64Array.from(image);
  removed.forEach((p, k) => {
    out[p] = rows[k][removed.length] / rows[k][k];
  });
  return out;
}

describe("imputation", () => {
  test("a pixel in the middle: a sixth of each neighbour beside it, a twelfth of each diagonal one", () => {
    const found = imputed([1, 2, 3, 4, 100, 6, 7, 8, 9], [4], [3, 3]);
    expect(found[4]).toBeCloseTo((2 + 4 + 6 + 8) / 6 + (1 + 3 + 7 + 9) / 12, 10);
    expect([...found.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
  });
  test("a corner has three neighbours: (1/6·(2 + 4) + 1/12·5)/(5/12)", () => {
    const found = imputed([100, 2, 3, 4, 5, 6, 7, 8, 9], [0], [3, 3]);
    expect(found[0]).toBeCloseTo((1 + 5 / 12) / (5 / 12), 10);
  });
  test("a plane is its own imputation", () => {
    const [H, W] = [6, 7];
    const plane = Float64Array.from(
      { length: H * W },
      (_, p) => 2 * Math.floor(p / W) - 3 * (p % W),
    );
    const inside = [...plane.keys()].filter(
      (p) => p % W > 0 && p % W < W - 1 && p >= W && p < (H - 1) * W,
    );
    const found = imputed(plane, inside, [H, W], {
      tolerance: 1e-12,
      start: new Float64Array(H * W),
    });
    plane.forEach((value, p) => {
      expect(found[p]).toBeCloseTo(value, 9);
    });
  });
  test("solves the system, however many pixels are gone and wherever it starts", () => {
    const [H, W] = [6, 5];
    const image = uniform(H * W, "road");
    for (const count of [1, 7, 20, 29]) {
      const removed = [
        ...random(count)
          .permutation(H * W)
          .subarray(0, count),
      ];
      const expected = eliminated(image, removed, H, W);
      for (const start of [image, new Float64Array(H * W)]) {
        const exact = imputed(image, removed, [H, W], { tolerance: 1e-12, start });
        const usual = imputed(image, removed, [H, W], { start });
        expected.forEach((value, p) => {
          expect(exact[p]).toBeCloseTo(value, 9);
          expect(Math.abs(usual[p] - value)).toBeLessThan(1e-3);
        });
      }
    }
  });
  test("black around white: what is left is black, and the solver ends", () => {
    const image = new Float64Array(25);
    image[12] = 1;
    const found = imputed(image, [12, 13], [5, 5]);
    expect(Math.abs(found[12])).toBeLessThan(1e-3);
  });
  test("black around much that is bright, whose values the solver starts from", () => {
    const side = 28;
    const inside = Array.from({ length: side * side }, (_, p) => p).filter((p) => {
      const [y, x] = [Math.floor(p / side), p % side];
      return y > 2 && y < 25 && x > 2 && x < 25;
    });
    for (let k = 0; k < 12; k++) {
      const image = new Float64Array(side * side);
      for (const p of inside.slice(10 * k, 300)) image[p] = uniform(1, `bright ${p}`)[0];
      for (const value of imputed(image, inside.slice(0, 480 - 30 * k), [side, side]))
        expect(Number.isFinite(value)).toBe(true);
    }
  });
  test("nothing left at all stays finite", () => {
    const all = Array.from({ length: 9 }, (_, p) => p);
    expect(imputed(uniform(9, "all"), all, [3, 3]).every(Number.isFinite)).toBe(true);
  });
});

describe("road", () => {
  test("10 % to 90 %", () => {
    expect(percents(10)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(percents(30)).toEqual([30, 60, 90]);
    expect(percents(100)).toEqual([]);
  });
  const image = picture([1, 10, 10], uniform(100, "road image"));
  const { road, roadMost, roadLeast } = measures;
  test("variants: the first pixels of the order imputed in every channel, with noise on them alone", () => {
    const two = picture([2, 10, 10], uniform(200, "two channels"));
    const order = random(4).permutation(100);
    const context = imageContext({ image: two, f: () => 0 });
    const { data, shape } = roadVariants(context, order, { every: 40, noise: 0.05 });
    const clean = roadVariants(context, order, { every: 40, noise: 0 });
    expect(shape).toEqual([2, 2, 10, 10]);
    const noise: number[] = [];
    [40, 80].forEach((count, k) => {
      const removed = new Set(order.subarray(0, count));
      for (let c = 0; c < 2; c++) {
        const own = two.data.subarray(c * 100, (c + 1) * 100);
        const expected = eliminated(own, [...removed], 10, 10);
        for (let p = 0; p < 100; p++) {
          const at = (k * 2 + c) * 100 + p;
          expect(Math.abs(clean.data[at] - expected[p])).toBeLessThan(1e-3);
          if (removed.has(p)) noise.push(data[at] - clean.data[at]);
          else expect(data[at]).toBe(own[p]);
        }
      }
    });
    const deviation = Math.sqrt(noise.reduce((s, v) => s + v * v, 0) / noise.length);
    expect(deviation).toBeGreaterThan(0.04);
    expect(deviation).toBeLessThan(0.06);
  });
  test("by hand: the class hangs on one bright pixel", () => {
    const dark = picture([1, 10, 10], new Float32Array(100).fill(0.2));
    dark.data[37] = 1;
    const seen = { image: dark, f: (x: ArrayLike<number>) => x[37] - 0.6 };
    const map = new Float64Array(100);
    map[37] = 1;
    expect(scoreMap(roadMost, seen, { map })).toBe(0);
    expect(scoreMap(roadLeast, seen, { map })).toBe(1);
    expect(scoreMap(road, seen, { map })).toBe(0.5);
    // The other way round.
    expect(scoreMap(road, seen, { map: map.map((a) => -a) })).toBe(-0.5);
  });
  test("a model that keeps its class whatever goes", () => {
    const seen = { image, f: () => 1 };
    const map = uniform(100, "any map");
    expect(scoreMap(roadMost, seen, { map })).toBe(1);
    expect(scoreMap(road, seen, { map })).toBe(0);
  });
  test("the noise belongs to the pixel, whatever the map", () => {
    const context = imageContext({ image, f: () => 0 });
    const noisy = (order: Int32Array, noise: number) =>
      slice(roadVariants(context, order, { every: 90, noise }), 0, 1).data;
    const [one, two] = [random(1).permutation(100), random(2).permutation(100)];
    const [a, b] = [one, two].map((order) => {
      const [with_, without] = [noisy(order, 0.01), noisy(order, 0)];
      return Float64Array.from(with_, (v, p) => v - without[p]);
    });
    const both = [...one.subarray(0, 90)].filter((p) => two.subarray(0, 90).includes(p));
    expect(both.length).toBeGreaterThan(50);
    for (const p of both) expect(a[p]).toBeCloseTo(b[p], 6);
    expect(floats(...both.map((p) => a[p])).some((v) => Math.abs(v) > 1e-3)).toBe(true);
  });
});
