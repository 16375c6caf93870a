/** y = tanh(x);  dx = dy·(1 − y²). */

import { z } from "zod";
import { size } from "../tensor/tensor.js";
import { elementwise } from "./elementwise.js";
import { images, type Op } from "./op.js";

const attributes = z.strictObject({});

export type Tanh = z.output<typeof attributes>;

export const tanh: Op<Tanh> = {
  summary: "y = tanh(x)",
  ...elementwise,
  attributes,
  macs: (_, [x]) => size(x),
  forward(c) {
    c.each("tanh", c.x(), c.y, images(c.output.size));
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("tanhBackward", c.y, c.dy, dx, images(c.output.size));
  },
};
