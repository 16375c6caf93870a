/** A bias of its own for every element of an image: y[c,h,w] = x[c,h,w] + b[c,h,w]. What folding leaves after a
 *  convolution with zero padding, whose border sees less of the shift than its middle. */

import { z } from "zod";
import { size } from "../tensor/tensor.js";
import { type Layout, runsOf } from "./layout.js";
import { images, type Op } from "./op.js";

const attributes = z.strictObject({});

export type BiasMap = z.output<typeof attributes>;

export const biasMap: Op<BiasMap> = {
  summary: "y = x + b, with a number of b for every element of the image",
  inputs: 1,
  attributes,
  shape: (_, [x]) => x,
  parameters: (_, [x]: readonly Layout[]) => [
    {
      name: "bias",
      shape: x.shape,
      trainable: true,
      decays: false,
      init: () => new Float32Array(size(x.shape)),
      memory: { size: x.size, runs: (run) => runsOf(x, run) },
    },
  ],
  macs: () => 0,
  affine: () => ({ form: "fixed" }),
  forward(c) {
    const n = c.output.size;
    const everywhere = c.perImage("everywhere", n);
    const indices = c.integers(Int32Array.from({ length: n }, (_, i) => i));
    c.each("gather", c.parameter("bias"), everywhere, indices, images(), n, 0, n);
    c.each("add", c.x(), everywhere, c.y, images(n));
  },
  backward(c) {
    const n = c.output.size;
    const db = c.gradient("bias");
    if (db) c.late(n, "sumParts", c.dy, c.N, n, db, "lo", "hi");
    const dx = c.dx();
    if (dx) c.each("copy", c.dy, dx, images(n)); // dy itself must last until the late sum
  },
};
