/** Bilinear interpolation, four channels at a time: y = (1 − v)·((1 − u)·a + u·b) + v·((1 − u)·c + u·d), where a, b, c and
 *  d are the pixels around a place and u and v say how far it is from a. Along the edge both of a pair are the same. */

import { at } from "./memory";

/** Where place `o` of a line of `length` pixels lies. */
// @ts-ignore: decorator
@inline
function placeOf(o: i32, step: f64, start: f64, length: i32): f64 {
  return min(max(start + <f64>o * step, 0), <f64>(length - 1));
}

export function interpolate(
  x: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, Ho: i32, Wo: i32,
  stepY: f64, startY: f64, stepX: f64, startX: f64,
): void {
  walk(false, x, y, n, H, W, cs, Ho, Wo, stepY, startY, stepX, startX);
}

export function interpolateBackward(
  dy: i32, dx: i32, n: i32, H: i32, W: i32, cs: i32, Ho: i32, Wo: i32,
  stepY: f64, startY: f64, stepX: f64, startX: f64,
): void {
  memory.fill(at(dx), 0, at(n * H * W * cs));
  walk(true, dx, dy, n, H, W, cs, Ho, Wo, stepY, startY, stepX, startX);
}

/** From the pixels x around every place to y there, or back: what y holds is added to them. */
// @ts-ignore: decorator
@inline
function walk(
  back: bool, x: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, Ho: i32, Wo: i32,
  stepY: f64, startY: f64, stepX: f64, startX: f64,
): void {
  const step = at(cs);
  let to = at(y);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const row = placeOf(oy, stepY, startY, H);
      const top = <i32>row;
      const upper = at(x + (i * H + top) * W * cs);
      const lower = at(x + (i * H + min(top + 1, H - 1)) * W * cs);
      const v1 = f32x4.splat(<f32>(row - <f64>top));
      const v0 = f32x4.splat(<f32>(<f64>(top + 1) - row));
      for (let ox = 0; ox < Wo; ox++) {
        const column = placeOf(ox, stepX, startX, W);
        const left = <i32>column;
        const before = at(left * cs);
        const after = at(min(left + 1, W - 1) * cs);
        const u1 = f32x4.splat(<f32>(column - <f64>left));
        const u0 = f32x4.splat(<f32>(<f64>(left + 1) - column));
        for (let c: usize = 0; c < step; c += 16) {
          if (back) {
            const g = v128.load(to);
            const above = f32x4.mul(v0, g);
            const below = f32x4.mul(v1, g);
            addTo(upper + before + c, f32x4.mul(u0, above));
            addTo(upper + after + c, f32x4.mul(u1, above));
            addTo(lower + before + c, f32x4.mul(u0, below));
            addTo(lower + after + c, f32x4.mul(u1, below));
          } else {
            const a = f32x4.mul(u0, v128.load(upper + before + c));
            const b = f32x4.mul(u1, v128.load(upper + after + c));
            const d = f32x4.mul(u0, v128.load(lower + before + c));
            const e = f32x4.mul(u1, v128.load(lower + after + c));
            const above = f32x4.mul(v0, f32x4.add(a, b));
            v128.store(to, f32x4.add(above, f32x4.mul(v1, f32x4.add(d, e))));
          }
          to += 16;
        }
      }
    }
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, v: v128): void {
  v128.store(to, f32x4.add(v128.load(to), v));
}
