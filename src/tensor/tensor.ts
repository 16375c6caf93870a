/** Tensors: a shape and its numbers, row-major. Images are NCHW in every public value and file. */

import { fail } from "./errors.js";

/** float32 everywhere in use; float64 where the reference kernels run. */
export type Numbers = Float32Array | Float64Array;

/** Lengths of the axes. Of one sample: [C, H, W] for images, [F] for vectors. */
export type Shape = readonly number[];

export interface Tensor {
  readonly shape: Shape;
  /** Row-major, `size(shape)` long. */
  readonly data: Numbers;
}

/** Number of elements of a shape. */
export const size = (shape: Shape): number =>
  shape.reduce((product, length) => product * length, 1);

/** "[8,3,32,32]" for messages. */
export const showShape = (shape: Shape): string => `[${shape.join(",")}]`;

/** Whether two shapes have the same axes. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

/** A tensor over `data`, or of zeros. Refuses a shape that does not fit the data. */
export function tensor(shape: Shape, data: Numbers = new Float32Array(size(shape))): Tensor {
  if (shape.some((length) => !Number.isInteger(length) || length < 0))
    fail("shape", `tensor: got shape ${showShape(shape)}, expected non-negative integers`);
  if (data.length !== size(shape))
    fail(
      "shape",
      `tensor: got ${data.length} numbers, expected ${size(shape)} for shape ${showShape(shape)}`,
    );
  return { shape: [...shape], data };
}

/** The elements [from, to) of the first axis, as a view of the same memory. */
export function slice(t: Tensor, from: number, to: number): Tensor {
  const inner = size(t.shape.slice(1));
  return {
    shape: [to - from, ...t.shape.slice(1)],
    data: t.data.subarray(from * inner, to * inner),
  };
}

/** Position of the first number that is NaN or infinite, or −1. */
export function firstNonFinite(data: ArrayLike<number>): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}
