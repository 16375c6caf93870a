/** Fully connected layer: y[o] = b[o] + Σ_f W[o,f]·x[f]. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape, size } from "../tensor/tensor.js";
import { layout, runsOf } from "./layout.js";
import { images, type Op, type Run } from "./op.js";
import { glorotUniform, perChannel, sumOverPixels } from "./parameters.js";
import { undoRelu } from "./relu.js";

const attributes = z.strictObject({
  /** Outputs. */
  units: z.int().positive(),
  bias: z.boolean().default(true),
});

export type Dense = z.output<typeof attributes>;

export const dense: Op<Dense> = {
  summary: "y[o] = b[o] + Σ_f W[o,f]·x[f]",
  inputs: 1,
  attributes,

  shape(a, [x]) {
    if (x.length !== 1)
      fail(
        "shape",
        `dense: got input ${showShape(x)}, expected a vector [F]; put a flatten or a global pool before it`,
      );
    return [a.units];
  },

  parameters(a, [x]) {
    const F = size(x.shape);
    const weight = {
      name: "weight",
      shape: [a.units, F],
      trainable: true,
      decays: true,
      init: (random: Parameters<typeof glorotUniform>[0]) =>
        glorotUniform(random, a.units * F, F, a.units),
      memory: {
        size: a.units * x.size,
        runs(run: Run) {
          for (let o = 0; o < a.units; o++)
            runsOf(x, (from, step, to, stride, count) =>
              run(o * F + from, step, o * x.size + to, stride, count),
            );
        },
      },
    };
    return a.bias ? [weight, perChannel(layout([a.units]), "bias")] : [weight];
  },

  macs: (a, [x]) => a.units * size(x),
  affine: (a) => ({ form: "weight", weight: "weight", ...(a.bias ? { bias: "bias" } : {}) }),

  forward(c) {
    const { units, bias } = c.attributes;
    c.each(
      "dense",
      c.x(),
      c.parameter("weight"),
      bias ? c.parameter("bias") : -1,
      c.y,
      images(),
      c.inputs[0].size,
      units,
      c.output.cs,
      c.fused.relu ? 1 : 0,
    );
  },

  backward(c) {
    const { units, bias } = c.attributes;
    const F = c.inputs[0].size;
    const os = c.output.cs;
    undoRelu(c);
    const dw = c.gradient("weight");
    if (dw) c.late(F, "denseWeightGradient", c.x(), c.dy, dw, c.N, F, units, os, "lo", "hi");
    const db = bias ? c.gradient("bias") : undefined;
    if (db) sumOverPixels(c, db, 1);
    const dx = c.dx();
    if (dx) c.each("denseBackward", c.dy, c.parameter("weight"), dx, images(), F, units, os);
  },
};
