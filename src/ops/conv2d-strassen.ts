/** Large 1×1 convolutions as products of matrices by Strassen's algorithm: seven multiplications where the plain loop has
 *  eight, results below 5e-6 of the largest output from the plain loop's. For plans that only go forward. */

import { type Conv2d, type Convolving, endsOf, isLarge, perAxis } from "./conv2d-geometry.js";
import type { Layout } from "./layout.js";
import { images, type Place } from "./op.js";

/** With fewer input channels, the sums of quarters cost more than the products save. */
const DEEP = 64;

/** Pixels of half a block: with fewer, the sums of filters cost more than is saved; the sums of more leave the cache. */
const FEWEST = 24;
const MOST = 200;

/** Whether a convolution is done this way: decided by its shape alone. */
export function usesStrassen(a: Conv2d, x: Layout): boolean {
  const [down, along] = perAxis(a.stride);
  const pixels = Math.ceil(x.H / down) * Math.ceil(x.W / along);
  const isPoint = Math.max(...a.kernel, a.groups) === 1 && Math.max(...a.padding) === 0;
  const isEven = x.C % 8 === 0 && a.filters % 32 === 0;
  return isPoint && isEven && x.C >= DEEP && pixels >= 2 * FEWEST && isLarge(a, x);
}

/** Whole tiles of 4 pixels, as few pixels left over as that allows. */
function halfBlock(pixels: number): number {
  const blocks = Math.ceil(pixels / (2 * MOST));
  return 4 * Math.floor(pixels / (8 * blocks));
}

export function strassenForward(c: Convolving): void {
  const a = c.attributes;
  const { C } = c.inputs[0];
  const y = c.output;
  const pixels = y.H * y.W;
  const m = halfBlock(pixels);
  const S = c.perThread("S", 2 * m * C);
  const T = c.perThread("T", 32 * C);
  const P = c.perThread("P", 112 * m);
  const offsets = c.integers(Int32Array.from({ length: C }, (_, i) => i));
  const from = [seenPixels(c), offsets, C] as const;
  const w = [c.parameter("weight"), a.bias ? c.parameter("bias") : -1] as const;
  const size = [images(), pixels, y.cs] as const;
  c.each("strassenConvolve", ...from, ...w, c.y, ...size, ...endsOf(c), m, S, T, P);
}

/** The pixels that a 1×1 convolution looks at, one after the other: means of one pixel each. */
function seenPixels(c: Convolving): Place {
  const strides = perAxis(c.attributes.stride);
  if (Math.max(...strides) === 1) return c.x();
  const { H, W, cs } = c.inputs[0];
  const y = c.output;
  const seen = c.perImage("seen", y.H * y.W * cs);
  c.each("averagePool", c.x(), seen, images(), H, W, cs, 1, 1, ...strides, 0, 0, y.H, y.W, 0, 0, 0);
  return seen;
}
