/** Maximum over size×size windows where σ = 1, minimum where σ = −1, per channel: y = σ·max(σ·x). What is left of
 *  BN → max-pool when BN has moved on: BN(max x) is max BN(x) where its scale is positive, else BN(min x).
 *  The gradient of a window goes to its first extremum in row-major order. */

import { z } from "zod";
import { size as elements } from "../tensor/tensor.js";
import { type Emit, images, type Op, type Place } from "./op.js";
import { perChannel } from "./parameters.js";
import { even, evenAttributes, maximumSizes, windowsShape } from "./windows.js";

/** Padding is −∞·σ. */
const attributes = z.strictObject(evenAttributes);

export type SignedMaxPool2d = z.output<typeof attributes>;

/** σ·x. */
const signed = (c: Emit<SignedMaxPool2d>): Place => c.perImage("signed", c.inputs[0].size);

const sizes = (c: Emit<SignedMaxPool2d>) => maximumSizes(c, even(c.attributes));

export const signedMaxPool2d: Op<SignedMaxPool2d> = {
  summary: "y = max over size×size windows where σ = 1, min where σ = −1, per channel",
  inputs: 1,
  attributes,
  shape: (a, [x]) => windowsShape("signedMaxPool2d", even(a), x),
  parameters: (_, [x]) => [perChannel(x, "sign", { trainable: false, initial: 1 })],
  macs: (_, [x]) => elements(x),
  affine: () => ({ form: "none" }),
  forward(c) {
    const { H, W, cs } = c.inputs[0];
    const sign = c.parameter("sign");
    const [zeros, ones] = [c.shared("zeros", cs), c.shared("ones", cs)];
    c.prepare("fill", zeros, cs, 0);
    c.prepare("fill", ones, cs, 1);
    const [from, pooled] = [signed(c), c.perImage("pooled", c.output.size)];
    const flip = (x: Place, y: Place, P: number) =>
      c.each("normalise", x, y, "first", images(), P, cs, 0, zeros, ones, sign, -1, -1, 0);
    flip(c.x(), from, H * W);
    c.each("maxPool", from, pooled, images(), ...sizes(c));
    flip(pooled, c.y, c.output.H * c.output.W);
  },
  backward(c) {
    const dx = c.dx();
    // d(σ·max(σx))/dx = σ·σ = 1 at the winner.
    if (dx) c.each("maxPoolBackward", signed(c), c.dy, dx, images(), ...sizes(c), 0);
  },
};
