/** Winograd's F(m×m,3×3), m = 2 or 4 (Lavin & Gray 2016): 3×3 convolution with (m+2)² multiplications for m² outputs
 *  instead of 9·m².
 *
 *    Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A     d: (m+2)×(m+2) inputs, g: 3×3 filter, Y: m×m outputs
 *
 *  The (m+2)² places of a tile are as many matrix products over tiles and channels. A block of a few lines of tiles is
 *  transformed, multiplied and transformed back before the next, so that its matrices stay in a near cache. Each matrix,
 *  of filters too, has one row more than it uses: without it their distance would often be a multiple of 4 KiB, and all
 *  would share one cache set. The matrices of a tile size are in winograd2.ts and winograd4.ts. */

import { distance } from "./ends";
import { at } from "./memory";
import { addProducts, multiply, multiplyTransposed } from "./products";
import { filter2, filterBack2, gradientTiles2, inputTiles2, outputTiles2 } from "./winograd2";
import { gradientTiles4, inputTiles4, outputTiles4 } from "./winograd4";
import { filter4, filterBack4 } from "./winograd4-filters";
import { filterStrided, inputTilesStrided, outputTilesStrided, stridedPlace } from "./winograd-strided";

/** Rows of the matrices of a block: whole groups of 4 for the products, and the one that keeps them apart. */
function rowsOf(block: i32, tw: i32): i32 {
  return ((block * tw + 3) & ~3) + 1;
}

/** Inputs per side of a tile: of F(2×2,3×3), of F(4×4,3×3), and of 2×2 outputs with stride 2. */
const SMALL: i32 = 4;
const LARGE: i32 = 6;
const STRIDED: i32 = 5;

/** V: the transformed tiles of `lines` lines of tiles from number `line` on, counted over all images. */
function transformInput(
  x: i32, V: i32, H: i32, W: i32, cs: i32, top: i32, left: i32, th: i32, tw: i32, side: i32, line: i32, lines: i32,
  rows: i32, room: i32,
): void {
  const step = at(cs);
  const place = at(rows * cs);
  let to = at(V);
  for (let t = line; t < line + lines; t++) {
    const image = at(x + (t / th) * H * W * cs);
    const first = (t % th) * (side == SMALL ? 2 : 4) - top;
    if (side == SMALL) inputTiles2(image, first, -left, H, W, step, to, place, tw);
    else if (side == LARGE) inputTiles4(image, first, -left, H, W, step, to, place, tw, at(room));
    else inputTilesStrided(image, first, -left, H, W, step, to, place, tw, at(room));
    to += <usize>tw * step;
  }
}

export function winogradConvolve(
  x: i32, U: i32, bias: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, top: i32, left: i32,
  I: i32, Ho: i32, Wo: i32, os: i32, norm: i32, residual: i32, relu: f32, mask: i32, m: i32, block: i32, V: i32, M: i32,
): void {
  const th = (Ho + m - 1) / m;
  const tw = (Wo + m - 1) / m;
  const places = (m + 2) * (m + 2);
  const rows = rowsOf(block, tw);
  for (let line = 0; line < n * th; line += block) {
    const lines = min(block, n * th - line);
    transformInput(x, V, H, W, cs, top, left, th, tw, m + 2, line, lines, rows, M);
    for (let k = 0; k < places; k++)
      multiply(at(V + k * rows * cs), at(cs), at(U + k * (I + 1) * os), at(M + k * rows * os), at(os), I, lines * tw);
    if (norm < 0 && residual < 0 && mask < 0)
      transformOutput(false, M, os, bias, y, Ho, Wo, os, 0, norm, residual, relu, mask, th, tw, m + 2, line, lines, rows);
    else
      transformOutput(true, M, os, bias, y, Ho, Wo, os, 0, norm, residual, relu, mask, th, tw, m + 2, line, lines, rows);
  }
}

/** Output channels that share a panel of filters. */
const PANEL: i32 = 8;

/** Input channels whose filters are transformed and used at a time: those of a panel stay in a near cache. */
const DEPTH: i32 = 128;

/** F(4×4,3×3), or with stride 2 the tiles of winograd-strided.ts, with filters [⌈os/8⌉][9][I][8], transformed where they
 *  are used. Tiles of both kinds are 4 pixels of the input apart. */
