/** Winograd's F(2×2,3×3) (Lavin & Gray 2016): 3×3 convolution with 16 multiplications for 4 outputs instead of 36.
 *
 *    Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A     d: 4×4 inputs, g: 3×3 filter, Y: 2×2 outputs
 *
 *         ⎡1  0 −1  0⎤       ⎡ 1   0   0⎤
 *    Bᵀ = ⎢0  1  1  0⎥   G = ⎢ ½   ½   ½⎥   Aᵀ = ⎡1  1  1  0⎤
 *         ⎢0 −1  1  0⎥       ⎢ ½  −½   ½⎥        ⎣0  1 −1 −1⎦
 *         ⎣0  1  0 −1⎦       ⎣ 0   0   1⎦
 *
 *  The 16 places of a tile are 16 matrix products over all tiles and channels. Each matrix has one row more than it
 *  uses: without it their distance would often be a multiple of 4 KiB, and 16 streams would share one cache set. */

import { convolve } from "./convolve";
import { convolveFilterGradient } from "./filter-gradient";
import { at, positive } from "./memory";

/** Row r of Bᵀd at one column: the difference or sum of two of its four inputs. */
// @ts-ignore: decorator
@inline
function inputRow(r: i32, d: usize, line: usize): v128 {
  if (r == 0) return f32x4.sub(v128.load(d), v128.load(d + 2 * line));
  if (r == 1) return f32x4.add(v128.load(d + line), v128.load(d + 2 * line));
  if (r == 2) return f32x4.sub(v128.load(d + 2 * line), v128.load(d + line));
  return f32x4.sub(v128.load(d + line), v128.load(d + 3 * line));
}

/** Row r of all tiles of one line of tiles: neighbours share two columns of Bᵀd. */
// @ts-ignore: decorator
@inline
function inputTiles(r: i32, d: usize, line: usize, step: usize, to: usize, place: usize, tw: i32): void {
  let t0 = inputRow(r, d, line);
  let t1 = inputRow(r, d + step, line);
  for (let tx = 0; tx < tw; tx++) {
    d += 2 * step;
    const t2 = inputRow(r, d, line);
    const t3 = inputRow(r, d + step, line);
    v128.store(to, f32x4.sub(t0, t2));
    v128.store(to + place, f32x4.add(t1, t2));
    v128.store(to + 2 * place, f32x4.sub(t2, t1));
    v128.store(to + 3 * place, f32x4.sub(t1, t3));
    t0 = t2;
    t1 = t3;
    to += step;
  }
}

export function winogradInput(x: i32, V: i32, n: i32, cs: i32, th: i32, tw: i32): void {
  const step = at(cs);
  const line = <usize>(2 * tw + 2) * step;
  const place = <usize>(n * th * tw + 1) * step;
  let row = at(V);
  let from = at(x);
  for (let i = 0; i < n; i++) {
    for (let ty = 0; ty < th; ty++) {
      for (let c: usize = 0; c < step; c += 16) {
        inputTiles(0, from + c, line, step, row + c, place, tw);
        inputTiles(1, from + c, line, step, row + c + 4 * place, place, tw);
        inputTiles(2, from + c, line, step, row + c + 8 * place, place, tw);
        inputTiles(3, from + c, line, step, row + c + 12 * place, place, tw);
      }
      row += <usize>tw * step;
      from += 2 * line;
    }
    from += 2 * line;
  }
}

