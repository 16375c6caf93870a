/** Noise on every channel, in training alone; otherwise y = x. At each step t every channel c draws a mean and a
 *  deviation, and every image i its own about them (Santurkar et al. 2018, the noise of "noisy BatchNorm"):
 *
 *    μ_c ~ U(−range, range)         σ_c ~ U(1, 1 + excess)
 *    m_ic ~ U(μ_c ± spread)         s_ic ~ U(σ_c ± √3·spread)      (the paper: s ~ N(σ, spread); same deviation)
 *    y = s·x + m                    dx = s·dy */

import { z } from "zod";
import { type Emit, images, noParameters, type Op } from "./op.js";

const attributes = z.strictObject({
  /** Largest |μ|. */
  range: z.number().min(0).default(0.5),
  /** Largest σ − 1. */
  excess: z.number().min(0).default(0.25),
  /** How far images differ within a step; below 1/√3, so that s stays positive. */
  spread: z.number().min(0).max(0.5).default(0.1),
});

export type ChannelNoise = z.output<typeof attributes>;

const rowsOf = (c: Emit<ChannelNoise>) => {
  const { cs } = c.inputs[0];
  return { shift: c.perImage("shift", cs), scale: c.perImage("scale", cs) };
};

export const channelNoise: Op<ChannelNoise> = {
  summary: "y = s·x + m with s, m drawn per step, image and channel; y = x outside training",
  inputs: 1,
  attributes,
  noisy: true,
  ordered: true,
  shape: (_, [x]) => x,
  parameters: noParameters,
  macs: () => 0,
  affine: () => ({ form: "fixed" }),
  forward(c) {
    if (!c.training) return c.passValue();
    const { C, H, W, cs } = c.inputs[0];
    const { range, excess, spread } = c.attributes;
    const { shift, scale } = rowsOf(c);
    const widths = [range, excess, spread, Math.sqrt(3) * spread] as const;
    const at = [c.noiseKey(), c.noiseStep()] as const;
    c.each("channelNoise", shift, scale, "first", images(), C, cs, ...widths, ...at);
    c.each("normalise", c.x(), c.y, 0, images(), H * W, cs, 1, shift, scale, -1, -1, -1, 0);
  },
  backward(c) {
    if (!c.training) return c.passGradient(0);
    const dx = c.dx();
    if (!dx) return;
    const { H, W, cs } = c.inputs[0];
    const { shift, scale } = rowsOf(c);
    const rest = [shift, scale, -1, -1, -1, 0] as const;
    c.each("normaliseBackward", c.x(), c.dy, dx, 0, images(), H * W, cs, 1, ...rest);
  },
};
