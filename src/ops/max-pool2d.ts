/** Maximum over size×size windows. The gradient of a window goes to its first maximum in row-major order. */

import { z } from "zod";
import { size as elements } from "../tensor/tensor.js";
import { images, noParameters, type Op } from "./op.js";
import { even, evenAttributes, maximumSizes, windowsShape } from "./windows.js";

/** Padding is −∞. */
const attributes = z.strictObject(evenAttributes);

export type MaxPool2d = z.output<typeof attributes>;

export const maxPool2d: Op<MaxPool2d> = {
  summary: "y = max over size×size windows",
  inputs: 1,
  attributes,
  shape: (a, [x]) => windowsShape("maxPool2d", even(a), x),
  parameters: noParameters,
  macs: (_, [x]) => elements(x),
  affine: () => ({ form: "none" }),
  forward(c) {
    c.each("maxPool", c.x(), c.y, images(), ...maximumSizes(c, even(c.attributes)));
  },
  backward(c) {
    const dx = c.dx();
    if (!dx) return;
    const sizes = maximumSizes(c, even(c.attributes));
    c.each("maxPoolBackward", c.x(), c.dy, dx, images(), ...sizes, c.fused.maskInput ? 1 : 0);
  },
};
