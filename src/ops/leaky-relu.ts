/** y = x where x > 0, else slope·x (Maas 2013). */

import { z } from "zod";
import { elementwise } from "./elementwise.js";
import { images, type Op } from "./op.js";

const attributes = z.strictObject({
  /** Slope below 0. */
  slope: z.number().default(0.01),
});

export type LeakyRelu = z.output<typeof attributes>;

export const leakyRelu: Op<LeakyRelu> = {
  summary: "y = x where x > 0, else slope·x",
  ...elementwise,
  attributes,
  macs: () => 0,
  forward(c) {
    c.each("bend", c.x(), c.y, images(c.output.size), 0, Infinity, c.attributes.slope);
  },
  backward(c) {
    const { size } = c.output;
    const dx = c.dx();
    if (dx) c.each("bendBackward", c.x(), c.dy, dx, images(size), 0, Infinity, c.attributes.slope);
  },
};
