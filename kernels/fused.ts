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
  x: i32, y: i32, winners: i32, first: i32, n: i32, H: i32, W: i32, cs: i32, b: i32,
  mean: i32, rstd: i32, gamma: i32, beta: i32, relu: i32,
): void {
  if (winners < 0) walk(false, x, y, winners, first, n, H, W, cs, b, mean, rstd, gamma, beta, relu);
  else walk(true, x, y, winners, first, n, H, W, cs, b, mean, rstd, gamma, beta, relu);
}

/** All windows; `keeps`: also which x won, the first among equals. */
// @ts-ignore: decorator
@inline
function walk(
  keeps: bool, x: i32, y: i32, winners: i32, first: i32, n: i32, H: i32, W: i32, cs: i32, b: i32,
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
        let won = at((i * Ho + oy) * Wo * cs + winners) + c;
        for (let ox = 0; ox < Wo; ox++) {
          const below = from + line;
          let winner = v128.load(from);
          let best = normalised(winner, mu, r, scale, shift);
          let other = v128.load(from + step);
          let value = normalised(other, mu, r, scale, shift);
          if (keeps) winner = v128.bitselect(other, winner, f32x4.gt(value, best));
          best = f32x4.pmax(best, value);
          other = v128.load(below);
          value = normalised(other, mu, r, scale, shift);
          if (keeps) winner = v128.bitselect(other, winner, f32x4.gt(value, best));
          best = f32x4.pmax(best, value);
          other = v128.load(below + step);
          value = normalised(other, mu, r, scale, shift);
          if (keeps) winner = v128.bitselect(other, winner, f32x4.gt(value, best));
          best = f32x4.pmax(best, value);
          v128.store(to, relu ? positive(best) : best);
          if (keeps) v128.store(won, winner);
          from += 2 * step;
          to += step;
          won += step;
        }
      }
  }
}

export function normaliseMaxPoolBackward(
  x: i32, winners: i32, dy: i32, dx: i32, first: i32, n: i32, H: i32, W: i32, cs: i32, b: i32,
  mean: i32, rstd: i32, gamma: i32, A: i32, B: i32, mask: i32,
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
        const scale = f32x4.mul(r, optional(gamma, c, 1));
        const ra = scaled(r, A, row + c);
        const rrb = f32x4.mul(r, scaled(r, B, row + c));
        let offset = at((i * H + oy) * W * cs) + c;
        let ox = 0;
        if (oy + 1 < H) {
          let pooled = at((i * Ho + (oy >> 1)) * Wo * cs) + c;
          for (; ox < Wo; ox++) {
            const g = f32x4.mul(scale, v128.load(at(dy) + pooled));
            window(at(x) + offset, at(dx) + offset, step, line, v128.load(at(winners) + pooled), g, mu, ra, rrb, mask);
            pooled += step;
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

/** The backward pass of one window: g = rγ·dy goes to the first x that equals the winner. */
// @ts-ignore: decorator
@inline
function window(
  x: usize, dx: usize, step: usize, line: usize, winner: v128, g: v128, mu: v128, ra: v128, rrb: v128, mask: i32,
): void {
  let v = v128.load(x);
  let isWinner = f32x4.eq(v, winner);
  v128.store(dx, backward(v, v128.and(g, isWinner), mu, ra, rrb, mask));
  g = v128.andnot(g, isWinner);
  v = v128.load(x + step);
  isWinner = f32x4.eq(v, winner);
  v128.store(dx + step, backward(v, v128.and(g, isWinner), mu, ra, rrb, mask));
  g = v128.andnot(g, isWinner);
  v = v128.load(x + line);
  isWinner = f32x4.eq(v, winner);
  v128.store(dx + line, backward(v, v128.and(g, isWinner), mu, ra, rrb, mask));
  g = v128.andnot(g, isWinner);
  v = v128.load(x + line + step);
  v128.store(dx + line + step, backward(v, v128.and(g, f32x4.eq(v, winner)), mu, ra, rrb, mask));
}
