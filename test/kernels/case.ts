/** A kernel's case: the shapes to try, and how to lay out and make one call. */

import fc from "fast-check";
import type { Kernels } from "../../src/kernels/index.js";
import { type Arena, arena, stride } from "./arena.js";

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
/** What a convolution's results go through as they are written, for images of `pixels` pixels of C channels. */
export const ends = { norm: maybe, adds: maybe, relu: fc.constantFrom(0, 1, Infinity) };

export function layEnds(
  a: Arena,
  s: { norm: boolean; adds: boolean; relu: number },
  pixels: number,
  C: number,
): readonly [norm: number, residual: number, relu: number] {
  const rows = Array.from({ length: 4 * stride(C) }, (_, i) => {
    const channel = 4 * Math.floor(i / 16) + (i % 4);
    return channel < C ? a.random.uniform(-1, 1) : 0;
  });
  return [s.norm ? a.numbers(rows) : -1, s.adds ? a.pixels(pixels, C) : -1, s.relu];
}

/** Filters of O outputs in panels [⌈O/8⌉][taps][8]. */
export function layPanels(a: Arena, taps: number, O: number): number {
  const lane = (i: number): number => 8 * Math.floor(i / (8 * taps)) + (i % 8);
  const length = Math.ceil(O / 8) * taps * 8;
  return a.numbers(Array.from({ length }, (_, i) => (lane(i) < O ? a.random.uniform(-1, 1) : 0)));
}

/** Numbers of channels: most not a multiple of 4, some filling whole tiles. */
export const someChannels = fc.oneof(upTo(9), fc.constantFrom(8, 12, 16, 20, 32));
