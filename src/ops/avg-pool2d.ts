/** Mean over size×size windows. */

import { z } from "zod";
import { size as elements } from "../tensor/tensor.js";
import { type Emit, images, noParameters, type Op } from "./op.js";
import { pooledShape } from "./pooling.js";

const attributes = z.strictObject({
  size: z.int().positive().default(2),
  stride: z.int().positive().default(2),
  /** Pixels of 0 on every side. */
  padding: z.int().nonnegative().default(0),
  /** Whether padding counts in the mean (PyTorch's default) or the mean is over the pixels inside (Keras, TensorFlow). */
  countPadding: z.boolean().default(false),
});

export type AvgPool2d = z.output<typeof attributes>;

export const avgPool2d: Op<AvgPool2d> = {
  summary: "y = mean over size×size windows",
  inputs: 1,
  attributes,
  shape: (a, [x]) => pooledShape("avgPool2d", a, x),
  parameters: noParameters,
  macs: (_, [x]) => elements(x),
  affine: () => ({ form: "fixed" }),
  forward(c) {
    c.each("averagePool", c.x(), c.y, images(), ...sizes(c));
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("averagePoolBackward", c.dy, dx, images(), ...sizes(c));
  },
};

/** Input, window and output, as the kernels take them. */
function sizes({ attributes, inputs, output }: Emit<AvgPool2d>) {
  const { H, W, cs } = inputs[0];
  const { size, stride, padding, countPadding } = attributes;
  const window = [size, size, stride, padding] as const;
  return [H, W, cs, ...window, output.H, output.W, countPadding ? 1 : 0] as const;
}
