/** y_c = e^{x_c} / Σ_k e^{x_k} over the features of a vector. Training ends in logits and puts the softmax in the loss. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape, size } from "../tensor/tensor.js";
import { images, noParameters, type Op } from "./op.js";

const attributes = z.strictObject({});

export type Softmax = z.output<typeof attributes>;

export const softmax: Op<Softmax> = {
  summary: "y_c = e^{x_c} / Σ_k e^{x_k}",
  inputs: 1,
  attributes,
  ordered: true,
  shape(_, [x]) {
    if (x.length !== 1) fail("shape", `softmax: got input ${showShape(x)}, expected a vector [F]`);
    return x;
  },
  parameters: noParameters,
  macs: (_, [x]) => size(x),
  affine: () => ({ form: "none" }),
  forward(c) {
    c.each("softmax", c.x(), c.y, images(), c.inputs[0].C, c.inputs[0].cs);
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("softmaxBackward", c.y, c.dy, dx, images(), c.inputs[0].C, c.inputs[0].cs);
  },
};
