/** Maximum over windows of any kind: not square, dilated, padded otherwise from side to side, or reaching beyond the
 *  padding (ceil mode). The gradient of a window goes to its first maximum in row-major order. (The even case: `maxPool2d`.) */

import { z } from "zod";
import { size as elements } from "../tensor/tensor.js";
import { perAxis } from "./conv2d-geometry.js";
import { images, noParameters, type Op } from "./op.js";
import { eitherWay, maximumSizes, sides, type Windows, windowsShape } from "./windows.js";

const attributes = z.strictObject({
  /** Window height and width; one number, or one for rows and one for columns, as the next two. */
  size: eitherWay.default(2),
  stride: eitherWay.default(2),
  /** Distance of the window's pixels. */
  dilation: eitherWay.default(1),
  /** Pixels of −∞ on [top, left, bottom, right]. */
  padding: sides,
  /** Whether a last window that only begins inside counts. */
  ceil: z.boolean().default(false),
});

export type UnevenMaxPool2d = z.output<typeof attributes>;

const windows = ({ size, ...rest }: UnevenMaxPool2d): Windows => ({
  ...rest,
  kernel: perAxis(size),
});

export const unevenMaxPool2d: Op<UnevenMaxPool2d> = {
  summary: "y = max over size windows, padding of its own on every side",
  inputs: 1,
  attributes,
  shape: (a, [x]) => windowsShape("unevenMaxPool2d", windows(a), x),
  parameters: noParameters,
  macs: (_, [x]) => elements(x),
  affine: () => ({ form: "none" }),
  forward(c) {
    c.each("maxPool", c.x(), c.y, images(), ...maximumSizes(c, windows(c.attributes)));
  },
  backward(c) {
    const dx = c.dx();
    if (!dx) return;
    const sizes = maximumSizes(c, windows(c.attributes));
    c.each("maxPoolBackward", c.x(), c.dy, dx, images(), ...sizes, 0);
  },
};
