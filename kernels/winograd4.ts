/** Transforms of Winograd's F(4×4,3×3), a line of tiles at a time. Their roundings are larger than those of F(2×2,3×3)
 *  (they multiply by up to 8).
 *
 *         ⎡4  0 −5  0  1  0⎤       ⎡  ¼    0    0 ⎤
 *         ⎢0 −4 −4  1  1  0⎥       ⎢−1/6 −1/6 −1/6⎥        ⎡1  1  1  1  1  0⎤
 *    Bᵀ = ⎢0  4 −4 −1  1  0⎥   G = ⎢−1/6  1/6 −1/6⎥   Aᵀ = ⎢0  1 −1  2 −2  0⎥
 *         ⎢0 −2 −1  2  1  0⎥       ⎢1/24 1/12  1/6⎥        ⎢0  1  1  4  4  0⎥
 *         ⎢0  2 −1 −2  1  0⎥       ⎢1/24−1/12  1/6⎥        ⎣0  1 −1  8 −8  1⎦
 *         ⎣0  4  0 −5  0  1⎦       ⎣  0    0    1 ⎦
 */

import { put } from "./ends";
import { at } from "./memory";

// @ts-ignore: decorator
@inline
export function times(a: f32, v: v128): v128 {
  return f32x4.mul(f32x4.splat(a), v);
}

/** Bᵀd: six numbers to six places. */
// @ts-ignore: decorator
@inline
function inputLine(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, place: usize): void {
  v128.store(to, f32x4.add(f32x4.sub(times(4, d0), times(5, d2)), d4));
  const a = f32x4.sub(d4, times(4, d2));
  const b = f32x4.sub(d3, times(4, d1));
  v128.store(to + place, f32x4.add(a, b));
  v128.store(to + 2 * place, f32x4.sub(a, b));
  const c = f32x4.sub(d4, d2);
  const e = times(2, f32x4.sub(d3, d1));
  v128.store(to + 3 * place, f32x4.add(c, e));
  v128.store(to + 4 * place, f32x4.sub(c, e));
  v128.store(to + 5 * place, f32x4.add(f32x4.sub(times(4, d1), times(5, d3)), d5));
}

/** Pixel of a line, or zeros where the line lies outside the image. */
// @ts-ignore: decorator
@inline
export function pixel(image: usize, line: i32, H: i32, length: usize): v128 {
  return <u32>line < <u32>H ? v128.load(image + <usize>line * length) : f32x4.splat(0);
}

/** Bytes of a line of the cache. */
export const LINE: usize = 64;

/** A line of tiles whose first pixel is (`line`, `column`), which may lie before the image. For every line
 *  of the cache the columns are transformed first, into six rows of such lines at `room`, where neighbouring tiles find
 *  what they share. */
export function inputTiles4(
  image: usize, line: i32, column: i32, H: i32, W: i32, step: usize, to: usize, place: usize, tw: i32, room: usize,
): void {
  const length = <usize>W * step;
  const inside = line >= 0 && line + 6 <= H;
  const wide = <usize>(4 * tw + 2) * LINE;
  for (let first: usize = 0; first < step; first += LINE) {
    const width = min(LINE, step - first);
    let target = room;
    for (let j = column; j < column + 4 * tw + 2; j++) {
      const isColumn = <u32>j < <u32>W;
      let d = image + <usize>j * step + first;
      if (inside && isColumn) {
        d += <usize>line * length;
        for (let c: usize = 0; c < width; c += 16) {
          inputLine(
            v128.load(d), v128.load(d + length), v128.load(d + 2 * length), v128.load(d + 3 * length),
            v128.load(d + 4 * length), v128.load(d + 5 * length), target + c, wide);
          d += 16;
        }
      } else {
        const height = isColumn ? H : 0; // a column beyond the borders has no lines
        for (let c: usize = 0; c < width; c += 16) {
          inputLine(
            pixel(d, line, height, length), pixel(d, line + 1, height, length), pixel(d, line + 2, height, length),
            pixel(d, line + 3, height, length), pixel(d, line + 4, height, length), pixel(d, line + 5, height, length),
            target + c, wide);
          d += 16;
        }
      }
      target += LINE;
    }
    for (let r: usize = 0; r < 6; r++) {
      let d = room + r * wide;
      let v = to + first + 6 * r * place;
      for (let tx = 0; tx < tw; tx++) {
        for (let c: usize = 0; c < width; c += 16)
          inputLine(
            v128.load(d + c), v128.load(d + c, LINE), v128.load(d + c, 2 * LINE), v128.load(d + c, 3 * LINE),
            v128.load(d + c, 4 * LINE), v128.load(d + c, 5 * LINE), v + c, place);
        d += 4 * LINE;
        v += step;
      }
    }
  }
}

