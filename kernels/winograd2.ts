/** Transforms of Winograd's F(2×2,3×3), a line of tiles at a time.
 *
 *         ⎡1  0 −1  0⎤       ⎡ 1   0   0⎤
 *    Bᵀ = ⎢0  1  1  0⎥   G = ⎢ ½   ½   ½⎥   Aᵀ = ⎡1  1  1  0⎤
 *         ⎢0 −1  1  0⎥       ⎢ ½  −½   ½⎥        ⎣0  1 −1 −1⎦
 *         ⎣0  1  0 −1⎦       ⎣ 0   0   1⎦
 */

import { put } from "./ends";
import { at } from "./memory";

/** Four channels of a pixel, zeros where `mask` says that its line lies outside the image. */
// @ts-ignore: decorator
@inline
function pixel(masked: bool, from: usize, mask: v128): v128 {
  return masked ? v128.and(v128.load(from), mask) : v128.load(from);
}

/** Four places of a tile from one row of its columns of Bᵀd. */
// @ts-ignore: decorator
@inline
function putRow(to: usize, place: usize, t0: v128, t1: v128, t2: v128, t3: v128): void {
  v128.store(to, f32x4.sub(t0, t2));
  to += place;
  v128.store(to, f32x4.add(t1, t2));
  to += place;
  v128.store(to, f32x4.sub(t2, t1));
  to += place;
  v128.store(to, f32x4.sub(t1, t3));
}

/** The tiles of a line whose first pixel is (`line`, `column`), which may lie before the image. */
// @ts-ignore: decorator
@inline
function inputRows(
  masked: bool, image: usize, line: i32, column: i32, H: i32, W: i32, step: usize, to: usize, place: usize, tw: i32,
): void {
  const length = <usize>W * step;
  const m0 = insideMask(line, H);
  const m1 = insideMask(line + 1, H);
  const m2 = insideMask(line + 2, H);
  const m3 = insideMask(line + 3, H);
  for (let c: usize = 0; c < step; c += 16) {
    let d0 = image + <usize>clamped(line, H) * length + <usize>column * step + c;
    let d1 = image + <usize>clamped(line + 1, H) * length + <usize>column * step + c;
    let d2 = image + <usize>clamped(line + 2, H) * length + <usize>column * step + c;
    let d3 = image + <usize>clamped(line + 3, H) * length + <usize>column * step + c;
    let v = to + c;
    // r and s: two columns of Bᵀd that a tile shares with the one before.
    let r0 = f32x4.splat(0);
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    let s0 = r0;
    let s1 = r0;
    let s2 = r0;
    let s3 = r0;
    for (let j = column; j < column + 2 * tw + 2; j += 2) {
      let p0 = f32x4.splat(0);
      let p1 = p0;
      let p2 = p0;
      let p3 = p0;
      if (<u32>j < <u32>W) {
        const a = pixel(masked, d1, m1);
        const b = pixel(masked, d2, m2);
        p0 = f32x4.sub(pixel(masked, d0, m0), b);
        p1 = f32x4.add(a, b);
        p2 = f32x4.sub(b, a);
        p3 = f32x4.sub(a, pixel(masked, d3, m3));
      }
      d0 += step;
      d1 += step;
      d2 += step;
      d3 += step;
      let q0 = f32x4.splat(0);
      let q1 = q0;
      let q2 = q0;
      let q3 = q0;
      if (<u32>(j + 1) < <u32>W) {
        const a = pixel(masked, d1, m1);
        const b = pixel(masked, d2, m2);
        q0 = f32x4.sub(pixel(masked, d0, m0), b);
        q1 = f32x4.add(a, b);
        q2 = f32x4.sub(b, a);
        q3 = f32x4.sub(a, pixel(masked, d3, m3));
      }
      d0 += step;
      d1 += step;
      d2 += step;
      d3 += step;
      if (j != column) {
        putRow(v, place, r0, s0, p0, q0);
        putRow(v + 4 * place, place, r1, s1, p1, q1);
        putRow(v + 8 * place, place, r2, s2, p2, q2);
        putRow(v + 12 * place, place, r3, s3, p3, q3);
        v += step;
      }
      r0 = p0;
      r1 = p1;
      r2 = p2;
      r3 = p3;
      s0 = q0;
      s1 = q1;
      s2 = q2;
      s3 = q3;
    }
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

/** Line ty of the tiles of an image. The places of a tile are read in their order. */
// @ts-ignore: decorator
@inline
export function outputTiles2(
  sums: bool, from: usize, place: usize, bias: i32, image: usize, ty: i32, Ho: i32, Wo: i32, step: usize, tw: i32,
  norm: i32, residual: usize, relu: f32, mask: usize,
): void {
  const hasBelow = 2 * ty + 1 < Ho;
  const line = <usize>Wo * step;
  let to = image + <usize>(2 * ty) * line;
  for (let tx = 0; tx < tw; tx++) {
    const hasRight = 2 * tx + 1 < Wo;
    for (let c: usize = 0; c < step; c += 16) {
      // upper = m₀ + m₁ + m₂ and lower = m₁ − m₂ − m₃ of each of the four columns.
      let m = from + c;
      let upper0 = v128.load(m);
      m += place;
      let upper1 = v128.load(m);
      m += place;
      let upper2 = v128.load(m);
      m += place;
      let upper3 = v128.load(m);
      m += place;
      let lower0 = v128.load(m);
      m += place;
      let lower1 = v128.load(m);
      m += place;
      let lower2 = v128.load(m);
      m += place;
      let lower3 = v128.load(m);
      m += place;
      upper0 = f32x4.add(upper0, lower0);
      upper1 = f32x4.add(upper1, lower1);
      upper2 = f32x4.add(upper2, lower2);
      upper3 = f32x4.add(upper3, lower3);
      let v = v128.load(m);
      m += place;
      upper0 = f32x4.add(upper0, v);
      lower0 = f32x4.sub(lower0, v);
      v = v128.load(m);
      m += place;
      upper1 = f32x4.add(upper1, v);
      lower1 = f32x4.sub(lower1, v);
      v = v128.load(m);
      m += place;
      upper2 = f32x4.add(upper2, v);
      lower2 = f32x4.sub(lower2, v);
      v = v128.load(m);
      m += place;
      upper3 = f32x4.add(upper3, v);
      lower3 = f32x4.sub(lower3, v);
      const b = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + c);
      put(sums, to + c, f32x4.add(f32x4.add(f32x4.add(upper0, upper1), upper2), b), c, norm, residual, relu, mask);
      if (hasRight) put(sums, to + c + step, f32x4.add(f32x4.sub(f32x4.sub(upper1, upper2), upper3), b), c, norm, residual, relu, mask);
      if (hasBelow) {
        lower0 = f32x4.sub(lower0, v128.load(m));
        m += place;
        lower1 = f32x4.sub(lower1, v128.load(m));
        m += place;
        lower2 = f32x4.sub(lower2, v128.load(m));
        m += place;
        lower3 = f32x4.sub(lower3, v128.load(m));
        const below = to + c + line;
        put(sums, below, f32x4.add(f32x4.add(f32x4.add(lower0, lower1), lower2), b), c, norm, residual, relu, mask);
        if (hasRight) put(sums, below + step, f32x4.add(f32x4.sub(f32x4.sub(lower1, lower2), lower3), b), c, norm, residual, relu, mask);
      }
    }
    from += step;
    to += 2 * step;
  }
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
  to += place;
  v128.store(to, f32x4.add(g0, g1));
  to += place;
  v128.store(to, f32x4.sub(g0, g1));
  to += place;
  v128.store(to, f32x4.neg(g1));
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
