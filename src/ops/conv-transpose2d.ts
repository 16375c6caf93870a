/** Transposed convolution: what a convolution does to gradients, done to values.
 *  y[o,oy,ox] = b[o] + Σ x[i,iy,ix] · W[i,o,ky,kx] over iy·stride + ky·dilation − top = oy, ix likewise.
 *
 *  Its mirror is the convolution from y's shape to x's: the forward pass is the mirror's input gradient, the input's
 *  gradient the mirror's forward pass, and the filter's gradient the mirror's own with both values exchanged. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { type Shape, showShape } from "../tensor/tensor.js";
import { directForward, filters } from "./conv2d.js";
import { type Conv2d, type Convolving, extent, perAxis } from "./conv2d-geometry.js";
import { filterGradient, inputGradient } from "./conv2d-gradients.js";
import { type Layout, layout } from "./layout.js";
import { type Emit, images, notFused, type Op, type Place } from "./op.js";
import { perChannel, sumOverPixels } from "./parameters.js";
import { eitherWay } from "./windows.js";

const attributes = z.strictObject({
  /** Output channels. */
  filters: z.int().positive(),
  /** Kernel height and width. */
  kernel: z.tuple([z.int().positive(), z.int().positive()]),
  /** One number, or one for rows and one for columns; dilation likewise. */
  stride: eitherWay.default(1),
  /** Rows and columns left out of the result at [top, left, bottom, right]. */
  padding: z.tuple([z.int(), z.int(), z.int(), z.int()]).default([0, 0, 0, 0]),
  /** Rows and columns more at the end, which a convolution of this stride would not reach. */
  outputPadding: z.tuple([z.int(), z.int()]).default([0, 0]),
  dilation: eitherWay.default(1),
  groups: z.int().positive().default(1),
  bias: z.boolean().default(true),
});

export type ConvTranspose2d = z.output<typeof attributes>;

const mirror = (a: ConvTranspose2d, x: Shape): Conv2d => ({
  filters: x[0],
  kernel: a.kernel,
  stride: a.stride,
  padding: a.padding,
  dilation: a.dilation,
  groups: a.groups,
  bias: false,
});

const outputLayout = (a: ConvTranspose2d, x: Layout): Layout =>
  layout(convTranspose2d.shape(a, [x.shape]));

/** The emitter as the mirror sees it: `from` has the shape of y, `to` that of x. */
function mirrored(c: Emit<ConvTranspose2d>, from: Place, to: Place): Convolving {
  const [x] = c.inputs;
  return {
    attributes: mirror(c.attributes, x.shape),
    inputs: [c.output],
    output: x,
    x: () => from,
    y: to,
    dy: to,
    fused: notFused,
    training: c.training,
    parameter: c.parameter,
    isPacked: c.isPacked,
    normParameter: c.normParameter,
    parameterSize: c.parameterSize,
    perImage: c.perImage,
    perChunk: c.perChunk,
    perThread: c.perThread,
    shared: c.shared,
    integers: c.integers,
    each: c.each,
    beforeChunk: c.beforeChunk,
    late: c.late,
    prepare: c.prepare,
  };
}

/** y += b, channel by channel. */
function addBias(c: Emit<ConvTranspose2d>): void {
  const { size, cs } = c.output;
  const everywhere = c.perImage("everywhere", size);
  const lanes = c.integers(Int32Array.from({ length: size }, (_, i) => i % cs));
  c.each("gather", c.parameter("bias"), everywhere, lanes, images(), size, 0, size);
  c.each("add", c.y, everywhere, c.y, images(size));
}

export const convTranspose2d: Op<ConvTranspose2d> = {
  summary:
    "y[o] = b[o] + Σ_i x[i] ⋆ᵀ W[i,o]: transposed convolution with stride, padding, dilation and groups",
  inputs: 1,
  attributes,

  shape(a, [x]) {
    if (x.length !== 3)
      fail("shape", `convTranspose2d: got input ${showShape(x)}, expected an image [C,H,W]`);
    const [C, H, W] = x as [number, number, number];
    if (C % a.groups !== 0 || a.filters % a.groups !== 0)
      fail(
        "shape",
        `convTranspose2d: got ${C} input channels and ${a.filters} filters, expected multiples of groups = ${a.groups}`,
      );
    const [top, left, bottom, right] = a.padding;
    const [stride, dilation] = [perAxis(a.stride), perAxis(a.dilation)];
    const isTooMuch = a.outputPadding.some((more, axis) => more >= stride[axis]);
    if (Math.min(...a.padding, ...a.outputPadding) < 0 || isTooMuch)
      fail(
        "shape",
        `convTranspose2d: got padding ${showShape(a.padding)} and output padding ${showShape(a.outputPadding)}, expected none below 0, and output padding below the stride ${stride.join("×")}`,
      );
    const length = (n: number, axis: 0 | 1, cut: number): number =>
      (n - 1) * stride[axis] + extent(a.kernel[axis], dilation[axis]) + a.outputPadding[axis] - cut;
    const Ho = length(H, 0, top + bottom);
    const Wo = length(W, 1, left + right);
    if (Ho < 1 || Wo < 1)
      fail(
        "shape",
        `convTranspose2d: got padding ${showShape(a.padding)} for input ${showShape(x)}, expected less: nothing is left of the result`,
      );
    return [a.filters, Ho, Wo];
  },

  parameters(a, [x]) {
    const y = outputLayout(a, x);
    const weight = filters(mirror(a, x.shape), y);
    return a.bias ? [weight, perChannel(y, "bias")] : [weight];
  },

  macs(a, [x]) {
    return (x[0] * x[1] * x[2] * a.filters * a.kernel[0] * a.kernel[1]) / a.groups;
  },

  affine: (a) => ({ form: "weight", weight: "weight", ...(a.bias ? { bias: "bias" } : {}) }),

  forward(c) {
    inputGradient(mirrored(c, c.y, c.x()), c.y);
    if (c.attributes.bias) addBias(c);
  },

  backward(c) {
    const dw = c.gradient("weight");
    if (dw) filterGradient(mirrored(c, c.dy, c.x()), dw);
    const db = c.attributes.bias ? c.gradient("bias") : undefined;
    if (db) sumOverPixels(c, db, c.output.H * c.output.W);
    const dx = c.dx();
    if (dx) directForward(mirrored(c, c.dy, dx));
  },
};
