/** Sizes, offsets and the padded input of a convolution: what its forward and backward passes share. */

import { z } from "zod";
import type { Layout } from "./layout.js";
import { type Emit, type FusedNorm, further, images, type Place } from "./op.js";

const side = z.int().positive();
const eitherWay = z.union([side, z.tuple([side, side])]).default(1);

export const conv2dAttributes = z.strictObject({
  /** Filters, = output channels. */
  filters: z.int().positive(),
  /** Kernel height and width. */
  kernel: z.tuple([z.int().positive(), z.int().positive()]),
  /** One number, or one for rows and one for columns; dilation likewise. */
  stride: eitherWay,
  /** Zeros added at [top, left, bottom, right]. */
  padding: z.tuple([z.int(), z.int(), z.int(), z.int()]).default([0, 0, 0, 0]),
  dilation: eitherWay,
  groups: z.int().positive().default(1),
  bias: z.boolean().default(true),
});

export type Conv2d = z.output<typeof conv2dAttributes>;

/** What the plain loops need of an emitter; a transposed convolution gives them one with its own values exchanged. */
export type Convolving = Pick<
  Emit<Conv2d>,
  "attributes" | "inputs" | "output" | "fused" | "training" | "x" | "y" | "dy" | keyof Tools
>;

/** The part of an emitter that has nothing to do with the values of the op. */
type Tools = Pick<
  Emit<Conv2d>,
  | "parameter"
  | "isPacked"
  | "normParameter"
  | "parameterSize"
  | "perImage"
  | "perChunk"
  | "perThread"
  | "shared"
  | "integers"
  | "each"
  | "beforeChunk"
  | "late"
  | "prepare"
>;

/** A number for rows, and one for columns. */
export const perAxis = (given: number | readonly [number, number]): readonly [number, number] =>
  typeof given === "number" ? [given, given] : given;

/** Whether every one of C channels has one filter of its own. */
export const isDepthwise = ({ groups, filters }: Conv2d, C: number): boolean =>
  groups > 1 && groups === C && filters === C;

/** Extent of a dilated kernel. */
export const extent = (kernel: number, dilation: number): number => (kernel - 1) * dilation + 1;

/** Numbers that forward and backward both need. */
export function geometry(a: Conv2d, x: Layout) {
  const [kh, kw] = a.kernel;
  const [top, left, bottom, right] = a.padding;
  const Hp = x.H + top + bottom;
  const Wp = x.W + left + right;
  const I = x.C / a.groups;
  const O = a.filters / a.groups;
  return {
    kh,
    kw,
    top,
    left,
    bottom,
    right,
    Hp,
    Wp,
    I,
    O,
    isPadded: top + left + bottom + right > 0,
  };
}

/** Multiply-adds per image from which on a pass that no gradient follows takes algorithms of fewer multiplications and
 *  larger roundings. No network of the zoo has such convolutions on images of its datasets; imported ones hardly others. */
const LARGE = 2 ** 22;

/** Whether a convolution has so many. */
export function isLarge(a: Conv2d, x: Layout): boolean {
  const { kh, kw, Hp, Wp, I } = geometry(a, x);
  const [stride, dilation] = [perAxis(a.stride), perAxis(a.dilation)];
  const lines = Math.floor((Hp - extent(kh, dilation[0])) / stride[0]) + 1;
  const columns = Math.floor((Wp - extent(kw, dilation[1])) / stride[1]) + 1;
  return kh * kw * I * a.filters * lines * columns >= LARGE;
}

/** Offset of every (ky, kx, i) from a window's first element, in the order of the weights in memory. */
export function forwardTaps(a: Conv2d, x: Layout): { offsets: Int32Array; taps: number } {
  const { kh, kw, Wp, I } = geometry(a, x);
  const [down, across] = perAxis(a.dilation);
  const offsets = new Int32Array(kh * kw * I);
  for (let ky = 0, k = 0; ky < kh; ky++)
    for (let kx = 0; kx < kw; kx++)
      for (let i = 0; i < I; i++, k++) offsets[k] = (ky * down * Wp + kx * across) * x.cs + i;
  return { offsets, taps: offsets.length };
}

/** Distance of images, of window rows and of windows in the padded input. */
export function windowStrides(a: Conv2d, x: Layout): readonly [number, number, number] {
  const { Hp, Wp } = geometry(a, x);
  const [down, across] = perAxis(a.stride);
  return [Hp * Wp * x.cs, down * Wp * x.cs, across * x.cs];
}

/** The sizes that the kernels of grouped convolution take. */
export function groupedSizes(a: Conv2d, x: Layout, y: Layout) {
  const { kh, kw, Hp, Wp, I, O } = geometry(a, x);
  const images = [Hp, Wp, x.cs, y.H, y.W, y.cs] as const;
  return [...images, a.groups, I, O, kh, kw, ...perAxis(a.stride), ...perAxis(a.dilation)] as const;
}

/** The ends of a convolution, as its kernels take them: what is merged into it. */
export function endsOf(
  c: Convolving,
): readonly [norm: Place | -1, residual: Place | -1, relu: number] {
  const { norm, sum, relu, high = Infinity } = c.fused;
  return [norm ? normEnd(c, norm) : -1, sum ? c.x(1) : -1, relu ? high : 0];
}

/** μ, r, γ and β of the norm, four channels at a time. */
function normEnd(c: Convolving, { attributes }: FusedNorm): Place {
  const { cs } = c.output;
  const ends = c.shared("norm", 4 * cs);
  const rows = c.shared("normRows", 2 * cs);
  const { epsilon, scale, center } = attributes;
  c.prepare("reciprocalDeviation", c.normParameter("runningVariance"), rows, cs, epsilon);
  const lanes = c.integers([0, 1, 2, 3]);
  const put = (row: number, from: Place) =>
    c.prepare("gather", from, further(ends, 4 * row), lanes, cs / 4, 4, 4, 16);
  put(0, c.normParameter("runningMean"));
  put(1, rows);
  c.prepare("fill", rows, cs, 1);
  put(2, scale ? c.normParameter("gamma") : rows);
  c.prepare("fill", rows, cs, 0);
  put(3, center ? c.normParameter("beta") : rows);
  return ends;
}

/** The input with its border of zeros, in memory of this name: not kept from the forward to the backward pass. */
export function paddedInput(c: Convolving, name: string): Place {
  const x = c.inputs[0];
  const { top, left, bottom, right, Hp, Wp, isPadded } = geometry(c.attributes, x);
  if (!isPadded) return c.x();
  const xp = c.perImage(name, Hp * Wp * x.cs);
  c.each("pad", c.x(), xp, images(), x.H, x.W, x.cs, top, left, bottom, right, 0);
  return xp;
}
