/** 3×3, stride-1 convolutions by Winograd's F(2×2,3×3): forward pass and both gradients with 16 multiplications where
 *  the plain loop needs 36. Results differ from the plain loop's by rounding (below 1e-6 of the largest output). */

import type { Conv2d } from "./conv2d-geometry.js";
import { flippedFilter } from "./conv2d-gradients.js";
import type { Layout } from "./layout.js";
import { CHUNKS, type Emit, images, type Place } from "./op.js";

/** Fewer channels or pixels than these, and the transforms cost more than the products save. */
const FEWEST_CHANNELS = 8;
const FEWEST_PIXELS = 16;

/** Whether a convolution is done this way: decided by its shape alone, so that results do not depend on the machine. */
export function usesWinograd(a: Conv2d, x: Layout): boolean {
  const isPlain3x3 =
    a.kernel[0] === 3 && a.kernel[1] === 3 && a.stride * a.dilation * a.groups === 1;
  return isPlain3x3 && Math.min(x.C, a.filters) >= FEWEST_CHANNELS && x.H * x.W >= FEWEST_PIXELS;
}

/** Tiles that cover an output of H×W. */
const grid = (H: number, W: number) => ({ th: Math.ceil(H / 2), tw: Math.ceil(W / 2) });

/** V: the transformed tiles of a value with `top` and `left` zeros before it, for an output of H×W. */
function transformed(
  c: Emit<Conv2d>,
  name: string,
  { from, l, top, left }: { from: Place; l: Layout; top: number; left: number },
  { H, W }: Pick<Layout, "H" | "W">,
): Place {
  const { th, tw } = grid(H, W);
  const [bottom, right] = [2 * th + 2 - top - l.H, 2 * tw + 2 - left - l.W];
  const padded = c.perImage(`${name}Padded`, (2 * th + 2) * (2 * tw + 2) * l.cs);
  const V = c.perImage(name, 16 * (th * tw + 1) * l.cs);
  c.each("pad", from, padded, images(), l.H, l.W, l.cs, top, left, bottom, right, 0);
  c.each("winogradInput", padded, V, images(), l.cs, th, tw);
  return V;
}

const counting = (c: Emit<Conv2d>, n: number): Place =>
  c.integers(Int32Array.from({ length: n }, (_, i) => i));

export function winogradForward(c: Emit<Conv2d>): void {
  const { padding, bias } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const { th, tw } = grid(y.H, y.W);
  const U = c.shared("U", 16 * x.C * y.cs);
  const M = c.perImage("M", 16 * (th * tw + 1) * y.cs);
  c.prepare("winogradFilter", c.parameter("weight"), U, x.C, y.cs);
  const V = transformed(c, "V", { from: c.x(), l: x, top: padding[0], left: padding[1] }, y);
  c.each("winogradMultiply", V, U, M, images(th * tw), x.cs, counting(c, x.C), x.C, y.cs);
  const b = bias ? c.parameter("bias") : -1;
  c.each("winogradOutput", M, b, c.y, images(), y.H, y.W, y.cs, th, tw, c.fused.relu ? 1 : 0);
}

/** dx = dy ⋆ W, turned by half and with channels exchanged: a convolution of the same kind. */
export function winogradInputGradient(c: Emit<Conv2d>, dx: Place): void {
  const { padding } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const { th, tw } = grid(x.H, x.W);
  const flipped = flippedFilter(c, "flipped", Int32Array.of(8, 7, 6, 5, 4, 3, 2, 1, 0));
  const U = c.shared("flippedU", 16 * y.C * x.cs);
  const M = c.perImage("dxM", 16 * (th * tw + 1) * x.cs);
  c.prepare("winogradFilter", flipped, U, y.C, x.cs);
  const V = transformed(
    c,
    "dV",
    { from: c.dy, l: y, top: 2 - padding[0], left: 2 - padding[1] },
    x,
  );
  c.each("winogradMultiply", V, U, M, images(th * tw), y.cs, counting(c, y.C), y.C, x.cs);
  c.each("winogradOutput", M, -1, dx, images(), x.H, x.W, x.cs, th, tw, 0);
}

/** dW = Gᵀ[Σ (Bᵀ x B) ⊙ (A dy Aᵀ)]G: the sum per chunk, then chunks in order. */
export function winogradFilterGradient(c: Emit<Conv2d>, dw: Place): void {
  const { padding } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const { th, tw } = grid(y.H, y.W);
  const length = x.C * y.cs;
  const sums = c.perChunk("weightSums", 16 * length);
  const dM = c.perImage("dM", 16 * (th * tw + 1) * y.cs);
  c.eachChunk("fill", sums, 16 * length, 0);
  const V = transformed(c, "V2", { from: c.x(), l: x, top: padding[0], left: padding[1] }, y);
  c.each("winogradOutputGradient", c.dy, dM, images(), y.H, y.W, y.cs, th, tw);
  c.each("winogradFilterGradient", V, dM, sums, images(th * tw), x.cs, counting(c, x.C), x.C, y.cs);
  c.late(length, "winogradFilterSum", sums, CHUNKS, 16 * length, dw, length, "lo", "hi");
}
