/** An image at another size, linear between its pixels: y[oy,ox] = (1−v)(1−u)·x[i,j] + (1−v)u·x[i,j+1] + v(1−u)·x[i+1,j]
 *  + vu·x[i+1,j+1], where i + v and j + u are the places of row oy and column ox in x, kept inside it.
 *
 *  Of `lengths` n and m before and after, and a factor f (m/n unless it is given), place o lies at
 *  - `half_pixel`: (o + ½)/f − ½: the images cover the same area. `pytorch_half_pixel`: the same, but 0 where m = 1.
 *  - `align_corners`: o·(n − 1)/(m − 1), 0 where m = 1: the outermost pixels lie on each other.
 *  - `asymmetric`: o/f. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { size as elements, showShape } from "../tensor/tensor.js";
import { type Emit, images, noParameters, type Op } from "./op.js";

const length = z.int().positive();
const factor = z.number().positive();

const attributes = z.strictObject({
  /** Height and width of the output. */
  size: z.tuple([length, length]),
  coordinates: z
    .enum(["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"])
    .default("half_pixel"),
  /** Pixels out per pixel in, of rows and columns, where that is not just the quotient of the lengths. */
  factor: z.tuple([factor, factor]).optional(),
});

export type Interpolate2d = z.output<typeof attributes>;

/** Pixels that a factor makes of `length`: ⌊length·factor⌋ in float32, as files mean it. */
export const enlarged = (length: number, factor: number): number =>
  Math.floor(Math.fround(length * factor));

/** The place of pixel 0, and from there to the next. */
function places(a: Interpolate2d, axis: 0 | 1, n: number): readonly [step: number, start: number] {
  const m = a.size[axis];
  const f = a.factor?.[axis] ?? m / n;
  switch (a.coordinates) {
    case "pytorch_half_pixel":
      return m === 1 ? [0, 0] : [1 / f, 0.5 / f - 0.5];
    case "half_pixel":
      return [1 / f, 0.5 / f - 0.5];
    case "align_corners":
      return [m === 1 ? 0 : (n - 1) / (m - 1), 0];
    case "asymmetric":
      return [1 / f, 0];
  }
}

/** Sizes and places, as the kernels take them. */
function sizes({ inputs: [x], output, attributes }: Emit<Interpolate2d>) {
  const [rows, columns] = [places(attributes, 0, x.H), places(attributes, 1, x.W)];
  return [x.H, x.W, x.cs, output.H, output.W, ...rows, ...columns] as const;
}

export const interpolate2d: Op<Interpolate2d> = {
  summary: "y = x at another size, linear between its pixels",
  inputs: 1,
  attributes,
  shape({ size, factor }, [x]) {
    if (x.length !== 3)
      fail("shape", `interpolate2d: got input ${showShape(x)}, expected an image [C,H,W]`);
    const reached = factor?.map((f, axis) => enlarged(x[1 + axis], f)) ?? size;
    if (reached.join() !== size.join())
      fail(
        "shape",
        `interpolate2d: got size ${size.join("×")} and factors ${factor?.join("×")}, expected size ${reached.join("×")} (input ${showShape(x)})`,
      );
    return [x[0], ...size];
  },
  parameters: noParameters,
  macs: ({ size }, [x]) => 4 * x[0] * elements(size),
  affine: () => ({ form: "fixed" }),
  forward(c) {
    c.each("interpolate", c.x(), c.y, images(), ...sizes(c));
  },
  backward(c) {
    const dx = c.dx();
    if (dx) c.each("interpolateBackward", c.dy, dx, images(), ...sizes(c));
  },
};
