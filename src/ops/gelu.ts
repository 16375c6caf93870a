/** y = x·Φ(x), Φ(x) = ½(1 + erf(x/√2)): the Gaussian error linear unit (Hendrycks and Gimpel 2016);
 *  dx = dy·(Φ(x) + x·φ(x)), φ(x) = e^(−x²/2)/√2π.
 *  With `approximate: "tanh"`, Φ(x) is ½(1 + tanh u), u = √(2/π)·(x + 0.044715·x³), which is σ(2u). */

import { z } from "zod";
import { size } from "../tensor/tensor.js";
import { elementwise } from "./elementwise.js";
import { type Emit, images, type Op } from "./op.js";

const attributes = z.strictObject({
  /** - `none`: Φ itself. `tanh`: the formula that some programs take for it. */
  approximate: z.enum(["none", "tanh"]).default("none"),
});

export type Gelu = z.output<typeof attributes>;

const isTanh = ({ attributes: { approximate } }: Emit<Gelu>): 0 | 1 =>
  approximate === "tanh" ? 1 : 0;

export const gelu: Op<Gelu> = {
  summary: "y = x·Φ(x), Φ being the normal distribution",
  ...elementwise,
  attributes,
  macs: (_, [x]) => size(x),
  forward(c) {
    c.each("gelu", c.x(), c.y, images(c.output.size), isTanh(c));
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("geluBackward", c.x(), c.dy, dx, images(c.output.size), isTanh(c));
  },
};
