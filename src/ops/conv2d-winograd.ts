/** 3×3, stride-1 convolutions by Winograd's F(m×m,3×3): forward pass and both gradients with (m+2)² multiplications for
 *  m² outputs, where the plain loop needs 9·m². m = 2 in forward passes, results below 1e-6 of the largest output from the
 *  plain loop's; m = 4, below 2e-5, on images of whole tiles in backward passes and, with `fused` arithmetic, in forward
 *  passes that no gradient follows; in those, large convolutions use m = 4 always. */

import { type Conv2d, endsOf, isLarge, perAxis } from "./conv2d-geometry.js";
import { flippedFilter } from "./conv2d-gradients.js";
import type { Layout } from "./layout.js";
import { CHUNKS, type Emit, images, type Place } from "./op.js";

/** Fewer channels or pixels than these, and the transforms cost more than the products save. */
const FEWEST_CHANNELS = 8;
const FEWEST_PIXELS = 16;

/** Tiles that are worked on at a time, at least: products over fewer are slower, and the transforms of more leave the
 *  first-level cache. The filters' gradient sums over them. */
const TILES = { forward: 16, gradient: 64 };

/** Numbers of a block's transformed tiles where filters are transformed for every block: in the second-level cache. */
const MATRICES = 2 ** 18;
/** Input channels whose filters are transformed at a time (`DEPTH` of the kernel). */
const DEPTH = 128;

const is3x3 = ({ kernel, dilation, groups }: Conv2d): boolean =>
  kernel[0] === 3 && kernel[1] === 3 && Math.max(...perAxis(dilation), groups) === 1;

/** Whether a convolution is done this way: decided by its shape alone, so that results do not depend on the machine. */
export function usesWinograd(a: Conv2d, x: Layout): boolean {
  const isPlain = is3x3(a) && Math.max(...perAxis(a.stride)) === 1;
  return isPlain && Math.min(x.C, a.filters) >= FEWEST_CHANNELS && x.H * x.W >= FEWEST_PIXELS;
}

/** Whether a forward pass that no gradient follows uses large tiles, and transforms its filters as it goes: four times as
 *  many numbers as the filters would not be kept. */
export const usesLargeTiles = (a: Conv2d, x: Layout): boolean =>
  usesWinograd(a, x) && isLarge(a, x);

/** Whether a convolution with stride 2 goes by tiles in such a pass: 25 multiplications where the plain loop has 36, results
 *  below 5e-6 of the largest output from the plain loop's. */
export function usesStridedTiles(a: Conv2d, x: Layout): boolean {
  const [down, along] = perAxis(a.stride);
  return is3x3(a) && down === 2 && along === 2 && x.C >= FEWEST_CHANNELS && isLarge(a, x);
}

/** Outputs per side of a tile. Large tiles not in a forward pass before a backward pass: their roundings would flip a few
 *  ReLUs that stand next to 0, and move gradients by up to a hundredth. A backward pass flips nothing: it is linear. Nor
 *  in exact forward passes, unless they are large: a model's values are the same whether a gradient is asked for or not. */
function tileSide(c: Emit<Conv2d>, { H, W }: Layout, pass: "forward" | "backward"): 2 | 4 {
  const isAllowed = pass === "backward" || (c.arithmetic === "fused" && !c.learns);
  return isAllowed && H % 4 === 0 && W % 4 === 0 ? 4 : 2;
}

/** What a call needs for tiles of m×m outputs over outputs of H×W: places per tile, lines per block, and room for the
 *  transforms of a block of pixels of `cs` channels. */
function blocks(m: number, { H, W }: Layout, tiles: number, images = 4, places = (m + 2) ** 2) {
  const [th, tw] = [Math.ceil(H / m), Math.ceil(W / m)];
  const lines = Math.max(1, Math.min(Math.ceil(tiles / tw), images * th));
  const rows = 4 * Math.ceil((lines * tw) / 4) + 1;
  const columns = 16 * Math.sqrt(places) * (4 * tw + 2); // transformed columns of a line of tiles
  return { places, lines, room: (cs: number) => Math.max(places * rows * cs, columns) };
}

/** Sizes of an input with `top` and `left` zeros before it. */
const sizesOf = ({ H, W, cs, C }: Layout, top: number, left: number) =>
  [H, W, cs, top, left, C] as const;

