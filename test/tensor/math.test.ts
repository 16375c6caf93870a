/** The mathematics made of + − × ÷ √ against the engine's own, and the bits of a few results. */

import { describe, expect, test } from "vitest";
import { cos, exp, log, pow, sin, tanh } from "../../src/tensor/math.js";
import { random } from "../../src/tensor/random.js";

/** [ours, theirs, lowest, highest, whether the error is relative] */
const functions: Record<
  string,
  readonly [(x: number) => number, (x: number) => number, number, number, boolean]
> = {
  exp: [exp, Math.exp, -745, 709, true],
  log: [log, Math.log, 1e-300, 10, false],
  "log of large numbers": [log, Math.log, 1, 1e300, true],
  sin: [sin, Math.sin, -1e4, 1e4, false],
  cos: [cos, Math.cos, -1e4, 1e4, false],
  tanh: [tanh, Math.tanh, -25, 25, true],
};

describe("functions", () => {
  for (const [name, [ours, theirs, low, high, isRelative]] of Object.entries(functions))
    test(name, () => {
      const stream = random(name);
      for (let i = 0; i < 5000; i++) {
        const x = stream.uniform(low, high);
        const expected = theirs(x);
        const scale = isRelative ? Math.abs(expected) : Math.max(1, Math.abs(expected));
        expect(Math.abs(ours(x) - expected), `${name}(${x})`).toBeLessThanOrEqual(
          2e-15 * scale + 5e-324,
        );
      }
    });

  test("edges", () => {
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(1000), exp(-1000)]).toEqual([
      1,
      0,
      Infinity,
      Infinity,
      0,
    ]);
    expect([log(1), log(0), log(Infinity), log(-1)]).toEqual([0, -Infinity, Infinity, Number.NaN]);
    expect([sin(0), cos(0), tanh(0), tanh(100), tanh(-100)]).toEqual([0, 1, 0, 1, -1]);
    expect([pow(2, 10), pow(2, -2), pow(0, 3), pow(0, -1), pow(9, 0)]).toEqual([
      1024,
      0.25,
      0,
      Infinity,
      1,
    ]);
    expect(pow(2, 0.5)).toBeCloseTo(Math.SQRT2, 14);
    expect(log(5e-324)).toBeCloseTo(Math.log(5e-324), 10);
  });
});