export function winogradConvolvePanels(
  x: i32, w: i32, bias: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, top: i32, left: i32,
  I: i32, Ho: i32, Wo: i32, os: i32, norm: i32, residual: i32, relu: f32, stride: i32, block: i32, V: i32, U: i32, M: i32,
): void {
  const m = 4 / stride;
  const th = (Ho + m - 1) / m;
  const tw = (Wo + m - 1) / m;
  const side = stride == 1 ? LARGE : STRIDED;
  const rows = rowsOf(block, tw);
  const tap = at(I * PANEL);
  const place = at((DEPTH + 1) * PANEL);
  for (let line = 0; line < n * th; line += block) {
    const lines = min(block, n * th - line);
    transformInput(x, V, H, W, cs, top, left, th, tw, side, line, lines, rows, M);
    for (let o = 0; o < os; o += PANEL) {
      for (let i = 0; i < I; i += DEPTH) {
        const depth = min(DEPTH, I - i);
        const filters = at(w + o * 9 * I + i * PANEL);
        if (side == LARGE) filter4(filters, at(U), tap, at(depth * PANEL), place);
        else filterStrided(filters, at(U), tap, at(depth * PANEL), place);
        for (let k = 0; k < side * side; k++) {
          const tiles = at(V + k * rows * cs + i);
          const u = at(U) + <usize>(side == LARGE ? k : stridedPlace(k)) * place;
          const to = at(M + k * rows * PANEL);
          if (i == 0) multiply(tiles, at(cs), u, to, at(PANEL), depth, lines * tw);
          else addProducts(tiles, at(cs), u, to, at(PANEL), depth, lines * tw);
        }
      }
      transformOutput(true, M, PANEL, bias, y, Ho, Wo, os, o, norm, residual, relu, -1, th, tw, side, line, lines, rows);
    }
  }
}

/** From the sums in M, rows of `width` channels, to channels o, o + 1, … of y. */
// @ts-ignore: decorator
@inline
function transformOutput(
  sums: bool, M: i32, width: i32, bias: i32, y: i32, Ho: i32, Wo: i32, os: i32, o: i32,
  norm: i32, residual: i32, relu: f32, mask: i32, th: i32, tw: i32, side: i32, line: i32, lines: i32, rows: i32,
): void {
  const toMask = mask < 0 ? 0 : at(mask) - at(y);
  const toResidual = distance(y, residual);
  const end = at(min(os, o + width));
  let from = at(M);
  for (let t = line; t < line + lines; t++) {
    const image = at(y + (t / th) * Ho * Wo * os);
    if (side == SMALL)
      outputTiles2(sums, from, at(rows * os), bias, image, t % th, Ho, Wo, at(os), tw, norm, toResidual, relu, toMask);
    else if (side == LARGE)
      outputTiles4(sums, from, at(rows * width), at(width), bias, image, t % th, Ho, Wo, at(os), at(o), end, tw,
        norm, toResidual, relu, toMask);
    else
      outputTilesStrided(from, at(rows * width), at(width), bias, image, t % th, Ho, Wo, at(os), at(o), end, tw,
        norm, toResidual, relu);
    from += at(tw * width);
  }
}

export function winogradFilterGradient(
  x: i32, g: i32, dU: i32, n: i32, H: i32, W: i32, cs: i32, top: i32, left: i32,
  I: i32, Ho: i32, Wo: i32, os: i32, m: i32, block: i32, V: i32, dM: i32,
): void {
  const th = (Ho + m - 1) / m;
  const tw = (Wo + m - 1) / m;
  const places = (m + 2) * (m + 2);
  const rows = rowsOf(block, tw);
  for (let line = 0; line < n * th; line += block) {
    const lines = min(block, n * th - line);
    transformInput(x, V, H, W, cs, top, left, th, tw, m + 2, line, lines, rows, dM);
    let to = at(dM);
    for (let t = line; t < line + lines; t++) {
      const image = at(g + (t / th) * Ho * Wo * os);
      if (m == 2) gradientTiles2(image, t % th, Ho, Wo, at(os), to, at(rows * os), tw);
      else gradientTiles4(image, t % th, Ho, Wo, at(os), to, at(rows * os), tw);
      to += at(tw * os);
    }
    for (let k = 0; k < places; k++)
      multiplyTransposed(at(V + k * rows * cs), at(cs), at(dM + k * rows * os), at(dU + k * (I + 1) * os), at(os), I, lines * tw);
  }
}

export function winogradFilter(w: i32, U: i32, I: i32, os: i32, m: i32): void {
  if (m == 2) filter2(at(w), at(U), at(I * os), at((I + 1) * os));
  else filter4(at(w), at(U), at(I * os), at(I * os), at((I + 1) * os));
}

export function winogradFilterBack(dU: i32, dw: i32, I: i32, os: i32, m: i32): void {
  if (m == 2) filterBack2(at(dU), at(dw), at(I * os), at((I + 1) * os));
  else filterBack4(at(dU), at(dw), at(I * os), at((I + 1) * os));
}
