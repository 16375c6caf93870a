/** Maximum over size×size windows whose padding differs from side to side, or that may reach beyond it (ceil mode).
 *  The gradient of a window goes to its first maximum in row-major order. (The even case: `maxPool2d`.) */

import { z } from "zod";
import { size as elements } from "../tensor/tensor.js";
import { type Emit, images, noParameters, type Op, type Place } from "./op.js";
import { beyond, type Windows, windowsShape } from "./windows.js";

const side = z.int().nonnegative();

const attributes = z.strictObject({
  size: z.int().positive().default(2),
  stride: z.int().positive().default(2),
  /** Pixels of −∞ on [top, left, bottom, right]. */
  padding: z.tuple([side, side, side, side]).default([0, 0, 0, 0]),
  /** Whether a last window that only begins inside counts. */
  ceil: z.boolean().default(false),
});

export type UnevenMaxPool2d = z.output<typeof attributes>;

const windows = (a: UnevenMaxPool2d): Windows => ({ ...a, kernel: [a.size, a.size] });

/** The input between its −∞, and the numbers that the kernels take. */
function padded(c: Emit<UnevenMaxPool2d>) {
  const { H, W, cs } = c.inputs[0];
  const { size, stride, padding } = c.attributes;
  const [top, left, bottom, right] = padding;
  const [down, across] = beyond(windows(c.attributes), c.inputs[0].shape, c.output.shape);
  const border = [H, W, cs, top, left, bottom + down, right + across] as const;
  const [Hp, Wp] = [H + top + bottom + down, W + left + right + across];
  const place = (name: string): Place => c.perImage(name, Hp * Wp * cs);
  return { border, place, sizes: [Hp, Wp, cs, size, stride, 0, c.output.H, c.output.W] as const };
}

export const unevenMaxPool2d: Op<UnevenMaxPool2d> = {
  summary: "y = max over size×size windows, padding of its own on every side",
  inputs: 1,
  attributes,
  shape: (a, [x]) => windowsShape("unevenMaxPool2d", windows(a), x),
  parameters: noParameters,
  macs: (_, [x]) => elements(x),
  affine: () => ({ form: "none" }),
  forward(c) {
    const { border, place, sizes } = padded(c);
    c.each("pad", c.x(), place("padded"), images(), ...border, -Infinity);
    c.each("maxPool", place("padded"), c.y, images(), ...sizes);
  },
  backward(c) {
    const dx = c.dx();
    if (!dx) return;
    const { border, place, sizes } = padded(c);
    c.each("maxPoolBackward", place("padded"), c.dy, place("gradient"), images(), ...sizes, 0);
    c.each("unpad", place("gradient"), dx, images(), ...border);
  },
};
