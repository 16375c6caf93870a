/** Cases of normalise + max-pool. Numbers are exact, so that float32 and float64 see the same maxima and ties; how
 *  the fused kernels round is held against the unfused ones in fused.test.ts. */

import type { Kernels } from "../../../src/kernels/index.js";
import { type Arena, type Kind, stride } from "../arena.js";
import { flag, kernelCase, maybe, someChannels, upTo } from "../case.js";

export const fusedShapes = {
  n: upTo(3),
  H: upTo(9, 2),
  W: upTo(9, 2),
  C: someChannels,
  first: upTo(4, 0),
  b: upTo(3, 0),
  gamma: maybe,
  beta: maybe,
  sums: maybe,
  relu: flag,
  mask: flag,
};

export interface FusedShape {
  n: number;
  H: number;
  W: number;
  C: number;
  first: number;
  b: number;
  gamma: boolean;
  beta: boolean;
  sums: boolean;
  relu: number;
  mask: number;
}

/** The inputs of the fused kernels. With kind "exact" no operation rounds. */
export function fusedInputs(a: Arena, s: FusedShape, kind: Kind) {
  const rows = s.b ? Math.floor((s.first + s.n - 1) / s.b) + 1 : 1;
  const cs = stride(s.C);
  const powers = Array.from({ length: rows * cs }, () => 2 ** (a.random.below(3) - 1));
  return {
    x: a.pixels(s.n * s.H * s.W, s.C, kind),
    dy: a.pixels(s.n * (s.H >> 1) * (s.W >> 1), s.C),
    mean: a.pixels(rows, s.C, kind),
    rstd: kind === "exact" ? a.numbers(powers) : a.pixels(rows, s.C, "positive"),
    gamma: a.channels(s.C, s.gamma, "exact"),
    beta: a.channels(s.C, s.beta, kind),
    A: s.sums ? a.pixels(rows, s.C) : -1,
    B: s.sums ? a.pixels(rows, s.C) : -1,
    shape: [s.first, s.n, s.H, s.W, cs, s.b] as const,
  };
}

export const fused: Record<
  "normaliseMaxPool" | "normaliseMaxPoolBackward",
  ReturnType<typeof kernelCase>
> = {
  normaliseMaxPool: kernelCase<FusedShape>(fusedShapes, (a, s) => {
    const i = fusedInputs(a, s, "exact");
    const pooled = s.n * (s.H >> 1) * (s.W >> 1);
    const y = a.output(pooled, s.C, { ulps: 0 });
    const winners = s.sums ? a.output(pooled, s.C, { ulps: 0 }) : -1;
    return (k: Kernels) =>
      k.normaliseMaxPool(i.x, y, winners, ...i.shape, i.mean, i.rstd, i.gamma, i.beta, s.relu);
  }),
  normaliseMaxPoolBackward: kernelCase<FusedShape>(fusedShapes, (a, s) => {
    const i = fusedInputs(a, s, "exact");
    const dx = a.output(s.n * s.H * s.W, s.C, { scale: 20 });
    const pooled = s.n * (s.H >> 1) * (s.W >> 1);
    const winners = a.output(pooled, s.C, { ulps: 0 });
    const y = a.output(pooled, s.C, { ulps: 0 });
    const affine = [i.mean, i.rstd, i.gamma] as const;
    return (k: Kernels) => {
      k.normaliseMaxPool(i.x, y, winners, ...i.shape, ...affine, i.beta, s.relu);
      k.normaliseMaxPoolBackward(i.x, winners, i.dy, dx, ...i.shape, ...affine, i.A, i.B, s.mask);
    };
  }),
};
