/** Large 1×1 convolutions as products of matrices by Strassen's algorithm: seven multiplications where the plain loop has
 *  eight, results below 5e-6 of the largest output from the plain loop's. For plans that only go forward. */

import { type Conv2d, type Convolving, endsOf, perAxis, windowStrides } from "./conv2d-geometry.js";
import type { Layout } from "./layout.js";
import { images } from "./op.js";

/** Multiply-adds per image, and input channels, from which on the sums of quarters cost less than the products save. */
const LARGE = 2 ** 24;
const DEEP = 128;

/** Pixels of half a block, at least: with fewer, the sums of filters would cost more; the sums of more leave the cache. */
const PIXELS = 96;

/** Whether a convolution is done this way: decided by its shape alone. */
export function usesStrassen(a: Conv2d, x: Layout): boolean {
  const [down, along] = perAxis(a.stride);
  const [Ho, Wo] = [Math.ceil(x.H / down), Math.ceil(x.W / along)];
  const isPoint = Math.max(...a.kernel, a.groups) === 1 && Math.max(...a.padding) === 0;
  const isEven = x.C % 8 === 0 && a.filters % 32 === 0 && Ho % 2 === 0 && Wo >= 4;
  return isPoint && isEven && x.C >= DEEP && Ho * Wo * x.C * a.filters >= LARGE;
}

/** Lines of half a block: a divisor of half the image's. */
const linesOf = ({ H, W }: Layout): number =>
  Array.from({ length: H / 2 }, (_, k) => k + 1).find(
    (lines) => (H / 2) % lines === 0 && lines * W >= PIXELS,
  ) ?? H / 2;

export function strassenForward(c: Convolving): void {
  const a = c.attributes;
  const [x] = c.inputs;
  const y = c.output;
  const lines = linesOf(y);
  const S = c.perThread("S", 2 * lines * y.W * x.C);
  const T = c.perThread("T", 32 * x.C);
  const P = c.perThread("P", 112 * lines * y.W);
  const offsets = c.integers(Int32Array.from({ length: x.C / 2 }, (_, i) => i));
  const from = [c.x(), ...windowStrides(a, x), offsets, x.C] as const;
  const w = [c.parameter("weight"), a.bias ? c.parameter("bias") : -1] as const;
  const size = [images(), y.H, y.W, y.cs] as const;
  c.each("strassenConvolve", ...from, ...w, c.y, ...size, ...endsOf(c), lines, S, T, P);
}
