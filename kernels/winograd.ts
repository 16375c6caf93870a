/** Winograd's F(m×m,3×3), m = 2 or 4 (Lavin & Gray 2016): 3×3 convolution with (m+2)² multiplications for m² outputs
 *  instead of 9·m².
 *
 *    Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A     d: (m+2)×(m+2) inputs, g: 3×3 filter, Y: m×m outputs
 *
 *  The (m+2)² places of a tile are as many matrix products over tiles and channels. A block of a few lines of tiles is
 *  transformed, multiplied and transformed back before the next, so that its matrices stay in a near cache. Each matrix,
 *  of filters too, has one row more than it uses: without it their distance would often be a multiple of 4 KiB, and all
 *  would share one cache set. The matrices of a tile size are in winograd2.ts and winograd4.ts. */

import { at } from "./memory";
import { multiply, multiplyTransposed } from "./products";
import { filter2, filterBack2, gradientTiles2, inputTiles2, outputTiles2 } from "./winograd2";
import { filter4, filterBack4, gradientTiles4, inputTiles4, outputTiles4 } from "./winograd4";

/** Rows of the matrices of a block: whole groups of 4 for the products, and the one that keeps them apart. */
function rowsOf(block: i32, tw: i32): i32 {
  return ((block * tw + 3) & ~3) + 1;
}

/** V: the transformed tiles of `lines` lines of tiles from number `line` on, counted over all images. */
function transformInput(
  x: i32, V: i32, H: i32, W: i32, cs: i32, top: i32, left: i32, th: i32, tw: i32, m: i32, line: i32, lines: i32,
  rows: i32, room: i32,
): void {
  const step = at(cs);
  const place = at(rows * cs);
  let to = at(V);
  for (let t = line; t < line + lines; t++) {
    const image = at(x + (t / th) * H * W * cs);
    const first = (t % th) * m - top;
    if (m == 2) inputTiles2(image, first, -left, H, W, step, to, place, tw);
    else inputTiles4(image, first, -left, H, W, step, to, place, tw, at(room));
    to += <usize>tw * step;
  }
}

export function winogradConvolve(
  x: i32, U: i32, bias: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, top: i32, left: i32,
  I: i32, Ho: i32, Wo: i32, os: i32, relu: i32, adds: i32, mask: i32, m: i32, block: i32, V: i32, M: i32,
): void {
  const th = (Ho + m - 1) / m;
  const tw = (Wo + m - 1) / m;
  const places = (m + 2) * (m + 2);
  const rows = rowsOf(block, tw);
  for (let line = 0; line < n * th; line += block) {
    const lines = min(block, n * th - line);
    transformInput(x, V, H, W, cs, top, left, th, tw, m, line, lines, rows, M);
    for (let k = 0; k < places; k++)
      multiply(at(V + k * rows * cs), at(cs), at(U + k * (I + 1) * os), at(M + k * rows * os), at(os), I, lines * tw);
    if (adds || mask >= 0) transformOutput(true, M, bias, y, Ho, Wo, os, relu, adds, mask, th, tw, m, line, lines, rows);
    else transformOutput(false, M, bias, y, Ho, Wo, os, relu, adds, mask, th, tw, m, line, lines, rows);
  }
}

// @ts-ignore: decorator
@inline
function transformOutput(
  sums: bool, M: i32, bias: i32, y: i32, Ho: i32, Wo: i32, os: i32, relu: i32, adds: i32, mask: i32,
  th: i32, tw: i32, m: i32, line: i32, lines: i32, rows: i32,
): void {
  const toMask = mask < 0 ? 0 : at(mask) - at(y);
  let from = at(M);
  for (let t = line; t < line + lines; t++) {
    const image = at(y + (t / th) * Ho * Wo * os);
    if (m == 2)
      outputTiles2(sums, from, at(rows * os), bias, image, t % th, Ho, Wo, at(os), tw, relu, adds, toMask);
    else outputTiles4(sums, from, at(rows * os), bias, image, t % th, Ho, Wo, at(os), tw, relu, adds, toMask);
    from += at(tw * os);
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
    transformInput(x, V, H, W, cs, top, left, th, tw, m, line, lines, rows, dM);
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
  else filter4(at(w), at(U), at(I * os), at((I + 1) * os));
}

export function winogradFilterBack(dU: i32, dw: i32, I: i32, os: i32, m: i32): void {
  if (m == 2) filterBack2(at(dU), at(dw), at(I * os), at((I + 1) * os));
  else filterBack4(at(dU), at(dw), at(I * os), at((I + 1) * os));
}