/** Aᵀm of six numbers, `to` four. */
// @ts-ignore: decorator
@inline
function outputLine(from: usize, stride: usize, to: usize, place: usize): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + stride);
  const m2 = v128.load(from + 2 * stride);
  const m3 = v128.load(from + 3 * stride);
  const m4 = v128.load(from + 4 * stride);
  const m5 = v128.load(from + 5 * stride);
  const a = f32x4.add(m1, m2);
  const b = f32x4.sub(m1, m2);
  const c = f32x4.add(m3, m4);
  const d = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, a), c));
  v128.store(to + place, f32x4.add(b, times(2, d)));
  v128.store(to + 2 * place, f32x4.add(a, times(4, c)));
  v128.store(to + 3 * place, f32x4.add(f32x4.add(b, times(8, d)), m5));
}

/** Line ty of the tiles of an image, channels `first` to `end`. M, whose rows are `width` long and begin with the first of
 *  them, is used up: its columns are transformed in place, into their first four rows. */
// @ts-ignore: decorator
@inline
export function outputTiles4(
  sums: bool, from: usize, place: usize, width: usize, bias: i32, image: usize, ty: i32, Ho: i32, Wo: i32,
  step: usize, first: usize, end: usize, tw: i32, norm: i32, residual: usize, relu: f32, mask: usize,
): void {
  const rows = min(4, Ho - 4 * ty);
  const line = <usize>Wo * step;
  let corner = image + <usize>(4 * ty) * line;
  for (let tx = 0; tx < tw; tx++) {
    const columns = min(4, Wo - 4 * tx);
    for (let c = first; c < end; c += 16) {
      const b = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + c);
      let m = from + c - first;
      for (let j = 0; j < 6; j++) {
        outputLine(m, 6 * place, m, 6 * place);
        m += place;
      }
      m = from + c - first;
      for (let r = 0; r < rows; r++) {
        outputRow(sums, m, place, corner + c + <usize>r * line, step, columns, b, c, norm, residual, relu, mask);
        m += 6 * place;
      }
    }
    from += width;
    corner += 4 * step;
  }
}

/** Aᵀm along a row, the first `columns` of its four pixels. */
// @ts-ignore: decorator
@inline
function outputRow(
  sums: bool, from: usize, place: usize, to: usize, step: usize, columns: i32, bias: v128, o: usize,
  norm: i32, residual: usize, relu: f32, mask: usize,
): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + place);
  const m2 = v128.load(from + 2 * place);
  const m3 = v128.load(from + 3 * place);
  const m4 = v128.load(from + 4 * place);
  const m5 = v128.load(from + 5 * place);
  const a = f32x4.add(m1, m2);
  const b = f32x4.sub(m1, m2);
  const c = f32x4.add(m3, m4);
  const d = f32x4.sub(m3, m4);
  put(sums, to, f32x4.add(f32x4.add(f32x4.add(m0, a), c), bias), o, norm, residual, relu, mask);
  if (columns < 2) return;
  put(sums, to + step, f32x4.add(f32x4.add(b, times(2, d)), bias), o, norm, residual, relu, mask);
  if (columns < 3) return;
  put(sums, to + 2 * step, f32x4.add(f32x4.add(a, times(4, c)), bias), o, norm, residual, relu, mask);
  if (columns < 4) return;
  put(sums, to + 3 * step, f32x4.add(f32x4.add(f32x4.add(b, times(8, d)), m5), bias), o, norm, residual, relu, mask);
}

/** A·g of four numbers, `to` six. */
// @ts-ignore: decorator
@inline
function gradientLine(g0: v128, g1: v128, g2: v128, g3: v128, to: usize, place: usize): void {
  const even = f32x4.add(g0, g2);
  const odd = f32x4.add(g1, g3);
  const even4 = f32x4.add(g0, times(4, g2));
  const odd8 = f32x4.add(times(2, g1), times(8, g3));
  v128.store(to, g0);
  v128.store(to + place, f32x4.add(even, odd));
  v128.store(to + 2 * place, f32x4.sub(even, odd));
  v128.store(to + 3 * place, f32x4.add(even4, odd8));
  v128.store(to + 4 * place, f32x4.sub(even4, odd8));
  v128.store(to + 5 * place, g3);
}

/** Line ty of the tiles of A·g·Aᵀ; pixels beyond Ho, Wo count as 0. */
export function gradientTiles4(
  image: usize, ty: i32, Ho: i32, Wo: i32, step: usize, to: usize, place: usize, tw: i32,
): void {
  const line = <usize>Wo * step;
  const rows = min(4, Ho - 4 * ty);
  let corner = image + <usize>(4 * ty) * line;
  for (let tx = 0; tx < tw; tx++) {
    const columns = min(4, Wo - 4 * tx);
    for (let c: usize = 0; c < step; c += 16) {
      for (let j = 0; j < 4; j++) {
        const column = corner + c + <usize>j * step;
        const own = to + c + <usize>j * place;
        const lines = j < columns ? rows : 0; // beyond the last column there are none
        gradientLine(
          pixel(column, 0, lines, line), pixel(column, 1, lines, line), pixel(column, 2, lines, line),
          pixel(column, 3, lines, line), own, 6 * place);
      }
      for (let r: usize = 0; r < 6; r++) {
        const own = to + c + 6 * r * place;
        gradientLine(v128.load(own), v128.load(own + place), v128.load(own + 2 * place), v128.load(own + 3 * place),
          own, place);
      }
    }
    to += step;
    corner += 4 * step;
  }
}
