/** Sum of two equal shapes: the end of a residual branch. Both inputs get the whole gradient. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { sameShape, showShape } from "../tensor/tensor.js";
import { images, noParameters, type Op } from "./op.js";
import { undoRelu } from "./relu.js";

const attributes = z.strictObject({});

export type Add = z.output<typeof attributes>;

export const add: Op<Add> = {
  summary: "y = a + b",
  inputs: 2,
  attributes,
  ordered: true, // a flattened image and a dense layer's vector may meet
  shape(_, [a, b]) {
    if (!sameShape(a, b))
      fail("shape", `add: got inputs ${showShape(a)} and ${showShape(b)}, expected equal shapes`);
    return a;
  },
  parameters: noParameters,
  macs: () => 0,
  affine: () => ({ form: "fixed" }),
  forward(c) {
    c.each("add", c.x(0), c.x(1), c.y, images(c.output.size));
    if (c.fused.relu) c.each("relu", c.y, c.y, images(c.output.size));
  },
  backward(c) {
    undoRelu(c);
    c.passGradient(0);
    c.passGradient(1);
  },
};
