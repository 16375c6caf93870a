/** A kernel's case: the shapes to try, and how to lay out and make one call. */

import fc from "fast-check";
import type { Kernels } from "../../src/kernels/index.js";
import { type Arena, arena } from "./arena.js";

export interface Case {
  /** Checks the kernel on random shapes and numbers. */
  check(runs: number): void;
}

/** `lay` makes the arrays of one call and returns the call. */
export function kernelCase<S>(
  shapes: { [K in keyof S]: fc.Arbitrary<S[K]> },
  lay: (a: Arena, shape: S) => (kernels: Kernels) => void,
): Case {
  const seeded = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.record<S>(shapes));
  const property = fc.property(seeded, ([seed, shape]) => {
    const a = arena(seed);
    a.compare(lay(a, shape as S));
  });
  return { check: (numRuns) => fc.assert(property, { numRuns, seed: 1 }) };
}

export const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });
export const flag = fc.constantFrom(0, 1);
export const maybe = fc.boolean();
/** Numbers of channels: most not a multiple of 4, some filling whole tiles. */
export const someChannels = fc.oneof(upTo(9), fc.constantFrom(8, 12, 16, 20, 32));
