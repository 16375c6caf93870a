/** y = 1/(1 + e⁻ˣ);  dx = dy·y·(1 − y). */

import { z } from "zod";
import { size } from "../tensor/tensor.js";
import { elementwise } from "./elementwise.js";
import { images, type Op } from "./op.js";

const attributes = z.strictObject({});

export type Sigmoid = z.output<typeof attributes>;

export const sigmoid: Op<Sigmoid> = {
  summary: "y = 1/(1 + e⁻ˣ)",
  ...elementwise,
  attributes,
  macs: (_, [x]) => size(x),
  forward(c) {
    const { C, H, W, cs } = c.inputs[0];
    c.each("sigmoid", c.x(), c.y, images(H * W), C, cs);
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("sigmoidBackward", c.y, c.dy, dx, images(c.output.size));
  },
};
