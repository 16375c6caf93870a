/** Maximum over size×size windows. The gradient of a window goes to its first maximum in row-major order. */

import { z } from "zod";
import { size as elements } from "../tensor/tensor.js";
import { type Emit, images, noParameters, type Op } from "./op.js";
import { pooledShape } from "./pooling.js";

const attributes = z.strictObject({
  size: z.int().positive().default(2),
  stride: z.int().positive().default(2),
  /** Pixels of −∞ on every side. */
  padding: z.int().nonnegative().default(0),
});

export type MaxPool2d = z.output<typeof attributes>;

export const maxPool2d: Op<MaxPool2d> = {
  summary: "y = max over size×size windows",
  inputs: 1,
  attributes,
  shape: (a, [x]) => pooledShape("maxPool2d", a, x),
  parameters: noParameters,
  macs: (_, [x]) => elements(x),
  affine: () => ({ form: "none" }),
  forward(c) {
    c.each("maxPool", c.x(), c.y, images(), ...sizes(c));
  },
  backward(c) {
    const dx = c.dx();
    if (!dx) return;
    const mask = c.fused.maskInput ? 1 : 0;
    c.each("maxPoolBackward", c.x(), c.dy, dx, images(), ...sizes(c), mask);
  },
};

/** Input, window and output, as the kernels take them. */
function sizes({ attributes, inputs, output }: Emit<MaxPool2d>) {
  const { H, W, cs } = inputs[0];
  const { size, stride, padding } = attributes;
  return [H, W, cs, size, stride, padding, output.H, output.W] as const;
}
