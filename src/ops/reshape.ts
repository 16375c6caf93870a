/** The same elements in row-major order, seen in another shape. (To a vector: `flatten`, which may cost nothing.) */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape, size } from "../tensor/tensor.js";
import { noParameters, type Op } from "./op.js";

const length = z.int().positive();

const attributes = z.strictObject({
  shape: z.union([z.tuple([length, length, length]), z.tuple([length])]),
});

export type Reshape = z.output<typeof attributes>;

export const reshape: Op<Reshape> = {
  summary: "y = x in another shape, in row-major order",
  inputs: 1,
  attributes,
  ordered: true,
  shape({ shape }, [x]) {
    if (size(shape) !== size(x))
      fail(
        "shape",
        `reshape: got input ${showShape(x)} of ${size(x)} elements, expected ${size(shape)} for ${showShape(shape)}`,
      );
    return shape;
  },
  parameters: noParameters,
  macs: () => 0,
  affine: () => ({ form: "fixed" }),
  forward(c) {
    c.passValue();
  },
  backward(c) {
    c.passGradient(0);
  },
};
