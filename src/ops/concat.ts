/** Two images side by side along their channels (two vectors along their features). */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape } from "../tensor/tensor.js";
import { further, images, noParameters, type Op } from "./op.js";

const attributes = z.strictObject({});

export type Concat = z.output<typeof attributes>;

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
    const { H, W, cs } = c.output;
    const [a, b] = c.inputs;
    for (const [i, x, first, end] of [[0, a, 0, a.C] as const, [1, b, a.C, cs] as const]) {
      const table = c.integers(lanes(end - first, x.C));
      const to = further(c.y, first);
      c.each("gather", c.x(i), to, table, images(H * W), end - first, x.cs, cs);
    }
  },
  backward(c) {
    const { H, W, cs } = c.output;
    c.inputs.forEach((x, i) => {
      const dx = c.dx(i);
      if (!dx) return;
      const from = further(c.dy, i === 0 ? 0 : c.inputs[0].C);
      c.each("gather", from, dx, c.integers(lanes(x.cs, x.C)), images(H * W), x.cs, cs, x.cs);
    });
  },
};

/** Of `count` lanes of a pixel the first C, the others 0. */
const lanes = (count: number, C: number): Int32Array =>
  Int32Array.from({ length: count }, (_, lane) => (lane < C ? lane : -1));
