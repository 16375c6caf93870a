/** Per channel a floor or a ceiling: y = max(x, θ) where σ = 1, min(x, θ) where σ = −1. What is left of
 *  BN → ReLU when BN's scale s and shift t have moved on: relu(s·x + t) = s·clamp(x) + t with θ = −t/s, σ = sign s.
 *
 *    y = θ + σ·max(σ·(x − θ), 0)        dx = dy where σ·(x − θ) > 0, else 0 */

import { z } from "zod";
import { type Emit, images, type Op, type Place } from "./op.js";
import { perChannel } from "./parameters.js";

const attributes = z.strictObject({});

export type Clamp = z.output<typeof attributes>;

/** σ·(x − θ), cut at 0. */
const excess = (c: Emit<Clamp>): Place => c.perImage("excess", c.output.size);

export const clamp: Op<Clamp> = {
  summary: "y = max(x, θ) where σ = 1, min(x, θ) where σ = −1, per channel",
  inputs: 1,
  attributes,
  shape: (_, [x]) => x,
  parameters: (_, [x]) => [
    perChannel(x, "threshold", { trainable: false }),
    perChannel(x, "sign", { trainable: false, initial: 1 }),
  ],
  macs: () => 0,
  affine: () => ({ form: "none" }),
  forward(c) {
    const { H, W, cs } = c.inputs[0];
    const [theta, sign] = [c.parameter("threshold"), c.parameter("sign")];
    const [zeros, ones] = [c.shared("zeros", cs), c.shared("ones", cs)];
    c.prepare("fill", zeros, cs, 0);
    c.prepare("fill", ones, cs, 1);
    const r = excess(c);
    const P = H * W;
    c.each("normalise", c.x(), r, "first", images(), P, cs, 0, theta, ones, sign, -1, -1, 1);
    c.each("normalise", r, c.y, "first", images(), P, cs, 0, zeros, ones, sign, theta, -1, 0);
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("reluBackward", excess(c), c.dy, dx, images(c.output.size));
  },
};
