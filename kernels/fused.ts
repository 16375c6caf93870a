/** Normalise + 2×2 max-pool in one: the normalised map is made in registers, window by window, with the arithmetic of
 *  `normalise` and the tie rule of `maxPool`. A row of windows is walked channel vector by channel vector. */

import { at, positive } from "./memory";
import { backward, optional, rowOf, scaled } from "./normalise";

/** y = z·γ + β. */
// @ts-ignore: decorator
@inline
function normalised(x: v128, mu: v128, r: v128, scale: v128, shift: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.mul(f32x4.sub(x, mu), r), scale), shift);
}

export function normaliseMaxPool(
  x: i32, y: i32, first: i32, n: i32, H: i32, W: i32, cs: i32, b: i32,
  mean: i32, rstd: i32, gamma: i32, beta: i32, relu: i32,
): void {
  const step = at(cs);
  const line = at(W * cs);
  const Ho = H >> 1;
  const Wo = W >> 1;
  for (let i = 0; i < n; i++) {
    const row = rowOf(first + i, b, cs);
    for (let oy = 0; oy < Ho; oy++)
      for (let c: usize = 0; c < step; c += 16) {
        const mu = v128.load(at(mean) + row + c);
        const r = v128.load(at(rstd) + row + c);
        const scale = optional(gamma, c, 1);
        const shift = optional(beta, c, 0);
        let from = at((i * H + 2 * oy) * W * cs + x) + c;
        let to = at((i * Ho + oy) * Wo * cs + y) + c;
        for (let ox = 0; ox < Wo; ox++) {
          const below = from + line;
          let v = normalised(v128.load(from), mu, r, scale, shift);
          v = f32x4.pmax(v, normalised(v128.load(from + step), mu, r, scale, shift));
          v = f32x4.pmax(v, normalised(v128.load(below), mu, r, scale, shift));
          v = f32x4.pmax(v, normalised(v128.load(below + step), mu, r, scale, shift));
          v128.store(to, relu ? positive(v) : v);
          from += 2 * step;
          to += step;
        }
      }
  }
}

export function gradientSumsMaxPool(
  x: i32, dy: i32, parts: i32, first: i32, n: i32, H: i32, W: i32, cs: i32, b: i32,
  mean: i32, rstd: i32, gamma: i32, beta: i32, relu: i32,
): void {
  const step = at(cs);
  const line = at(W * cs);
  const Ho = H >> 1;
  const Wo = W >> 1;
  for (let i = 0; i < n; i++) {
    const row = rowOf(first + i, b, cs);
    const to = at(parts + 2 * i * cs);
    memory.fill(to, 0, 2 * step);
    for (let oy = 0; oy < Ho; oy++)
      for (let c: usize = 0; c < step; c += 16) {
        const mu = v128.load(at(mean) + row + c);
        const r = v128.load(at(rstd) + row + c);
        const scale = optional(gamma, c, 1);
        const shift = optional(beta, c, 0);
        let from = at((i * H + 2 * oy) * W * cs + x) + c;
        let gradient = at((i * Ho + oy) * Wo * cs + dy) + c;
        let sum = v128.load(to + c);
        let sumZ = v128.load(to + step + c);
        for (let ox = 0; ox < Wo; ox++) {
          const below = from + line;
          let z = f32x4.mul(f32x4.sub(v128.load(from), mu), r);
          let best = f32x4.add(f32x4.mul(z, scale), shift);
          let other = f32x4.mul(f32x4.sub(v128.load(from + step), mu), r);
          let value = f32x4.add(f32x4.mul(other, scale), shift);
          let more = f32x4.gt(value, best);
          best = f32x4.pmax(best, value);
          z = v128.bitselect(other, z, more);
          other = f32x4.mul(f32x4.sub(v128.load(below), mu), r);
          value = f32x4.add(f32x4.mul(other, scale), shift);
          more = f32x4.gt(value, best);
          best = f32x4.pmax(best, value);
          z = v128.bitselect(other, z, more);
          other = f32x4.mul(f32x4.sub(v128.load(below + step), mu), r);
          value = f32x4.add(f32x4.mul(other, scale), shift);
          more = f32x4.gt(value, best);
          best = f32x4.pmax(best, value);
          z = v128.bitselect(other, z, more);
          let g = v128.load(gradient);
          if (relu) g = v128.and(g, f32x4.gt(best, f32x4.splat(0)));
          sum = f32x4.add(sum, g);
          sumZ = f32x4.add(sumZ, f32x4.mul(g, z));
          from += 2 * step;
          gradient += step;
        }
        v128.store(to + c, sum);
        v128.store(to + step + c, sumZ);
      }
  }
}

