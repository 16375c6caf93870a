/** Mean over windows whose padding differs from side to side, that may reach beyond it (ceil mode), or that are not
 *  square. What lies beyond the padding never counts. (The even case: `avgPool2d`.)
 *
 *    y = (kh·kw/n)·(mean with zeros),  n = places of the window that count, a map that depends on sizes alone */

import { z } from "zod";
import { size as elements } from "../tensor/tensor.js";
import { type Emit, images, noParameters, type Op, type Place } from "./op.js";
import { beyond, windowsShape } from "./windows.js";

const side = z.int().nonnegative();
const length = z.int().positive();

const attributes = z.strictObject({
  /** Window height and width. */
  kernel: z.tuple([length, length]),
  stride: length.default(2),
  /** Zeros on [top, left, bottom, right]. */
  padding: z.tuple([side, side, side, side]).default([0, 0, 0, 0]),
  /** Whether a last window that only begins inside counts. */
  ceil: z.boolean().default(false),
  /** Whether padding counts in the mean. */
  countPadding: z.boolean().default(false),
});

export type UnevenAvgPool2d = z.output<typeof attributes>;

/** Borders and sizes as the kernels take them. */
function sizes(c: Emit<UnevenAvgPool2d>) {
  const { H, W, cs } = c.inputs[0];
  const { kernel, stride, padding } = c.attributes;
  const [top, left, bottom, right] = padding;
  const [down, across] = beyond(c.attributes, c.inputs[0].shape, c.output.shape);
  const [H1, W1] = [H + top + bottom, W + left + right];
  const [Hp, Wp] = [H1 + down, W1 + across];
  return {
    border: [H, W, cs, top, left, bottom + down, right + across] as const,
    counted: [H, W, cs, top, left, bottom, right] as const,
    rest: [H1, W1, cs, 0, 0, down, across] as const,
    padded: Hp * Wp * cs,
    pool: [Hp, Wp, cs, ...kernel, stride, 0, c.output.H, c.output.W, 1] as const,
    first: H1 * W1 * cs,
  };
}

/** kh·kw/n for every output element, per image. */
function correction(c: Emit<UnevenAvgPool2d>): Place {
  const s = sizes(c);
  const { size } = c.output;
  const shared = (name: string, n: number): Place => c.shared(name, n);
  const [ones, inner, all] = [
    shared("ones", c.inputs[0].size),
    shared("inner", s.first),
    shared("all", s.padded),
  ];
  const [share, square, factor] = ["share", "square", "factor"].map((name) => shared(name, size));
  c.prepare("fill", ones, c.inputs[0].size, 1);
  c.prepare("pad", ones, inner, 1, ...s.counted, c.attributes.countPadding ? 1 : 0);
  c.prepare("pad", inner, all, 1, ...s.rest, 0);
  c.prepare("averagePool", all, share, 1, ...s.pool);
  c.prepare("multiply", share, share, square, size);
  c.prepare("reciprocalDeviation", square, factor, size, 0); // 1/√(n/khkw)²
  const everywhere = c.perImage("everywhere", size);
  const indices = c.integers(Int32Array.from({ length: size }, (_, i) => i));
  c.each("gather", factor, everywhere, indices, images(), size, 0, size);
  return everywhere;
}

export const unevenAvgPool2d: Op<UnevenAvgPool2d> = {
  summary: "y = mean over kernel windows, padding of its own on every side",
  inputs: 1,
  attributes,
  shape: (a, [x]) => windowsShape("unevenAvgPool2d", a, x),
  parameters: noParameters,
  macs: (_, [x]) => elements(x),
  affine: () => ({ form: "fixed" }),
  forward(c) {
    const { border, padded, pool } = sizes(c);
    const [xp, mean] = [c.perImage("padded", padded), c.perImage("mean", c.output.size)];
    c.each("pad", c.x(), xp, images(), ...border, 0);
    c.each("averagePool", xp, mean, images(), ...pool);
    c.each("multiply", mean, correction(c), c.y, images(c.output.size));
  },
  backward(c) {
    const dx = c.dx();
    if (!dx) return;
    const { border, padded, pool } = sizes(c);
    const { size } = c.output;
    const [g, scaled] = [c.perImage("gradient", padded), c.perImage("scaled", size)];
    c.each("multiply", c.dy, c.perImage("everywhere", size), scaled, images(size));
    c.each("averagePoolBackward", scaled, g, images(), ...pool);
    c.each("unpad", g, dx, images(), ...border);
  },
};
