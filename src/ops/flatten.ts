/** [C,H,W] → [C·H·W], in row-major order of C, H, W. */

import { z } from "zod";
import { size } from "../tensor/tensor.js";
import { noParameters, type Op } from "./op.js";

const attributes = z.strictObject({});

export type Flatten = z.output<typeof attributes>;

export const flatten: Op<Flatten> = {
  summary: "y = x as a vector, in row-major order of C, H, W",
  inputs: 1,
  attributes,
  shape: (_, [x]) => [size(x)],
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
