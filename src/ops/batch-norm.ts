/** Batch Normalization (Ioffe & Szegedy 2015), per channel over the m = N·H·W elements it has in the batch:
 *
 *    μ  = (1/m) Σ x                    σ² = (1/m) Σ (x − μ)²   (biased)
 *    z  = (x − μ) / √(σ² + ε)          y  = γ·z + β
 *    running ← keep·running + (1 − keep)·batch        (in `fit` alone)
 *
 *  `stats` "batch" normalises with μ, σ² of the batch at hand, "running" with the running values: then BN is affine per
 *  channel, y = s·x + t with s = γ/√(σ² + ε), t = β − μ·s.
 *
 *  Backward with r = 1/√(σ² + ε):
 *    dβ = Σ dy     dγ = Σ dy·z
 *    dx = r·(γ·dy − mean(γ·dy) − z·mean(γ·dy·z))     ("running": dx = γ·r·dy)
 *
 *  Ghost batch norm (Hoffer 2017) takes μ and σ² over sub-batches of `ghost` images; everything else stays. */

import { z } from "zod";
import type { Layout } from "./layout.js";
import { type Emit, images, type Op, type Place } from "./op.js";
import { perChannel } from "./parameters.js";
import { undoRelu } from "./relu.js";

const attributes = z.strictObject({
  /** ε, added to the variance. */
  epsilon: z.number().positive().default(1e-3),
  /** Fraction of the old running value kept at each step. */
  keep: z.number().min(0).max(1).default(0.99),
  /** γ exists. */
  scale: z.boolean().default(true),
  /** β exists. */
  center: z.boolean().default(true),
  /** Images per sub-batch of ghost batch norm; 0: the whole batch. */
  ghost: z.int().nonnegative().default(0),
});

export type BatchNorm = z.output<typeof attributes>;

/** Elements that one channel's statistics are taken over, in the smallest sub-batch. */
function smallestM(a: BatchNorm, x: Layout, N: number): number {
  const rest = a.ghost > 0 ? N % a.ghost : 0;
  const smallest = a.ghost === 0 || a.ghost >= N ? N : rest === 0 ? a.ghost : rest;
  return smallest * x.H * x.W;
}

/** μ and r of the pass: rows of b images each (b = 0: one row for all). */
function statistics(c: Emit<BatchNorm>): { mean: Place; rstd: Place; b: number; rows: number } {
  const { ghost } = c.attributes;
  const cs = c.inputs[0].cs;
  if (c.stats === "running")
    return { mean: c.parameter("runningMean"), rstd: c.shared("rstd", cs), b: 0, rows: 1 };
  const isGhost = ghost > 0 && ghost < c.N;
  const rows = isGhost ? Math.ceil(c.N / ghost) : 1;
  return {
    mean: c.shared("mean", rows * cs),
    rstd: c.shared("rstd", rows * cs),
    b: isGhost ? ghost : 0,
    rows,
  };
}

const gammaOf = (c: Emit<BatchNorm>): Place | -1 =>
  c.attributes.scale ? c.parameter("gamma") : -1;
const betaOf = (c: Emit<BatchNorm>): Place | -1 => (c.attributes.center ? c.parameter("beta") : -1);

/** μ, σ² and r; running values if this is training. */
function observe(c: Emit<BatchNorm>): void {
  const { epsilon, keep } = c.attributes;
  const { H, W, cs } = c.inputs[0];
  const { mean, rstd, b, rows } = statistics(c);
  if (c.stats === "running") {
    c.prepare("reciprocalDeviation", c.parameter("runningVariance"), rstd, cs, epsilon);
    return;
  }
  const parts = c.perImage("moments", 2 * cs);
  const variance = c.shared("variance", rows * cs);
  c.each("moments", c.x(), parts, images(), H * W, cs);
  c.once("mergeBatch", parts, c.N, H * W, cs, b || c.N, epsilon, mean, variance, rstd);
  if (c.training) {
    c.once("updateRunning", c.parameter("runningMean"), mean, rows, cs, keep);
    c.once("updateRunning", c.parameter("runningVariance"), variance, rows, cs, keep);
  }
}

