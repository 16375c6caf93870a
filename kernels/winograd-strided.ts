/** Transforms of 3×3 convolution with stride 2 in tiles of 2×2 outputs from 5×5 inputs, 25 multiplications for 36. Along
 *  an axis the outer taps see every second pixel, where Winograd's F(2,2) needs 3 multiplications for 4; the middle tap
 *  sees the pixels between, once each.
 *
 *         ⎡1  0 −1  0  0⎤       ⎡1  0  0⎤
 *         ⎢0  0  1  0  0⎥       ⎢1  0  1⎥
 *    Bᵀ = ⎢0  0 −1  0  1⎥   G = ⎢0  0  1⎥   Aᵀ = ⎡1  1  0  1  0⎤
 *         ⎢0  1  0  0  0⎥       ⎢0  1  0⎥        ⎣0  1  1  0  1⎦
 *         ⎣0  0  0  1  0⎦       ⎣0  1  0⎦
 *
 *  The last rows of G are equal: of the 25 places of the filters 16 are kept. */

import { put } from "./ends";
import { at } from "./memory";
import { LINE, pixel } from "./winograd4";

/** Bᵀd: five numbers to five places. */
// @ts-ignore: decorator
@inline
function inputLine(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, to: usize, place: usize): void {
  v128.store(to, f32x4.sub(d0, d2));
  to += place;
  v128.store(to, d2);
  to += place;
  v128.store(to, f32x4.sub(d4, d2));
  to += place;
  v128.store(to, d1);
  to += place;
  v128.store(to, d3);
}

/** A line of tiles, as `inputTiles4` makes it. */
export function inputTilesStrided(
  image: usize, line: i32, column: i32, H: i32, W: i32, step: usize, to: usize, place: usize, tw: i32, room: usize,
): void {
  const length = <usize>W * step;
  const wide = <usize>(4 * tw + 1) * LINE;
  for (let first: usize = 0; first < step; first += LINE) {
    const width = min(LINE, step - first);
    let target = room;
    for (let j = column; j < column + 4 * tw + 1; j++) {
      const d = image + <usize>j * step + first;
      const height = <u32>j < <u32>W ? H : 0; // beyond the borders there are no lines
      for (let c: usize = 0; c < width; c += 16)
        inputLine(
          pixel(d + c, line, height, length), pixel(d + c, line + 1, height, length), pixel(d + c, line + 2, height, length),
          pixel(d + c, line + 3, height, length), pixel(d + c, line + 4, height, length), target + c, wide);
      target += LINE;
    }
    for (let r: usize = 0; r < 5; r++) {
      let d = room + r * wide;
      let v = to + first + 5 * r * place;
      for (let tx = 0; tx < tw; tx++) {
        for (let c: usize = 0; c < width; c += 16)
          inputLine(
            v128.load(d + c), v128.load(d + c, LINE), v128.load(d + c, 2 * LINE), v128.load(d + c, 3 * LINE),
            v128.load(d + c, 4 * LINE), v + c, place);
        d += 4 * LINE;
        v += step;
      }
    }
  }
}

/** The first four numbers of G·g. */
// @ts-ignore: decorator
@inline
function filterLine(g0: v128, g1: v128, g2: v128, to: usize, place: usize): void {
  v128.store(to, g0);
  v128.store(to + place, f32x4.add(g0, g2));
  v128.store(to + 2 * place, g2);
  v128.store(to + 3 * place, g1);
}

/** `length` bytes of nine taps, `tap` apart, to 4×4 places. */
export function filterStrided(w: usize, U: usize, tap: usize, length: usize, place: usize): void {
  for (let e: usize = 0; e < length; e += 16) {
    let from = w + e;
    const a0 = v128.load(from);
    const a1 = v128.load(from + tap);
    const a2 = v128.load(from + 2 * tap);
    from += 3 * tap;
    const b0 = v128.load(from);
    const b1 = v128.load(from + tap);
    const b2 = v128.load(from + 2 * tap);
    from += 3 * tap;
    const c0 = v128.load(from);
    const c1 = v128.load(from + tap);
    const c2 = v128.load(from + 2 * tap);
    const to = U + e;
    filterLine(a0, a1, a2, to, place);
    filterLine(f32x4.add(a0, c0), f32x4.add(a1, c1), f32x4.add(a2, c2), to + 4 * place, place);
    filterLine(c0, c1, c2, to + 8 * place, place);
    filterLine(b0, b1, b2, to + 12 * place, place);
  }
}

/** The kept place of the filters that place k of 25 is multiplied with. */
// @ts-ignore: decorator
@inline
export function stridedPlace(k: i32): i32 {
  return 4 * min(k / 5, 3) + min(k % 5, 3);
}

/** Line ty of the tiles of an image, channels `first` to `end`, as `outputTiles4` makes it. */
// @ts-ignore: decorator
@inline
export function outputTilesStrided(
  from: usize, place: usize, width: usize, bias: i32, image: usize, ty: i32, Ho: i32, Wo: i32,
  step: usize, first: usize, end: usize, tw: i32, norm: i32, residual: usize, relu: f32,
): void {
  const isWhole = 2 * ty + 1 < Ho;
  const line = <usize>Wo * step;
  let corner = image + <usize>(2 * ty) * line;
  for (let tx = 0; tx < tw; tx++) {
    const columns = min(2, Wo - 2 * tx);
    for (let c = first; c < end; c += 16) {
      const b = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + c);
      // Aᵀm down the columns, in place of their first two rows.
      let m = from + c - first;
      for (let j = 0; j < 5; j++) {
        const middle = v128.load(m + 5 * place);
        const upper = f32x4.add(v128.load(m), middle);
        const lower = f32x4.add(middle, v128.load(m + 10 * place));
        v128.store(m, f32x4.add(upper, v128.load(m + 15 * place)));
        v128.store(m + 5 * place, f32x4.add(lower, v128.load(m + 20 * place)));
        m += place;
      }
      m = from + c - first;
      outputRow(m, place, corner + c, step, columns, b, c, norm, residual, relu);
      if (isWhole) outputRow(m + 5 * place, place, corner + c + line, step, columns, b, c, norm, residual, relu);
    }
    from += width;
    corner += 2 * step;
  }
}

/** Aᵀm along a row, the first `columns` of its two pixels. */
// @ts-ignore: decorator
@inline
function outputRow(
  from: usize, place: usize, to: usize, step: usize, columns: i32, bias: v128, o: usize,
  norm: i32, residual: usize, relu: f32,
): void {
  const middle = v128.load(from + place);
  const left = f32x4.add(f32x4.add(v128.load(from), middle), v128.load(from + 3 * place));
  put(true, to, f32x4.add(left, bias), o, norm, residual, relu, 0);
  if (columns < 2) return;
  const right = f32x4.add(f32x4.add(middle, v128.load(from + 2 * place)), v128.load(from + 4 * place));
  put(true, to + step, f32x4.add(right, bias), o, norm, residual, relu, 0);
}
