/** Transforms of Winograd's F(2×2,3×3), a line of tiles at a time.
 *
 *         ⎡1  0 −1  0⎤       ⎡ 1   0   0⎤
 *    Bᵀ = ⎢0  1  1  0⎥   G = ⎢ ½   ½   ½⎥   Aᵀ = ⎡1  1  1  0⎤
 *         ⎢0 −1  1  0⎥       ⎢ ½  −½   ½⎥        ⎣0  1 −1 −1⎦
 *         ⎣0  1  0 −1⎦       ⎣ 0   0   1⎦
 */

import { at, positive } from "./memory";

/** Column j of one row of Bᵀd: a ± b of the pixels of two lines; zeros beyond the image. */
// @ts-ignore: decorator
@inline
function inputColumn(
  masked: bool, adds: bool, a: usize, b: usize, ma: v128, mb: v128, j: i32, W: i32, offset: usize,
): v128 {
  if (<u32>j >= <u32>W) return f32x4.splat(0);
  let p = v128.load(a + offset);
  let q = v128.load(b + offset);
  if (masked) {
    p = v128.and(p, ma);
    q = v128.and(q, mb);
  }
  return adds ? f32x4.add(p, q) : f32x4.sub(p, q);
}

/** One row of all tiles of a line, from two lines of the image: neighbours share two columns of Bᵀd. */
// @ts-ignore: decorator
@inline
function inputRow(
  masked: bool, adds: bool, a: usize, b: usize, ma: v128, mb: v128, column: i32, W: i32, step: usize,
  to: usize, place: usize, tw: i32,
): void {
  let j = column;
  let offset = <usize>j * step;
  let t0 = inputColumn(masked, adds, a, b, ma, mb, j, W, offset);
  let t1 = inputColumn(masked, adds, a, b, ma, mb, j + 1, W, offset + step);
  for (let tx = 0; tx < tw; tx++) {
    j += 2;
    offset += 2 * step;
    const t2 = inputColumn(masked, adds, a, b, ma, mb, j, W, offset);
    const t3 = inputColumn(masked, adds, a, b, ma, mb, j + 1, W, offset + step);
    v128.store(to, f32x4.sub(t0, t2));
    v128.store(to + place, f32x4.add(t1, t2));
    v128.store(to + 2 * place, f32x4.sub(t2, t1));
    v128.store(to + 3 * place, f32x4.sub(t1, t3));
    t0 = t2;
    t1 = t3;
    to += step;
  }
}

/** The four rows of a line of tiles whose first pixel is (`line`, `column`), which may lie before the image. */
// @ts-ignore: decorator
@inline
function inputRows(
  masked: bool, image: usize, line: i32, column: i32, H: i32, W: i32, step: usize, to: usize, place: usize, tw: i32,
): void {
  const length = <usize>W * step;
  const d0 = image + <usize>clamped(line, H) * length;
  const d1 = image + <usize>clamped(line + 1, H) * length;
  const d2 = image + <usize>clamped(line + 2, H) * length;
  const d3 = image + <usize>clamped(line + 3, H) * length;
  const m0 = insideMask(line, H);
  const m1 = insideMask(line + 1, H);
  const m2 = insideMask(line + 2, H);
  const m3 = insideMask(line + 3, H);
  for (let c: usize = 0; c < step; c += 16) {
    inputRow(masked, false, d0 + c, d2 + c, m0, m2, column, W, step, to + c, place, tw);
    inputRow(masked, true, d1 + c, d2 + c, m1, m2, column, W, step, to + c + 4 * place, place, tw);
    inputRow(masked, false, d2 + c, d1 + c, m2, m1, column, W, step, to + c + 8 * place, place, tw);
    inputRow(masked, false, d1 + c, d3 + c, m1, m3, column, W, step, to + c + 12 * place, place, tw);
  }
}

/** The nearest line of the image. */
function clamped(line: i32, H: i32): i32 {
  return max(0, min(H - 1, line));
}

/** All bits if the line is in the image. */
function insideMask(line: i32, H: i32): v128 {
  return i32x4.splat(<u32>line < <u32>H ? -1 : 0);
}

export function inputTiles2(
  image: usize, line: i32, column: i32, H: i32, W: i32, step: usize, to: usize, place: usize, tw: i32,
): void {
  if (line >= 0 && line + 4 <= H) inputRows(false, image, line, column, H, W, step, to, place, tw);
  else inputRows(true, image, line, column, H, W, step, to, place, tw);
}

/** U = G g Gᵀ for filters whose taps lie `tap` apart, and places of U `place`. */
export function filter2(w: usize, U: usize, tap: usize, place: usize): void {
  const half = f32x4.splat(0.5);
  for (let e: usize = 0; e < tap; e += 16) {
    for (let r = 0; r < 4; r++) {
      // Row r of Gg at the three columns.
      const g0 = filterRow(r, w + e, 3 * tap, half);
      const g1 = filterRow(r, w + e + tap, 3 * tap, half);
      const g2 = filterRow(r, w + e + 2 * tap, 3 * tap, half);
      const to = U + e + <usize>(4 * r) * place;
      const outer = f32x4.add(g0, g2);
      v128.store(to, g0);
      v128.store(to + place, f32x4.mul(half, f32x4.add(outer, g1)));
      v128.store(to + 2 * place, f32x4.mul(half, f32x4.sub(outer, g1)));
      v128.store(to + 3 * place, g2);
    }
  }
}

function filterRow(r: i32, g: usize, line: usize, half: v128): v128 {
  if (r == 0) return v128.load(g);
  if (r == 3) return v128.load(g + 2 * line);
  const outer = f32x4.add(v128.load(g), v128.load(g + 2 * line));
  const middle = v128.load(g + line);
  return f32x4.mul(half, r == 1 ? f32x4.add(outer, middle) : f32x4.sub(outer, middle));
}