export function normaliseMaxPoolBackward(
  x: i32, dy: i32, dx: i32, first: i32, n: i32, H: i32, W: i32, cs: i32, b: i32,
  mean: i32, rstd: i32, gamma: i32, beta: i32, A: i32, B: i32, relu: i32, mask: i32,
): void {
  const step = at(cs);
  const line = at(W * cs);
  const Ho = H >> 1;
  const Wo = W >> 1;
  for (let i = 0; i < n; i++) {
    const row = rowOf(first + i, b, cs);
    for (let oy = 0; oy < H; oy += 2)
      for (let c: usize = 0; c < step; c += 16) {
        const mu = v128.load(at(mean) + row + c);
        const r = v128.load(at(rstd) + row + c);
        const scale = optional(gamma, c, 1);
        const shift = optional(beta, c, 0);
        const ra = scaled(r, A, row + c);
        const rrb = f32x4.mul(r, scaled(r, B, row + c));
        let offset = at((i * H + oy) * W * cs) + c;
        let ox = 0;
        if (oy + 1 < H) {
          let gradient = at((i * Ho + (oy >> 1)) * Wo * cs + dy) + c;
          for (; ox < Wo; ox++) {
            window(at(x) + offset, at(dx) + offset, step, line, v128.load(gradient),
              mu, r, scale, shift, ra, rrb, relu, mask);
            gradient += step;
            offset += 2 * step;
          }
        }
        // Pixels outside every window (odd H or W) have no gradient of their own, but still A and B.
        const zero = f32x4.splat(0);
        for (ox *= 2; ox < W; ox++) {
          for (let below: usize = 0; below <= (oy + 1 < H ? line : 0); below += line) {
            const v = v128.load(at(x) + offset + below);
            v128.store(at(dx) + offset + below, backward(v, zero, mu, ra, rrb, mask));
          }
          offset += step;
        }
      }
  }
}

/** The backward pass of one window: g goes to the first maximum. */
// @ts-ignore: decorator
@inline
function window(
  x: usize, dx: usize, step: usize, line: usize, g: v128,
  mu: v128, r: v128, scale: v128, shift: v128, ra: v128, rrb: v128, relu: i32, mask: i32,
): void {
  const x0 = v128.load(x);
  const x1 = v128.load(x + step);
  const x2 = v128.load(x + line);
  const x3 = v128.load(x + line + step);
  let best = normalised(x0, mu, r, scale, shift);
  let value = normalised(x1, mu, r, scale, shift);
  const m1 = f32x4.gt(value, best);
  best = f32x4.pmax(best, value);
  value = normalised(x2, mu, r, scale, shift);
  const m2 = f32x4.gt(value, best);
  best = f32x4.pmax(best, value);
  value = normalised(x3, mu, r, scale, shift);
  const m3 = f32x4.gt(value, best);
  if (relu) {
    best = f32x4.pmax(best, value);
    g = v128.and(g, f32x4.gt(best, f32x4.splat(0)));
  }
  // A later maximum takes the gradient from the earlier ones. rγ·g is the same for whichever pixel wins.
  g = f32x4.mul(f32x4.mul(r, scale), g);
  v128.store(dx + line + step, backward(x3, v128.and(g, m3), mu, ra, rrb, mask));
  g = v128.andnot(g, m3);
  v128.store(dx + line, backward(x2, v128.and(g, m2), mu, ra, rrb, mask));
  g = v128.andnot(g, m2);
  v128.store(dx + step, backward(x1, v128.and(g, m1), mu, ra, rrb, mask));
  v128.store(dx, backward(x0, v128.andnot(g, m1), mu, ra, rrb, mask));
}
