/** The convolution loop in float64 as a program: the bits of the definition in TypeScript. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { doubleBackend, referenceBackend } from "../../src/kernels/index.js";
import { random } from "../../src/tensor/random.js";
import { flag, maybe, upTo } from "./case.js";

const sizes = fc.record({
  ...{ seed: upTo(1e6), n: upTo(3), Ho: upTo(4), Wo: upTo(5), quads: upTo(5), taps: upTo(9) },
  ...{ order: upTo(3), panels: maybe, bias: maybe, norm: maybe, adds: maybe, spread: upTo(2) },
  relu: fc.constantFrom(0, 1, Infinity),
  hole: flag,
});

/** Offsets that follow each other, in runs of three, and backwards. */
const orders = [
  (k: number) => k,
  (k: number) => Math.floor(k / 3) * 7 + (k % 3),
  (k: number) => 20 - k,
];

test("the same bits as the definition", () => {
  const property = fc.property(sizes, (s) => {
    const draw = random(s.seed);
    const backends = [doubleBackend(4096), referenceBackend(4096)];
    const numbers = Float64Array.from({ length: 3000 }, () => draw.uniform(-1, 1));
    if (s.hole) numbers[10] = Number.NaN;
    const os = 4 * s.quads;
    const yPixel = os * s.spread;
    const [yRow, yImage] = [s.Wo * yPixel, s.Ho * s.Wo * yPixel];
    const found = backends.map(({ memory, kernels }) => {
      memory.numbers.set(numbers);
      memory.integers(
        3000,
        Array.from({ length: s.taps }, (_, k) => orders[s.order - 1](k)),
      );
      const weights: readonly [number, number] = s.panels ? [s.taps * 8, 8] : [8, os];
      const from = [0, 60, 11, 2, 3000, s.taps, 300, ...weights, s.bias ? 700 : -1] as const;
      const to = [3100, yImage, yRow, yPixel, s.n, s.Ho, s.Wo, os] as const;
      kernels.convolve(...from, ...to, s.norm ? 800 : -1, s.adds ? 1000 : -1, s.relu);
      return Float64Array.from(memory.numbers.subarray(0, 4096));
    });
    expect(found[0]).toEqual(found[1]);
  });
  fc.assert(property, { numRuns: 300, seed: 1 });
});
