/** Moments in float32 where the mean dwarfs the deviation, or one pixel dwarfs the rest. */

import { describe, expect, it } from "vitest";
import { referenceBackend, wasmBackend } from "../../src/kernels/index.js";
import { random } from "../../src/tensor/random.js";

const [N, P, cs] = [3, 700, 4];
const X = 64;
const PARTS = X + N * P * cs;
const [MEAN, VARIANCE, RSTD] = [0, 4, 8];
const backends = [
  wasmBackend({ elements: PARTS + 2 * N * cs }),
  referenceBackend(PARTS + 2 * N * cs),
] as const;

/** Mean and deviation of channel c by both backends, from the same float32 numbers. */
function statistics(value: (i: number) => number) {
  const values = Float32Array.from({ length: N * P * cs }, (_, i) => value(i));
  return backends.map(({ memory, kernels }) => {
    memory.numbers.set(values, X);
    kernels.moments(X, PARTS, N, P, cs);
    kernels.mergeBatch(PARTS, N, P, cs, N, 0, MEAN, VARIANCE, RSTD);
    const channels = Array.from({ length: cs }, (_, c) => c);
    return channels.map((c) => ({
      mean: memory.numbers[MEAN + c],
      deviation: Math.sqrt(memory.numbers[VARIANCE + c]),
      reciprocal: memory.numbers[RSTD + c],
    }));
  });
}

function agree(value: (i: number) => number): void {
  const [got, expected] = statistics(value);
  for (let c = 0; c < cs; c++) {
    const { mean, deviation, reciprocal } = expected[c];
    const size = Math.abs(mean) + deviation;
    expect(Math.abs(got[c].mean - mean) / size).toBeLessThan(5e-6);
    expect(Math.abs(got[c].deviation / deviation - 1)).toBeLessThan(1e-5);
    expect(Math.abs(got[c].reciprocal / reciprocal - 1)).toBeLessThan(1e-5);
  }
}

describe("moments are stable", () => {
  it.each([1, 100, 1e4])("|mean|/σ = %d", (ratio) => {
    const stream = random("moments");
    agree((i) => (i % 2 ? 1 : -1) * (ratio + stream.normal()));
  });

  it("an image's first pixel is an outlier", () => {
    const stream = random("outlier");
    agree((i) => (i % (P * cs) < cs ? 1000 : 5 + stream.normal()));
  });

  it("a channel steps from one value to another", () => {
    const stream = random("step");
    agree((i) => (i % (P * cs) < 350 * cs ? 3 : 3000) + 0.01 * stream.normal());
  });
});
