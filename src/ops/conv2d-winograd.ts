/** 3×3, stride-1 convolutions by Winograd's F(m×m,3×3): forward pass and both gradients with (m+2)² multiplications for
 *  m² outputs, where the plain loop needs 9·m². m = 2, results below 1e-6 of the largest output from the plain loop's;
 *  with `fused` arithmetic a forward pass that no gradient follows takes
 *  m = 4 on images of whole tiles, below 2e-5. */

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

/** The tiles that cover an output of H×W, and the kernels for them. Large tiles only where no gradient follows: their
 *  roundings would flip a few ReLUs that stand next to 0, and move gradients by up to a hundredth. */
function grid(c: Emit<Conv2d>, { H, W }: Pick<Layout, "H" | "W">) {
  const isLarge = c.arithmetic === "fused" && !c.learns && H % 4 === 0 && W % 4 === 0;
  const m = isLarge ? 4 : 2;
  const prefix = isLarge ? "winograd4" : "winograd";
  return {
    m,
    th: Math.ceil(H / m),
    tw: Math.ceil(W / m),
    places: (m + 2) ** 2,
    input: `${prefix}Input`,
    filter: `${prefix}Filter`,
    output: `${prefix}Output`,
  } as const;
}

/** V: the transformed tiles of a value with `top` and `left` zeros before it, for an output of H×W. */
function transformed(
  c: Emit<Conv2d>,
  name: string,
  { from, l, top, left }: { from: Place; l: Layout; top: number; left: number },
  of: Pick<Layout, "H" | "W">,
): Place {
  const { m, th, tw, places, input } = grid(c, of);
  const [Hp, Wp] = [m * th + 2, m * tw + 2];
  const [bottom, right] = [Hp - top - l.H, Wp - left - l.W];
  const padded = c.perImage(`${name}Padded`, Hp * Wp * l.cs);
  const V = c.perImage(name, places * (th * tw + 1) * l.cs);
  c.each("pad", from, padded, images(), l.H, l.W, l.cs, top, left, bottom, right, 0);
  c.each(input, padded, V, images(), l.cs, th, tw);
  return V;
}

const counting = (c: Emit<Conv2d>, n: number): Place =>
  c.integers(Int32Array.from({ length: n }, (_, i) => i));

export function winogradForward(c: Emit<Conv2d>): void {
  const { padding, bias } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const { th, tw, places, filter, output } = grid(c, y);
  const U = c.shared("U", places * x.C * y.cs);
  const M = c.perImage("M", places * (th * tw + 1) * y.cs);
  c.prepare(filter, c.parameter("weight"), U, x.C, y.cs);
  const V = transformed(c, "V", { from: c.x(), l: x, top: padding[0], left: padding[1] }, y);
  const rows = images(th * tw);
  c.each("winogradMultiply", V, U, M, places, rows, x.cs, counting(c, x.C), x.C, y.cs);
  const b = bias ? c.parameter("bias") : -1;
  c.each(output, M, b, c.y, images(), y.H, y.W, y.cs, th, tw, c.fused.relu ? 1 : 0);
}

/** dx = dy ⋆ W, turned by half and with channels exchanged: a convolution of the same kind. */
export function winogradInputGradient(c: Emit<Conv2d>, dx: Place): void {
  const { padding } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const { th, tw, places, filter, output } = grid(c, x);
  const flipped = flippedFilter(c, "flipped", Int32Array.of(8, 7, 6, 5, 4, 3, 2, 1, 0));
  const U = c.shared("flippedU", places * y.C * x.cs);
  const M = c.perImage("dxM", places * (th * tw + 1) * x.cs);
  c.prepare(filter, flipped, U, y.C, x.cs);
  const border = { top: 2 - padding[0], left: 2 - padding[1] };
  const V = transformed(c, "dV", { from: c.dy, l: y, ...border }, x);
  const rows = images(th * tw);
  c.each("winogradMultiply", V, U, M, places, rows, y.cs, counting(c, y.C), y.C, x.cs);
  c.each(output, M, -1, dx, images(), x.H, x.W, x.cs, th, tw, 0);
}

/** dW = Gᵀ[Σ (Bᵀ x B) ⊙ (A dy Aᵀ)]G: the sum per chunk, then chunks in order. */
export function winogradFilterGradient(c: Emit<Conv2d>, dw: Place): void {
  const { padding } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const { th, tw, places } = grid(c, y);
  const length = x.C * y.cs;
  const sums = c.perChunk("weightSums", places * length);
  const dM = c.perImage("dM", places * (th * tw + 1) * y.cs);
  c.eachChunk("fill", sums, places * length, 0);
  const V = transformed(c, "V2", { from: c.x(), l: x, top: padding[0], left: padding[1] }, y);
  const rows = images(th * tw);
  c.each("winogradOutputGradient", c.dy, dM, images(), y.H, y.W, y.cs, th, tw);
  c.each("winogradFilterGradient", V, dM, sums, places, rows, x.cs, counting(c, x.C), x.C, y.cs);
  c.late(length, "winogradFilterSum", sums, CHUNKS, places * length, dw, length, "lo", "hi");
}