/** Line ty of the tiles of an image. */
export function outputTiles2(
  from: usize, place: usize, bias: i32, image: usize, ty: i32, Ho: i32, Wo: i32, step: usize, tw: i32, relu: i32,
): void {
  const hasBelow = 2 * ty + 1 < Ho;
  const line = <usize>Wo * step;
  let to = image + <usize>(2 * ty) * line;
  for (let tx = 0; tx < tw; tx++) {
    const hasRight = 2 * tx + 1 < Wo;
    for (let c: usize = 0; c < step; c += 16) {
      const b = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + c);
      const m = from + c;
      const a0 = upper(m, place);
      const a1 = upper(m + place, place);
      const a2 = upper(m + 2 * place, place);
      const a3 = upper(m + 3 * place, place);
      const b0 = lower(m, place);
      const b1 = lower(m + place, place);
      const b2 = lower(m + 2 * place, place);
      const b3 = lower(m + 3 * place, place);
      put(to + c, f32x4.add(f32x4.add(f32x4.add(a0, a1), a2), b), relu);
      if (hasRight) put(to + c + step, f32x4.add(f32x4.sub(f32x4.sub(a1, a2), a3), b), relu);
      if (hasBelow) {
        const next = to + c + line;
        put(next, f32x4.add(f32x4.add(f32x4.add(b0, b1), b2), b), relu);
        if (hasRight) put(next + step, f32x4.add(f32x4.sub(f32x4.sub(b1, b2), b3), b), relu);
      }
    }
    from += step;
    to += 2 * step;
  }
}

/** m₀ + m₁ + m₂ of one column of a tile; its places lie 4·place apart. */
// @ts-ignore: decorator
@inline
function upper(m: usize, place: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(m), v128.load(m + 4 * place)), v128.load(m + 8 * place));
}

/** m₁ − m₂ − m₃. */
// @ts-ignore: decorator
@inline
function lower(m: usize, place: usize): v128 {
  return f32x4.sub(f32x4.sub(v128.load(m + 4 * place), v128.load(m + 8 * place)), v128.load(m + 12 * place));
}

// @ts-ignore: decorator
@inline
function put(to: usize, v: v128, relu: i32): void {
  v128.store(to, relu ? positive(v) : v);
}

/** Line ty of the tiles of A·g·Aᵀ; pixels beyond Ho, Wo count as 0. */
export function gradientTiles2(
  image: usize, ty: i32, Ho: i32, Wo: i32, step: usize, to: usize, place: usize, tw: i32,
): void {
  const zero = f32x4.splat(0);
  const hasBelow = 2 * ty + 1 < Ho;
  let from = image + <usize>(2 * ty * Wo) * step;
  for (let tx = 0; tx < tw; tx++) {
    const hasRight = 2 * tx + 1 < Wo;
    const below = from + <usize>Wo * step;
    for (let c: usize = 0; c < step; c += 16) {
      const g00 = v128.load(from + c);
      const g01 = hasRight ? v128.load(from + step + c) : zero;
      const g10 = hasBelow ? v128.load(below + c) : zero;
      const g11 = hasBelow && hasRight ? v128.load(below + step + c) : zero;
      spread(to + c, place, g00, g01);
      spread(to + c + 4 * place, place, f32x4.add(g00, g10), f32x4.add(g01, g11));
      spread(to + c + 8 * place, place, f32x4.sub(g00, g10), f32x4.sub(g01, g11));
      spread(to + c + 12 * place, place, f32x4.neg(g10), f32x4.neg(g11));
    }
    to += step;
    from += 2 * step;
  }
}

/** One row of A·g·Aᵀ from its two columns. */
// @ts-ignore: decorator
@inline
function spread(to: usize, place: usize, g0: v128, g1: v128): void {
  v128.store(to, g0);
  v128.store(to + place, f32x4.add(g0, g1));
  v128.store(to + 2 * place, f32x4.sub(g0, g1));
  v128.store(to + 3 * place, f32x4.neg(g1));
}

/** dw = Gᵀ u G. */
export function filterBack2(u: usize, dw: usize, tap: usize, place: usize): void {
  const half = f32x4.splat(0.5);
  for (let e: usize = 0; e < tap; e += 16) {
    for (let c = 0; c < 3; c++) {
      // Column c of u·G for the four rows, then Gᵀ of it.
      const s0 = filterColumn(c, u + e, place, half);
      const s1 = filterColumn(c, u + e + 4 * place, place, half);
      const s2 = filterColumn(c, u + e + 8 * place, place, half);
      const s3 = filterColumn(c, u + e + 12 * place, place, half);
      const middle = f32x4.mul(half, f32x4.add(s1, s2));
      const to = dw + e + <usize>c * tap;
      v128.store(to, f32x4.add(s0, middle));
      v128.store(to + 3 * tap, f32x4.mul(half, f32x4.sub(s1, s2)));
      v128.store(to + 6 * tap, f32x4.add(middle, s3));
    }
  }
}

/** Column c of u·G for one row of a tile. */
function filterColumn(c: i32, u: usize, place: usize, half: v128): v128 {
  const inner1 = v128.load(u + place);
  const inner2 = v128.load(u + 2 * place);
  if (c == 1) return f32x4.mul(half, f32x4.sub(inner1, inner2));
  const middle = f32x4.mul(half, f32x4.add(inner1, inner2));
  return c == 0 ? f32x4.add(v128.load(u), middle) : f32x4.add(middle, v128.load(u + 3 * place));
}
