/** The generator against its published answers; streams by name; distributions. */

import { describe, expect, test } from "vitest";
import { random, stream, threefry } from "../../src/tensor/random.js";

describe("Threefry-2x32-20", () => {
  // Known answers of Random123.
  const answers = [
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [-1, -1],
      [-1, -1],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const;
  for (const [[high, low], [c0, c1], expected] of answers)
    test(`key ${high}, ${low}`, () => {
      const out = new Uint32Array(2);
      threefry({ high, low }, c0, c1, out);
      expect([...out]).toEqual(expected);
    });
});

describe("streams", () => {
  const some = (r: ReturnType<typeof random>) => Array.from({ length: 5 }, () => r.bits());

  test("the same name gives the same stream, another name another", () => {
    expect(some(random(1).split("a"))).toEqual(some(random(1).split("a")));
    expect(some(random(1).split("a"))).not.toEqual(some(random(1).split("b")));
    expect(some(random(1).split("a"))).not.toEqual(some(random(2).split("a")));
    expect(some(random(1).split("a").split("b"))).not.toEqual(
      some(random(1).split("b").split("a")),
    );
  });

  test("splitting does not move the stream that is split", () => {
    const one = random(7);
    const other = random(7);
    one.split("x").bits();
    expect(some(one)).toEqual(some(other));
  });

  test("a key alone gives the stream back", () => {
    const split = random("seed").split("noise");
    expect(some(stream(split.key))).toEqual(some(random("seed").split("noise")));
  });
});

describe("distributions of 200,000 numbers", () => {
  const n = 200_000;
  const moments = (next: () => number) => {
    const values = Float64Array.from({ length: n }, next);
    const mean = values.reduce((sum, v) => sum + v, 0) / n;
    return { values, mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n };
  };

  test("uniform: mean ½, variance 1/12, within [0, 1)", () => {
    const r = random("uniform");
    const { values, mean, variance } = moments(() => r.uniform());
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    expect(values.every((v) => v >= 0 && v < 1)).toBe(true);
  });

  test("normal: mean 0, variance 1, 2.3 % beyond 2", () => {
    const r = random("normal");
    const { values, mean, variance } = moments(() => r.normal());
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(variance).toBeCloseTo(1, 1);
    expect(values.filter((v) => v > 2).length / n).toBeCloseTo(0.02275, 2);
  });

  test("below: every value equally often", () => {
    const r = random("below");
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[r.below(7)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test("permutation: every number once, every first place equally often", () => {
    const r = random("permutation");
    expect([...r.permutation(50)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
    const firsts = new Array(4).fill(0);
    for (let i = 0; i < 8000; i++) firsts[r.permutation(4)[0]]++;
    for (const count of firsts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