export function winogradForward(c: Emit<Conv2d>): void {
  const { padding, bias } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  if (c.isPacked("weight")) {
    panelsForward(c);
    return;
  }
  const m = tileSide(c, y, "forward");
  const { places, lines, room } = blocks(m, y, TILES.forward);
  const U = c.shared("U", places * (x.C + 1) * y.cs);
  c.prepare("winogradFilter", c.parameter("weight"), U, x.C, y.cs, m);
  const from = sizesOf(x, padding[0], padding[1]);
  const b = bias ? c.parameter("bias") : -1;
  const to = [y.H, y.W, y.cs, ...endsOf(c), -1, m, lines] as const;
  const [V, M] = [c.perThread("V", room(x.cs)), c.perThread("M", room(y.cs))];
  c.each("winogradConvolve", c.x(), U, b, c.y, images(), ...from, ...to, V, M);
}

/** In tiles of which a block's transforms fit the second-level cache. */
export function panelsForward(c: Emit<Conv2d>): void {
  const { padding, bias, stride } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const [step] = perAxis(stride);
  const [m, places, kept] = step === 1 ? [4, 36, 36] : [2, 25, 16];
  const tiles = Math.floor(MATRICES / (places * x.cs));
  const { lines, room } = blocks(m, y, tiles, Math.min(4, c.N), places);
  const from = sizesOf(x, padding[0], padding[1]);
  const w = [c.parameter("weight"), bias ? c.parameter("bias") : -1] as const;
  const to = [y.H, y.W, y.cs, ...endsOf(c), step, lines] as const;
  const own = [room(x.cs), kept * (DEPTH + 1) * 8, room(8)] as const;
  const [V, U, M] = [c.perThread("V", own[0]), c.perThread("U", own[1]), c.perThread("M", own[2])];
  c.each("winogradConvolvePanels", c.x(), ...w, c.y, images(), ...from, ...to, V, U, M);
}

/** dx = dy ⋆ flipped filters, dy padded by 2 minus the padding of x. */
export function winogradInputGradient(c: Emit<Conv2d>): void {
  const sum = c.dxSum();
  if (!sum) return;
  const { to, adds, mask } = sum;
  const { padding } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const m = tileSide(c, x, "backward");
  const { places, lines, room } = blocks(m, x, TILES.forward);
  const w = flippedFilter(
    c,
    "flipped",
    Int32Array.from({ length: 9 }, (_, t) => 8 - t),
  );
  const U = c.shared("dxU", places * (y.C + 1) * x.cs);
  c.prepare("winogradFilter", w, U, y.C, x.cs, m);
  const from = sizesOf(y, 2 - padding[0], 2 - padding[1]);
  const sizes = [x.H, x.W, x.cs, -1, adds ? to : -1, 0, mask, m, lines] as const;
  const [V, M] = [c.perThread("dxV", room(y.cs)), c.perThread("dxM", room(x.cs))];
  c.each("winogradConvolve", c.dy, U, -1, to, images(), ...from, ...sizes, V, M);
}

/** dW = Gᵀ[Σ (Bᵀ x B) ⊙ (A dy Aᵀ)]G per chunk, then chunks in order. */
export function winogradFilterGradient(c: Emit<Conv2d>, dw: Place): void {
  const { padding } = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const m = tileSide(c, y, "backward");
  const { places, lines, room } = blocks(m, y, TILES.gradient);
  const length = 9 * x.C * y.cs;
  const matrices = places * (x.C + 1) * y.cs;
  const dU = c.perThread("dU", matrices);
  const sums = c.perChunk("weightSums", length);
  c.beforeChunk("fill", dU, matrices, 0);
  const from = sizesOf(x, padding[0], padding[1]);
  const to = [y.H, y.W, y.cs, m, lines] as const;
  const [V, dM] = [c.perThread("dwV", room(x.cs)), c.perThread("dM", room(y.cs))];
  c.each("winogradFilterGradient", c.x(), c.dy, dU, images(), ...from, ...to, V, dM);
  c.afterChunk("winogradFilterBack", dU, sums, x.C, y.cs, m);
  c.late(length, "sumParts", sums, CHUNKS, length, dw, "lo", "hi");
}
