/** Dropout (Srivastava 2014), inverted: in training y = x·m with m = 0 with probability `rate`, else 1/(1 − rate),
 *  drawn anew at each step and image; otherwise y = x. */

import { z } from "zod";
import { images, noParameters, type Op } from "./op.js";

const attributes = z.strictObject({
  /** Probability of dropping an element. */
  rate: z.number().min(0).lt(1).default(0.5),
});

export type Dropout = z.output<typeof attributes>;

export const dropout: Op<Dropout> = {
  summary: "y = x·m, m = 0 with probability rate, else 1/(1 − rate); y = x outside training",
  inputs: 1,
  attributes,
  noisy: true,
  shape: (_, [x]) => x,
  parameters: noParameters,
  macs: () => 0,
  affine: () => ({ form: "fixed" }),
  forward(c) {
    const n = c.output.size;
    if (!c.training) return c.passValue();
    const mask = c.perImage("mask", n);
    c.each(
      "dropoutMask",
      mask,
      "first",
      images(),
      n,
      c.attributes.rate,
      c.noiseKey(),
      c.noiseStep(),
    );
    c.each("multiply", c.x(), mask, c.y, images(n));
  },
  backward(c) {
    if (!c.training) return c.passGradient(0);
    const n = c.output.size;
    const dx = c.dx();
    if (dx) c.each("multiply", c.dy, c.perImage("mask", n), dx, images(n));
  },
};
