/** Mean over windows of any kind: not square, padded otherwise from side to side, or reaching beyond the padding
 *  (ceil mode), which never counts there. (The even case: `avgPool2d`.) */

import { z } from "zod";
import { size as elements } from "../tensor/tensor.js";
import { images, noParameters, type Op } from "./op.js";
import { eitherWay, meanSizes, sides, windowsShape } from "./windows.js";

const length = z.int().positive();

const attributes = z.strictObject({
  /** Window height and width. */
  kernel: z.tuple([length, length]),
  /** One number, or one for rows and one for columns. */
  stride: eitherWay.default(2),
  /** Zeros on [top, left, bottom, right]. */
  padding: sides,
  /** Whether a last window that only begins inside counts. */
  ceil: z.boolean().default(false),
  /** Whether padding counts in the mean. */
  countPadding: z.boolean().default(false),
});

export type UnevenAvgPool2d = z.output<typeof attributes>;

export const unevenAvgPool2d: Op<UnevenAvgPool2d> = {
  summary: "y = mean over kernel windows, padding of its own on every side",
  inputs: 1,
  attributes,
  shape: (a, [x]) => windowsShape("unevenAvgPool2d", a, x),
  parameters: noParameters,
  macs: (_, [x]) => elements(x),
  affine: () => ({ form: "fixed" }),
  forward(c) {
    c.each("averagePool", c.x(), c.y, images(), ...meanSizes(c, c.attributes));
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("averagePoolBackward", c.dy, dx, images(), ...meanSizes(c, c.attributes));
  },
};
