/** Mean over all pixels of a channel: [C,H,W] → [C,1,1]. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape, size } from "../tensor/tensor.js";
import { type Emit, images, noParameters, type Op } from "./op.js";

const attributes = z.strictObject({});

export type GlobalAvgPool = z.output<typeof attributes>;

export const globalAvgPool: Op<GlobalAvgPool> = {
  summary: "y = mean over all pixels, per channel",
  inputs: 1,
  attributes,
  shape(_, [x]) {
    if (x.length !== 3)
      fail("shape", `globalAvgPool: got input ${showShape(x)}, expected an image [C,H,W]`);
    return [x[0], 1, 1];
  },
  parameters: noParameters,
  macs: (_, [x]) => size(x),
  affine: () => ({ form: "fixed" }),
  forward(c) {
    c.each("averagePool", c.x(), c.y, images(), ...oneWindow(c));
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("averagePoolBackward", c.dy, dx, images(), ...oneWindow(c));
  },
};

/** One window, the image, as the kernels take it. */
function oneWindow({ inputs: [{ H, W, cs }] }: Emit<GlobalAvgPool>) {
  return [H, W, cs, H, W, 1, 1, 0, 0, 1, 1, 0, 0, 0] as const;
}
