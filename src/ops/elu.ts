/** y = s·x where x > 0, else s·α·(eˣ − 1) (Clevert et al. 2016; with s and α of its own SELU, Klambauer et al. 2017).
 *  dx = s·dy where x > 0, else s·α·eˣ·dy. */

import { z } from "zod";
import { size } from "../tensor/tensor.js";
import { elementwise } from "./elementwise.js";
import { images, type Op } from "./op.js";

const attributes = z.strictObject({
  /** −s·α is what y tends to far below 0. */
  alpha: z.number().default(1),
  scale: z.number().positive().default(1),
});

export type Elu = z.output<typeof attributes>;

export const elu: Op<Elu> = {
  summary: "y = s·x where x > 0, else s·α·(eˣ − 1)",
  ...elementwise,
  attributes,
  macs: (_, [x]) => size(x),
  forward(c) {
    const { alpha, scale } = c.attributes;
    c.each("elu", c.x(), c.y, images(c.output.size), scale * alpha, scale);
  },
  backward(c) {
    const { alpha, scale } = c.attributes;
    const dx = c.dx();
    if (dx) c.each("eluBackward", c.x(), c.dy, dx, images(c.output.size), scale * alpha, scale);
  },
};