export function winogradFilter(w: i32, U: i32, I: i32, os: i32): void {
  const half = f32x4.splat(0.5);
  const place = at(I * os);
  for (let e: usize = 0; e < place; e += 16) {
    const from = at(w) + e;
    const to = at(U) + e;
    for (let r = 0; r < 4; r++) {
      // Row r of Gg at the three columns.
      const g0 = filterRow(r, from, 3 * place, half);
      const g1 = filterRow(r, from + place, 3 * place, half);
      const g2 = filterRow(r, from + 2 * place, 3 * place, half);
      const at0 = to + <usize>(4 * r) * place;
      const outer = f32x4.add(g0, g2);
      v128.store(at0, g0);
      v128.store(at0 + place, f32x4.mul(half, f32x4.add(outer, g1)));
      v128.store(at0 + 2 * place, f32x4.mul(half, f32x4.sub(outer, g1)));
      v128.store(at0 + 3 * place, g2);
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

export function winogradMultiply(
  V: i32, U: i32, M: i32, places: i32, rows: i32, vs: i32, channels: i32, I: i32, os: i32,
): void {
  for (let k = 0; k < places; k++)
    convolve(V + k * (rows + 1) * vs, 0, 0, vs, channels, I, U + k * I * os, -1,
      M + k * (rows + 1) * os, 0, 0, os, 1, 1, rows, os, 0);
}

export function winogradOutput(M: i32, bias: i32, y: i32, n: i32, Ho: i32, Wo: i32, os: i32, th: i32, tw: i32, relu: i32): void {
  const step = at(os);
  const place = <usize>(n * th * tw + 1) * step;
  let from = at(M);
  for (let i = 0; i < n; i++)
    for (let ty = 0; ty < th; ty++)
      for (let tx = 0; tx < tw; tx++) {
        const hasBelow = 2 * ty + 1 < Ho;
        const hasRight = 2 * tx + 1 < Wo;
        const to = at(y + ((i * Ho + 2 * ty) * Wo + 2 * tx) * os);
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
            const next = to + c + <usize>Wo * step;
            put(next, f32x4.add(f32x4.add(f32x4.add(b0, b1), b2), b), relu);
            if (hasRight) put(next + step, f32x4.add(f32x4.sub(f32x4.sub(b1, b2), b3), b), relu);
          }
        }
        from += step;
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

export function winogradOutputGradient(g: i32, dM: i32, n: i32, Ho: i32, Wo: i32, os: i32, th: i32, tw: i32): void {
  const step = at(os);
  const place = <usize>(n * th * tw + 1) * step;
  const zero = f32x4.splat(0);
  let to = at(dM);
  for (let i = 0; i < n; i++)
    for (let ty = 0; ty < th; ty++)
      for (let tx = 0; tx < tw; tx++) {
        const hasBelow = 2 * ty + 1 < Ho;
        const hasRight = 2 * tx + 1 < Wo;
        const from = at(g + ((i * Ho + 2 * ty) * Wo + 2 * tx) * os);
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

export function winogradFilterGradient(
  V: i32, dM: i32, dU: i32, places: i32, rows: i32, vs: i32, channels: i32, I: i32, os: i32,
): void {
  for (let k = 0; k < places; k++)
    convolveFilterGradient(V + k * (rows + 1) * vs, 0, 0, vs, channels, I, dM + k * (rows + 1) * os,
      dU + k * I * os, 1, 1, rows, os);
}

export function winogradFilterSum(parts: i32, count: i32, stride: i32, dw: i32, length: i32, lo: i32, hi: i32): void {
  const half = f32x4.splat(0.5);
  const place = at(length);
  for (let e = lo; e < hi; e += 4) {
    const from = at(parts + e);
    const to = at(dw + e);
    for (let c = 0; c < 3; c++) {
      // Column c of Σ·G for the four rows, then Gᵀ of it.
      const s0 = filterColumn(c, from, place, count, at(stride), half);
      const s1 = filterColumn(c, from + 4 * place, place, count, at(stride), half);
      const s2 = filterColumn(c, from + 8 * place, place, count, at(stride), half);
      const s3 = filterColumn(c, from + 12 * place, place, count, at(stride), half);
      const middle = f32x4.mul(half, f32x4.add(s1, s2));
      const target = to + <usize>c * place;
      v128.store(target, f32x4.add(s0, middle));
      v128.store(target + 3 * place, f32x4.mul(half, f32x4.sub(s1, s2)));
      v128.store(target + 6 * place, f32x4.add(middle, s3));
    }
  }
}

/** Column c of u·G for one row of a tile, u summed over the parts in order. */
function filterColumn(c: i32, u: usize, place: usize, count: i32, stride: usize, half: v128): v128 {
  const inner1 = sum(u + place, count, stride);
  const inner2 = sum(u + 2 * place, count, stride);
  if (c == 1) return f32x4.mul(half, f32x4.sub(inner1, inner2));
  const middle = f32x4.mul(half, f32x4.add(inner1, inner2));
  return c == 0 ? f32x4.add(sum(u, count, stride), middle) : f32x4.add(middle, sum(u + 3 * place, count, stride));
}

function sum(from: usize, count: i32, stride: usize): v128 {
  let total = v128.load(from);
  for (let k = 1; k < count; k++) {
    from += stride;
    total = f32x4.add(total, v128.load(from));
  }
  return total;
}
