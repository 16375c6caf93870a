/** Transforms of filters for Winograd's F(4×4,3×3), and back for their gradients; the matrices stand in winograd4.ts. */

import { times } from "./winograd4";

/** G·g of three numbers. */
// @ts-ignore: decorator
@inline
function filterLine(g0: v128, g1: v128, g2: v128, to: usize, place: usize): void {
  v128.store(to, times(0.25, g0));
  const outer = times(-1.0 / 6.0, f32x4.add(g0, g2));
  const inner = times(-1.0 / 6.0, g1);
  v128.store(to + place, f32x4.add(outer, inner));
  v128.store(to + 2 * place, f32x4.sub(outer, inner));
  const wide = f32x4.add(times(1.0 / 24.0, g0), times(1.0 / 6.0, g2));
  const narrow = times(1.0 / 12.0, g1);
  v128.store(to + 3 * place, f32x4.add(wide, narrow));
  v128.store(to + 4 * place, f32x4.sub(wide, narrow));
  v128.store(to + 5 * place, g2);
}

/** `length` bytes of nine taps, `tap` apart: rows of G·g, each transformed along as soon as it is there. */
export function filter4(w: usize, U: usize, tap: usize, length: usize, place: usize): void {
  for (let e: usize = 0; e < length; e += 16) {
    let from = w + e;
    const a0 = v128.load(from);
    from += tap;
    const a1 = v128.load(from);
    from += tap;
    const a2 = v128.load(from);
    from += tap;
    const b0 = v128.load(from);
    from += tap;
    const b1 = v128.load(from);
    from += tap;
    const b2 = v128.load(from);
    from += tap;
    const c0 = v128.load(from);
    from += tap;
    const c1 = v128.load(from);
    from += tap;
    const c2 = v128.load(from);
    let to = U + e;
    filterLine(times(0.25, a0), times(0.25, a1), times(0.25, a2), to, place);
    to += 6 * place;
    let p0 = times(-1.0 / 6.0, f32x4.add(a0, c0));
    let p1 = times(-1.0 / 6.0, f32x4.add(a1, c1));
    let p2 = times(-1.0 / 6.0, f32x4.add(a2, c2));
    let q0 = times(-1.0 / 6.0, b0);
    let q1 = times(-1.0 / 6.0, b1);
    let q2 = times(-1.0 / 6.0, b2);
    filterLine(f32x4.add(p0, q0), f32x4.add(p1, q1), f32x4.add(p2, q2), to, place);
    to += 6 * place;
    filterLine(f32x4.sub(p0, q0), f32x4.sub(p1, q1), f32x4.sub(p2, q2), to, place);
    to += 6 * place;
    p0 = f32x4.add(times(1.0 / 24.0, a0), times(1.0 / 6.0, c0));
    p1 = f32x4.add(times(1.0 / 24.0, a1), times(1.0 / 6.0, c1));
    p2 = f32x4.add(times(1.0 / 24.0, a2), times(1.0 / 6.0, c2));
    q0 = times(1.0 / 12.0, b0);
    q1 = times(1.0 / 12.0, b1);
    q2 = times(1.0 / 12.0, b2);
    filterLine(f32x4.add(p0, q0), f32x4.add(p1, q1), f32x4.add(p2, q2), to, place);
    to += 6 * place;
    filterLine(f32x4.sub(p0, q0), f32x4.sub(p1, q1), f32x4.sub(p2, q2), to, place);
    to += 6 * place;
    filterLine(c0, c1, c2, to, place);
  }
}

/** Gᵀu of six numbers, `to` three. */
// @ts-ignore: decorator
@inline
function filterBackLine(from: usize, stride: usize, to: usize, place: usize): void {
  const u0 = v128.load(from);
  const u1 = v128.load(from + stride);
  const u2 = v128.load(from + 2 * stride);
  const u3 = v128.load(from + 3 * stride);
  const u4 = v128.load(from + 4 * stride);
  const u5 = v128.load(from + 5 * stride);
  const near = times(-1.0 / 6.0, f32x4.add(u1, u2));
  const far = f32x4.add(u3, u4);
  v128.store(to, f32x4.add(f32x4.add(times(0.25, u0), near), times(1.0 / 24.0, far)));
  const nearOdd = times(-1.0 / 6.0, f32x4.sub(u1, u2));
  v128.store(to + place, f32x4.add(nearOdd, times(1.0 / 12.0, f32x4.sub(u3, u4))));
  v128.store(to + 2 * place, f32x4.add(f32x4.add(near, times(1.0 / 6.0, far)), u5));
}

/** dw = Gᵀ u G. u is used up: Gᵀu down its columns takes the place of its first three rows. */
export function filterBack4(u: usize, dw: usize, tap: usize, place: usize): void {
  for (let e: usize = 0; e < tap; e += 16) {
    const from = u + e;
    for (let j: usize = 0; j < 6; j++) filterBackLine(from + j * place, 6 * place, from + j * place, 6 * place);
    for (let r: usize = 0; r < 3; r++)
      filterBackLine(from + 6 * r * place, place, dw + e + 3 * r * tap, tap);
  }
}
