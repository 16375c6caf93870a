/** Output sizes of pooling windows, and their checks. */

import { fail } from "../tensor/errors.js";
import { type Shape, showShape } from "../tensor/tensor.js";

export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** [C, Ho, Wo] with Ho = ⌊(H + 2·padding − size)/stride⌋ + 1. */
export function pooledShape(kind: string, { size, stride, padding }: Window, x: Shape): Shape {
  if (x.length !== 3)
    fail("shape", `${kind}: got input ${showShape(x)}, expected an image [C,H,W]`);
  if (padding >= size)
    fail(
      "shape",
      `${kind}: got padding ${padding}, expected less than the window's size ${size}; a window would lie outside`,
    );
  const [C, H, W] = x;
  const [Ho, Wo] = [H, W].map((length) => Math.floor((length + 2 * padding - size) / stride) + 1);
  if (Ho < 1 || Wo < 1)
    fail(
      "shape",
      `${kind}: window ${size}×${size} does not fit input ${showShape(x)} with padding ${padding}`,
    );
  return [C, Ho, Wo];
}
