/** Windows with padding of their own on every side, and "ceil mode", where a last window may reach beyond the padding. */

import { fail } from "../tensor/errors.js";
import { type Shape, showShape } from "../tensor/tensor.js";

export interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride: number;
  /** [top, left, bottom, right]. */
  readonly padding: readonly [number, number, number, number];
  /** Whether a window that only begins inside counts. */
  readonly ceil: boolean;
}

/** [C, Ho, Wo]; in ceil mode a window that would begin in the padding at the end is left out. */
export function windowsShape(kind: string, a: Windows, x: Shape): Shape {
  if (x.length !== 3)
    fail("shape", `${kind}: got input ${showShape(x)}, expected an image [C,H,W]`);
  const [top, left, bottom, right] = a.padding;
  const count = (length: number, k: number, before: number, after: number): number => {
    if (before >= k || after >= k)
      fail(
        "shape",
        `${kind}: got padding ${showShape(a.padding)}, expected less than the window ${a.kernel.join("×")}; a window would lie outside`,
      );
    const room = (length + before + after - k) / a.stride;
    if (room < 0)
      fail(
        "shape",
        `${kind}: window ${a.kernel.join("×")} does not fit input ${showShape(x)} with padding ${showShape(a.padding)}`,
      );
    const n = (a.ceil ? Math.ceil(room) : Math.floor(room)) + 1;
    return (n - 1) * a.stride >= length + before ? n - 1 : n;
  };
  return [x[0], count(x[1], a.kernel[0], top, bottom), count(x[2], a.kernel[1], left, right)];
}

/** Rows and columns after the padding that the last windows reach into. */
export function beyond(a: Windows, x: Shape, y: Shape): readonly [number, number] {
  const [top, left, bottom, right] = a.padding;
  const rest = (n: number, k: number, length: number) =>
    Math.max(0, (n - 1) * a.stride + k - length);
  return [
    rest(y[1], a.kernel[0], x[1] + top + bottom),
    rest(y[2], a.kernel[1], x[2] + left + right),
  ];
}
