/** Product of a signal and its gate: y = a ⊙ b, where b has a's shape, or one number per channel (squeeze-excitation).
 *
 *    da = dy·b        db = dy·a, summed over the pixels that share it */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { sameShape, showShape, size } from "../tensor/tensor.js";
import { type Emit, images, noParameters, type Op, type Place } from "./op.js";

const attributes = z.strictObject({});

export type Multiply = z.output<typeof attributes>;

const isPerChannel = ({ inputs: [a, b] }: Emit<Multiply>): boolean => !sameShape(a.shape, b.shape);

/** y = x·b with one number of b per image and channel. */
function scaleChannels(c: Emit<Multiply>, x: Place, y: Place): void {
  const { H, W, cs } = c.inputs[0];
  const zeros = zerosOf(c);
  c.each("normalise", x, y, 0, images(), H * W, cs, 1, zeros, c.x(1), -1, -1, -1, 0);
}

function zerosOf(c: Emit<Multiply>): Place {
  const { cs } = c.inputs[0];
  const zeros = c.perImage("zeros", cs);
  c.each("fill", zeros, images(cs), 0);
  return zeros;
}

export const multiply: Op<Multiply> = {
  summary: "y = a ⊙ b, b of a's shape or one number per channel",
  inputs: 2,
  attributes,
  ordered: true,
  shape(_, [a, b]) {
    const perChannel = a.length === 3 && sameShape(b, [a[0], 1, 1]);
    if (!sameShape(a, b) && !perChannel)
      fail(
        "shape",
        `multiply: got inputs ${showShape(a)} and ${showShape(b)}, expected equal shapes or [C,1,1] second`,
      );
    return a;
  },
  parameters: noParameters,
  macs: (_, [a]) => size(a),
  affine: () => ({ form: "none" }),
  forward(c) {
    if (isPerChannel(c)) scaleChannels(c, c.x(0), c.y);
    else c.each("multiply", c.x(0), c.x(1), c.y, images(c.output.size));
  },
  backward(c) {
    const { H, W, cs, size } = c.inputs[0];
    const db = c.dx(1);
    if (!isPerChannel(c)) {
      if (db) c.each("multiply", c.dy, c.x(0), db, images(size));
      const da = c.dx(0);
      if (da) c.each("multiply", c.dy, c.x(1), da, images(size));
      return;
    }
    if (db) {
      const parts = c.perImage("sums", 2 * cs);
      const ones = c.perImage("ones", cs);
      c.each("fill", ones, images(cs), 1);
      c.each("gradientSums", c.x(0), c.dy, parts, 0, images(), H * W, cs, 1, zerosOf(c), ones);
      const second = c.integers(Int32Array.from({ length: cs }, (_, k) => cs + k)); // Σ dy·a
      c.each("gather", parts, db, second, images(), cs, 2 * cs, cs);
    }
    const da = c.dx(0);
    if (da) scaleChannels(c, c.dy, da);
  },
};