/** y from x and its statistics. */
function normalised(c: Emit<BatchNorm>, y: Place): void {
  const { H, W, cs } = c.inputs[0];
  const { mean, rstd, b } = statistics(c);
  const affine = [mean, rstd, gammaOf(c), betaOf(c)] as const;
  const relu = c.fused.relu ? 1 : 0;
  if (c.fused.pool) {
    const winners = c.learns ? c.perImage("winners", c.output.size) : -1;
    c.each("normaliseMaxPool", c.x(), y, winners, "first", images(), H, W, cs, b, ...affine, relu);
  } else {
    const ends = [c.fused.sum ? c.x(1) : -1, relu] as const;
    c.each("normalise", c.x(), y, "first", images(), H * W, cs, b, ...affine, ...ends);
  }
}

export const batchNorm: Op<BatchNorm> = {
  summary: "y = γ·(x − μ)/√(σ² + ε) + β with μ, σ² per channel, of the batch or running",
  inputs: 1,
  attributes,
  shape: (_, [x]) => x,

  parameters: (a, [x]) => [
    ...(a.scale ? [perChannel(x, "gamma", { initial: 1 })] : []),
    ...(a.center ? [perChannel(x, "beta")] : []),
    perChannel(x, "runningMean", { trainable: false }),
    perChannel(x, "runningVariance", { trainable: false, initial: 1 }),
  ],

  macs: (_, [x]) => x.reduce((product, length) => product * length, 1),

  affine: (a) => ({
    form: "channel",
    scaleAndShift(parameters) {
      const mean = parameters("runningMean");
      const gamma = a.scale ? parameters("gamma") : undefined;
      const beta = a.center ? parameters("beta") : undefined;
      const variance = parameters("runningVariance");
      const s = Float64Array.from(
        { length: variance.length },
        (_, c) => (gamma ? gamma[c] : 1) / Math.sqrt(variance[c] + a.epsilon),
      );
      return { s, t: s.map((sc, c) => (beta ? beta[c] : 0) - mean[c] * sc) };
    },
  }),

  refuses(a, [x], N, stats) {
    if (stats !== "batch" || smallestM(a, x, N) > 1) return undefined;
    return `batchNorm: got 1 element per channel (batch or sub-batch of 1, 1×1 pixels), expected at least 2; σ² would be 0 and y = β. Use a larger batch, or stats "running"`;
  },

  forward(c) {
    observe(c);
    normalised(c, c.y);
  },

  again: normalised,

  backward(c) {
    const { H, W, cs } = c.inputs[0];
    const { mean, rstd, b, rows } = statistics(c);
    const gamma = gammaOf(c);
    const dgamma = c.attributes.scale ? c.gradient("gamma") : undefined;
    const dbeta = c.attributes.center ? c.gradient("beta") : undefined;
    const usesBatch = c.stats === "batch";
    undoRelu(c);
    if (c.fused.sum) c.passGradient(1);
    // After a fused pool only the winners have a gradient, so the sums run over them alone.
    const source = c.fused.pool ? c.perImage("winners", c.output.size) : c.x();

    let A: Place | -1 = -1; // mean(γ·dy)
    let B: Place | -1 = -1; // mean(γ·dy·z)
    if (usesBatch || dgamma || dbeta) {
      const parts = c.perImage("gradientSums", 2 * cs);
      const means = [c.shared("A", rows * cs), c.shared("B", rows * cs)] as const;
      const P = c.output.H * c.output.W;
      c.each("gradientSums", source, c.dy, parts, "first", images(), P, cs, b, mean, rstd);
      c.once(
        "mergeGradients",
        parts,
        c.N,
        H * W,
        cs,
        b,
        gamma,
        ...means,
        dgamma ?? -1,
        dbeta ?? -1,
      );
      if (usesBatch) [A, B] = means;
    }
    const dx = c.dx();
    if (!dx) return;
    const affine = [mean, rstd, gamma, A, B, c.fused.maskInput ? 1 : 0] as const;
    const from = [c.dy, dx, "first", images()] as const;
    if (c.fused.pool)
      c.each("normaliseMaxPoolBackward", c.x(), source, ...from, H, W, cs, b, ...affine);
    else c.each("normaliseBackward", c.x(), ...from, H * W, cs, b, ...affine);
  },
};
