/** Two images side by side along their channels (two vectors along their features). */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape, size } from "../tensor/tensor.js";
import { placesBack, placesIn } from "./moved.js";
import { type Emit, images, noParameters, type Op } from "./op.js";

const attributes = z.strictObject({});

export type Concat = z.output<typeof attributes>;

/** The elements of y that input i provides. */
function from(c: Emit<Concat>, i: number): Int32Array {
  const first = size(c.inputs[0].shape);
  const own = (e: number) => (i === 0 ? (e < first ? e : -1) : e < first ? -1 : e - first);
  return Int32Array.from({ length: size(c.output.shape) }, (_, e) => own(e));
}

export const concat: Op<Concat> = {
  summary: "y = a and b one after the other along the channels",
  inputs: 2,
  attributes,
  ordered: true,
  shape(_, [a, b]) {
    if (a.length !== b.length || a.slice(1).some((length, k) => length !== b[k + 1]))
      fail(
        "shape",
        `concat: got inputs ${showShape(a)} and ${showShape(b)}, expected equal height and width`,
      );
    return [a[0] + b[0], ...a.slice(1)];
  },
  parameters: noParameters,
  macs: () => 0,
  affine: () => ({ form: "fixed" }),
  forward(c) {
    const y = c.output;
    const part = c.perImage("part", y.size);
    for (const i of [0, 1]) {
      const x = c.inputs[i];
      const table = c.integers(placesIn(y, x, from(c, i)));
      c.each("gather", c.x(i), i === 0 ? c.y : part, table, images(), y.size, x.size, y.size);
    }
    c.each("add", c.y, part, c.y, images(y.size)); // each has 0 where the other has values
  },
  backward(c) {
    const y = c.output;
    for (const i of [0, 1]) {
      const dx = c.dx(i);
      if (!dx) continue;
      const x = c.inputs[i];
      const table = c.integers(placesBack(y, x, from(c, i)));
      c.each("gather", c.dy, dx, table, images(), x.size, y.size, x.size);
    }
  },
};
