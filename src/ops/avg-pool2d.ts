/** Mean over size×size windows. */

import { z } from "zod";
import { size as elements } from "../tensor/tensor.js";
import { images, noParameters, type Op } from "./op.js";
import { even, evenAttributes, meanSizes, windowsShape } from "./windows.js";

/** Padding is 0. */
const attributes = z.strictObject({
  ...evenAttributes,
  /** Whether padding counts in the mean (PyTorch's default) or the mean is over the pixels inside (Keras, TensorFlow). */
  countPadding: z.boolean().default(false),
});

export type AvgPool2d = z.output<typeof attributes>;

export const avgPool2d: Op<AvgPool2d> = {
  summary: "y = mean over size×size windows",
  inputs: 1,
  attributes,
  shape: (a, [x]) => windowsShape("avgPool2d", even(a), x),
  parameters: noParameters,
  macs: (_, [x]) => elements(x),
  affine: () => ({ form: "fixed" }),
  forward(c) {
    c.each("averagePool", c.x(), c.y, images(), ...meanSizes(c, even(c.attributes)));
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("averagePoolBackward", c.dy, dx, images(), ...meanSizes(c, even(c.attributes)));
  },
};
