/** Rectified linear unit: y = max(x, 0); dx = dy where x > 0, else 0 (so the slope at 0 is 0). */

import { z } from "zod";
import { type Emit, images, noParameters, type Op } from "./op.js";

const attributes = z.strictObject({});

export type Relu = z.output<typeof attributes>;

export const relu: Op<Relu> = {
  summary: "y = max(x, 0)",
  inputs: 1,
  attributes,
  shape: (_, [x]) => x,
  parameters: noParameters,
  macs: () => 0,
  affine: () => ({ form: "none" }),
  forward(c) {
    c.each("relu", c.x(), c.y, images(c.output.size));
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("reluBackward", c.y, c.dy, dx, images(c.output.size));
  },
};

/** Takes dy back through the ReLU that was merged into an op, unless its readers have done so. */
export function undoRelu(c: Pick<Emit<unknown>, "fused" | "each" | "y" | "dy" | "output">): void {
  if (c.fused.relu && !c.fused.masked)
    c.each("reluBackward", c.y, c.dy, c.dy, images(c.output.size));
}
