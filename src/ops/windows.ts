/** Windows of pools: their shapes, their checks, and the numbers that kernels take. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { type Shape, showShape } from "../tensor/tensor.js";
import { type Conv2d, extent, perAxis } from "./conv2d-geometry.js";
import type { Emit } from "./op.js";

const length = z.int().positive();
const side = z.int().nonnegative();

/** One number, or one for rows and one for columns. */
export const eitherWay = z.union([length, z.tuple([length, length])]);

export const sides = z.tuple([side, side, side, side]).default([0, 0, 0, 0]);

export interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride: Conv2d["stride"];
  /** Distance of a window's pixels; defaults to 1. */
  readonly dilation?: Conv2d["dilation"];
  /** [top, left, bottom, right]. */
  readonly padding: readonly [number, number, number, number];
  /** "Ceil mode": whether a window that only begins inside counts, where a last one may reach beyond the padding. */
  readonly ceil: boolean;
}

/** Square windows, padding alike on all sides, all windows inside. */
export const evenAttributes = {
  size: length.default(2),
  stride: length.default(2),
  /** Pixels on every side. */
  padding: side.default(0),
};

interface Even {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

export const even = ({ size, stride, padding: p }: Even): Windows => ({
  kernel: [size, size],
  stride,
  padding: [p, p, p, p],
  ceil: false,
});

/** Pixels that a window may reach over: kernels count places in 32 bits. */
const LARGEST = 2 ** 24;

/** 1 where a window has but one pixel. */
const dilationsOf = ({ kernel, dilation = 1 }: Windows): readonly [number, number] => {
  const [down, across] = perAxis(dilation);
  return [kernel[0] === 1 ? 1 : down, kernel[1] === 1 ? 1 : across];
};

/** [C, Ho, Wo]; in ceil mode a window that would begin in the padding at the end is left out. */
export function windowsShape(kind: string, a: Windows, x: Shape): Shape {
  if (x.length !== 3)
    fail("shape", `${kind}: got input ${showShape(x)}, expected an image [C,H,W]`);
  const [strides, dilations] = [perAxis(a.stride), dilationsOf(a)];
  const extents = a.kernel.map((k, axis) => extent(k, dilations[axis]));
  const shown = `window ${extents.join("×")}`;
  const counts = [0, 1].map((axis) => {
    const length = x[1 + axis];
    const [before, after] = [a.padding[axis], a.padding[2 + axis]];
    // Pixels further apart than the image is long: one of them would be all there is of a window, or none.
    if (Math.max(before, after) >= extents[axis] || dilations[axis] > length)
      fail(
        "shape",
        `${kind}: got padding ${showShape(a.padding)}, expected less for the ${shown} of input ${showShape(x)}; a window would lie outside`,
      );
    const room = (length + before + after - extents[axis]) / strides[axis];
    if (room < 0 || extents[axis] > LARGEST)
      fail(
        "shape",
        `${kind}: ${shown} does not fit input ${showShape(x)} with padding ${showShape(a.padding)}`,
      );
    const n = (a.ceil ? Math.ceil(room) : Math.floor(room)) + 1;
    return (n - 1) * strides[axis] >= length + before ? n - 1 : n;
  });
  return [x[0], ...counts];
}

/** Input, windows and output, as the kernels of maxima take them. */
export function maximumSizes({ inputs: [x], output }: Emit<unknown>, a: Windows) {
  const [top, left] = a.padding;
  const window = [...a.kernel, ...perAxis(a.stride), ...dilationsOf(a), top, left] as const;
  return [x.H, x.W, x.cs, ...window, output.H, output.W] as const;
}

/** The same for means, whose windows have no dilation. */
export function meanSizes(c: Emit<{ readonly countPadding: boolean }>, a: Windows) {
  const { inputs, output, attributes } = c;
  const [{ H, W, cs }] = inputs;
  const [top, left, bottom, right] = a.padding;
  const window = [...a.kernel, ...perAxis(a.stride), top, left] as const;
  const counted = [bottom, right, attributes.countPadding ? 1 : 0] as const;
  return [H, W, cs, ...window, output.H, output.W, ...counted] as const;
}
