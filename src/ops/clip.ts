/** y = x between `low` and `high`, these where x is beyond (ReLU6: 0 and 6). The gradient is 0 at both ends, as ReLU's. */

import { z } from "zod";
import { elementwise } from "./elementwise.js";
import { type Emit, images, type Op } from "./op.js";

const attributes = z.strictObject({
  /** Smallest value, at most 0; null: none. */
  low: z.number().max(0).nullable().default(0),
  /** Largest value, at least 0; null: none. */
  high: z.number().min(0).nullable().default(6),
});

export type Clip = z.output<typeof attributes>;

const bounds = ({ attributes: { low, high } }: Emit<Clip>) =>
  [low ?? -Infinity, high ?? Infinity] as const;

export const clip: Op<Clip> = {
  summary: "y = min(max(x, low), high)",
  ...elementwise,
  attributes,
  macs: () => 0,
  forward(c) {
    c.each("bend", c.x(), c.y, images(c.output.size), ...bounds(c), 0);
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("bendBackward", c.x(), c.dy, dx, images(c.output.size), ...bounds(c), 0);
  },
};
