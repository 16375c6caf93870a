/** Fused kernels against the same work done by the unfused ones: bit for bit in float32, roundings included. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernels } from "../../src/kernels/index.js";
import { type Arena, arena, stride } from "./arena.js";
import { type FusedShape, fusedInputs, fusedShapes } from "./cases/fused.js";

const runs = { numRuns: 60, seed: 2 };
const seed = fc.integer({ min: 0, max: 1e6 });
const kinds = fc.constantFrom("uniform" as const, "exact" as const);
const shaped = fc.tuple(seed, fc.record<FusedShape>(fusedShapes), kinds);

interface Layout extends ReturnType<typeof fusedInputs> {
  s: FusedShape;
  /** Where the unfused kernels keep the normalised map and the un-pooled gradient. */
  map: number;
  unpooled: number;
  fusedOut: number;
  unfusedOut: number;
}

function layout(a: Arena, s: FusedShape, kind: "uniform" | "exact"): Layout {
  const all = s.n * s.H * s.W * stride(s.C);
  const [map, unpooled, fusedOut, unfusedOut] = [
    a.draw(all),
    a.draw(all),
    a.draw(all),
    a.draw(all),
  ];
  return { ...fusedInputs(a, s, kind), s, map, unpooled, fusedOut, unfusedOut };
}

const plain = (l: Layout) =>
  [l.s.first, l.s.n, l.s.H * l.s.W, stride(l.s.C), l.s.b, l.mean, l.rstd] as const;
const pool = ({ s }: Layout) =>
  [s.n, s.H, s.W, stride(s.C), 2, 2, 2, 2, 1, 1, 0, 0, s.H >> 1, s.W >> 1] as const;

/** The gradient before the pool and the ReLU, from that after. */
function unpool(k: Kernels, l: Layout): void {
  k.normalise(l.x, l.map, ...plain(l), l.gamma, l.beta, -1, l.s.relu);
  k.maxPoolBackward(l.map, l.dy, l.unpooled, ...pool(l), 0);
  const count = l.s.n * l.s.H * l.s.W * stride(l.s.C);
  if (l.s.relu) k.reluBackward(l.map, l.unpooled, l.unpooled, count);
}

/** The same numbers; 0 and −0 are one. */
function same(got: Float32Array, expected: Float32Array): void {
  for (let i = 0; i < expected.length; i++)
    if (got[i] !== expected[i]) expect.fail(`number ${i}: got ${got[i]}, expected ${expected[i]}`);
}

describe("fused kernels do what the unfused do", () => {
  it("normaliseMaxPool", () => {
    const property = fc.property(shaped, ([seed, s, kind]) => {
      const a = arena(seed);
      const l = layout(a, s, kind);
      const count = s.n * (s.H >> 1) * (s.W >> 1) * stride(s.C);
      const { x, shape, mean, rstd, gamma, beta, map, fusedOut, unfusedOut } = l;
      const got = a.run(
        (k) => k.normaliseMaxPool(x, fusedOut, -1, ...shape, mean, rstd, gamma, beta, s.relu),
        fusedOut,
        count,
      );
      const expected = a.run(
        (k) => {
          k.normalise(x, map, ...plain(l), gamma, beta, -1, s.relu);
          k.maxPool(map, unfusedOut, ...pool(l));
        },
        unfusedOut,
        count,
      );
      same(got, expected);
    });
    fc.assert(property, runs);
  });

  it("normaliseMaxPoolBackward", () => {
    const property = fc.property(shaped, ([seed, s, kind]) => {
      const a = arena(seed);
      const l = layout(a, s, kind);
      const count = s.n * s.H * s.W * stride(s.C);
      const { x, dy, shape, mean, rstd, gamma, beta, A, B, fusedOut, unfusedOut } = l;
      const pooled = s.n * (s.H >> 1) * (s.W >> 1) * stride(s.C);
      const [y, winners, g] = [a.draw(pooled), a.draw(pooled), a.draw(pooled)];
      const got = a.run(
        (k) => {
          k.normaliseMaxPool(x, y, winners, ...shape, mean, rstd, gamma, beta, s.relu);
          k.copy(dy, g, pooled);
          if (s.relu) k.reluBackward(y, g, g, pooled);
          k.normaliseMaxPoolBackward(
            x,
            winners,
            g,
            fusedOut,
            ...shape,
            mean,
            rstd,
            gamma,
            A,
            B,
            s.mask,
          );
        },
        fusedOut,
        count,
      );
      const expected = a.run(
        (k) => {
          unpool(k, l);
          k.normaliseBackward(x, l.unpooled, unfusedOut, ...plain(l), gamma, A, B, s.mask);
        },
        unfusedOut,
        count,
      );
      same(got, expected);
    });
    fc.assert(property, runs);
  });

  // Summed over the pooled map the order differs from that over all pixels: equal to rounding.
  it("gradient sums over the winners alone", () => {
    const property = fc.property(shaped, ([seed, s, kind]) => {
      const a = arena(seed);
      const l = layout(a, s, kind);
      const count = 2 * s.n * stride(s.C);
      const { x, dy, shape, mean, rstd, gamma, beta, fusedOut, unfusedOut } = l;
      const P = (s.H >> 1) * (s.W >> 1);
      const pooled = s.n * P * stride(s.C);
      const [y, winners, g] = [a.draw(pooled), a.draw(pooled), a.draw(pooled)];
      const [first, n, all, cs, b] = plain(l);
      const got = a.run(
        (k) => {
          k.normaliseMaxPool(x, y, winners, ...shape, mean, rstd, gamma, beta, s.relu);
          k.copy(dy, g, pooled);
          if (s.relu) k.reluBackward(y, g, g, pooled);
          k.gradientSums(winners, g, fusedOut, first, n, P, cs, b, mean, rstd);
        },
        fusedOut,
        count,
      );
      const expected = a.run(
        (k) => {
          unpool(k, l);
          k.gradientSums(x, l.unpooled, unfusedOut, first, n, all, cs, b, mean, rstd);
        },
        unfusedOut,
        count,
      );
      for (let i = 0; i < count; i++) expect(Math.abs(got[i] - expected[i])).toBeLessThan(2e-5);
    });
    fc.assert(property, runs);
  });

  it("adam", () => {
    const property = fc.property(seed, (seed) => {
      const a = arena(seed);
      const count = 40;
      const [p, g, m] = [a.draw(count), a.draw(count), a.draw(count)];
      const v = a.draw(count, "positive");
      const [p2, m2, v2] = [a.draw(count), a.draw(count), a.draw(count)];
      const [u, scalars, rate] = [a.draw(count), a.numbers([0.3]), a.numbers([0.01])];
      const expected = a.run(
        (k) => {
          k.copy(p, p2, count);
          k.copy(m, m2, count);
          k.copy(v, v2, count);
          k.scaleByAdam(g, m2, v2, u, 0, count, 0.1, 0.001, 1e-7, scalars);
          k.descend(p2, u, 0, count, rate);
        },
        p2,
        count,
      );
      const step = (k: Kernels) => k.adam(p, g, m, v, 0, count, 0.1, 0.001, 1e-7, scalars, rate);
      same(a.run(step, p, count), expected);
    });
    fc.assert(property, runs);
  });
});
