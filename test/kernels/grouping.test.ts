/** An image's result does not depend on which other images share the call. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Arena, arena, stride } from "./arena.js";
import { upTo } from "./case.js";

/** Lays out n images; the returned call works on the images [first, first + n) and leaves `per` numbers each at `out`. */
type Lay = (a: Arena, n: number) => { at: number; per: number; call: Parts };
type Parts = (k: Parameters<Parameters<Arena["run"]>[0]>[0], first: number, n: number) => void;

function holds(lay: Lay): void {
  const shapes = fc.tuple(fc.integer({ min: 0, max: 1e6 }), upTo(9), upTo(5));
  const property = fc.property(shapes, ([seed, n, by]) => {
    const a = arena(seed);
    const { at, per, call } = lay(a, n);
    const together = a.run((k) => call(k, 0, n), at, n * per);
    const apart = a.run(
      (k) => {
        k.fill(at, n * per, 0);
        for (let i = 0; i < n; i += by) call(k, i, Math.min(by, n - i));
      },
      at,
      n * per,
    );
    expect(apart).toEqual(together);
  });
  fc.assert(property, { numRuns: 30, seed: 3 });
}

describe("images do not see each other", () => {
  it("dense", () =>
    holds((a, n) => {
      const [F, O] = [36, 11];
      const [x, w, y] = [a.draw(n * F), a.draw(O * F), a.pixels(n, O)];
      return {
        ...{ at: y, per: 12 },
        call: (k, i, m) => k.dense(x + i * F, w, -1, y + i * 12, m, F, O, 12, 0),
      };
    }));

  it("denseBackward", () =>
    holds((a, n) => {
      const [F, O] = [44, 11];
      const [dy, w, dx] = [a.pixels(n, O), a.draw(O * F), a.draw(n * F)];
      return {
        ...{ at: dx, per: F },
        call: (k, i, m) => k.denseBackward(dy + i * 12, w, dx + i * F, m, F, O, 12),
      };
    }));

  it("convolve", () =>
    holds((a, n) => {
      const offsets = a.integers([0, 1, 2, 3, 20, 21, 22, 23]); // 2×1 taps of 4 channels, rows of 5
      const [x, w] = [a.pixels(n * 4 * 5, 4), a.pixels(8, 11)];
      const y = a.pixels(n * 15, 11);
      return {
        ...{ at: y, per: 180 },
        call: (k, i, m) =>
          k.convolve(
            ...([x + i * 80, 80, 20, 4, offsets, 8, w, 8, 12, -1] as const),
            ...([y + i * 180, 180, 60, 12, m, 3, 5, 12, -1, -1, 0] as const),
          ),
      };
    }));

  it("moments", () =>
    holds((a, n) => {
      const [P, C] = [70, 6];
      const [x, parts] = [a.pixels(n * P, C), a.pixels(2 * n, C)];
      return {
        ...{ at: parts, per: 2 * stride(C) },
        call: (k, i, m) => k.moments(x + i * P * 8, parts + i * 16, m, P, 8),
      };
    }));
});
