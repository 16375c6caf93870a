/** Max- and average-pooling, four channels at a time. */

import { at } from "./memory";

export function maxPool(
  x: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, k: i32, s: i32, p: i32, Ho: i32, Wo: i32,
): void {
  if (k == 2 && s == 2 && p == 0) {
    maxPool2(x, y, n, H, W, cs);
    return;
  }
  const step = at(cs);
  let to = at(y);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const top = max(oy * s - p, 0);
      const bottom = min(oy * s - p + k, H);
      for (let ox = 0; ox < Wo; ox++) {
        const left = max(ox * s - p, 0);
        const right = min(ox * s - p + k, W);
        for (let c: usize = 0; c < step; c += 16) {
          let best = f32x4.splat(-Infinity);
          for (let iy = top; iy < bottom; iy++) {
            let from = at(((i * H + iy) * W + left) * cs) + at(x) + c;
            for (let ix = left; ix < right; ix++) {
              best = f32x4.pmax(best, v128.load(from));
              from += step;
            }
          }
          v128.store(to, best);
          to += 16;
        }
      }
    }
}

/** The usual pool: 2×2 windows side by side. */
function maxPool2(x: i32, y: i32, n: i32, H: i32, W: i32, cs: i32): void {
  const step = at(cs);
  const line = at(W * cs);
  let to = at(y);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < H >> 1; oy++) {
      let from = at((i * H + 2 * oy) * W * cs + x);
      for (let ox = 0; ox < W >> 1; ox++) {
        for (let c: usize = 0; c < step; c += 16) {
          const upper = f32x4.pmax(v128.load(from), v128.load(from + step));
          const lower = f32x4.pmax(v128.load(from + line), v128.load(from + line + step));
          v128.store(to, f32x4.pmax(upper, lower));
          from += 16;
          to += 16;
        }
        from += step;
      }
    }
}

/** Its backward pass: every pixel inside a window is written once, what lies outside is zero. */
function maxPool2Backward(x: i32, dy: i32, dx: i32, n: i32, H: i32, W: i32, cs: i32, mask: i32): void {
  const step = at(cs);
  const line = at(W * cs);
  const across = at(dx) - at(x);
  let gradient = at(dy);
  for (let i = 0; i < n; i++) {
    for (let oy = 0; oy < H >> 1; oy++) {
      let from = at((i * H + 2 * oy) * W * cs + x);
      for (let ox = 0; ox < W >> 1; ox++) {
        for (let c: usize = 0; c < step; c += 16) {
          const x1 = v128.load(from + step);
          const x2 = v128.load(from + line);
          let best = v128.load(from);
          const m1 = f32x4.gt(x1, best);
          best = f32x4.pmax(best, x1);
          const m2 = f32x4.gt(x2, best);
          best = f32x4.pmax(best, x2);
          const x3 = v128.load(from + line + step);
          const m3 = f32x4.gt(x3, best);
          let g = v128.load(gradient);
          if (mask) g = v128.and(g, f32x4.gt(f32x4.pmax(best, x3), f32x4.splat(0)));
          const to = from + across;
          v128.store(to + line + step, v128.and(g, m3));
          g = v128.andnot(g, m3);
          v128.store(to + line, v128.and(g, m2));
          g = v128.andnot(g, m2);
          v128.store(to + step, v128.and(g, m1));
          v128.store(to, v128.andnot(g, m1));
          from += 16;
          gradient += 16;
        }
        from += step;
      }
      if (W & 1) {
        memory.fill(from + across, 0, step);
        memory.fill(from + across + line, 0, step);
      }
    }
    if (H & 1) memory.fill(at((i * H + H - 1) * W * cs + dx), 0, line);
  }
}

export function maxPoolBackward(
  x: i32, dy: i32, dx: i32, n: i32, H: i32, W: i32, cs: i32, k: i32, s: i32, p: i32, Ho: i32, Wo: i32, mask: i32,
): void {
  if (k == 2 && s == 2 && p == 0) {
    maxPool2Backward(x, dy, dx, n, H, W, cs, mask);
    return;
  }
  const step = at(cs);
  memory.fill(at(dx), 0, at(n * H * W * cs));
  let gradient = at(dy);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const top = max(oy * s - p, 0);
      const bottom = min(oy * s - p + k, H);
      for (let ox = 0; ox < Wo; ox++) {
        const left = max(ox * s - p, 0);
        const right = min(ox * s - p + k, W);
        for (let c: usize = 0; c < step; c += 16) {
          const corner = at((i * H + top) * W * cs + left * cs) + c;
          sendToWinner(at(x) + corner, at(dx) + corner, v128.load(gradient),
            bottom - top, right - left, step, step * <usize>W, mask);
          gradient += 16;
        }
      }
    }
}

/** Adds g to dx at the first maximum of a window of h×w pixels; if masked, only where that is positive. */
// @ts-ignore: decorator
@inline
function sendToWinner(
  x: usize, dx: usize, g: v128, h: i32, w: i32, pixel: usize, row: usize, mask: i32,
): void {
  let best = f32x4.splat(-Infinity);
  let winner = i32x4.splat(0);
  for (let iy = 0; iy < h; iy++)
    for (let ix = 0; ix < w; ix++) {
      const v = v128.load(x + <usize>iy * row + <usize>ix * pixel);
      const more = f32x4.gt(v, best);
      best = v128.bitselect(v, best, more);
      winner = v128.bitselect(i32x4.splat(iy * w + ix), winner, more);
    }
  if (mask) g = v128.and(g, f32x4.gt(best, f32x4.splat(0)));
  for (let iy = 0; iy < h; iy++)
    for (let ix = 0; ix < w; ix++) {
      const to = dx + <usize>iy * row + <usize>ix * pixel;
      const mine = v128.and(g, i32x4.eq(winner, i32x4.splat(iy * w + ix)));
      v128.store(to, f32x4.add(v128.load(to), mine));
    }
}

export function averagePool(
  x: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, kh: i32, kw: i32, s: i32, p: i32,
  Ho: i32, Wo: i32, countPadding: i32,
): void {
  const step = at(cs);
  let to = at(y);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const top = max(oy * s - p, 0);
      const bottom = min(oy * s - p + kh, H);
      for (let ox = 0; ox < Wo; ox++) {
        const left = max(ox * s - p, 0);
        const right = min(ox * s - p + kw, W);
        const inside = max(bottom - top, 0) * max(right - left, 0);
        const count = f32x4.splat(<f32>(countPadding ? kh * kw : max(inside, 1)));
        for (let c: usize = 0; c < step; c += 16) {
          let sum = f32x4.splat(0);
          for (let iy = top; iy < bottom; iy++) {
            let from = at(((i * H + iy) * W + left) * cs) + at(x) + c;
            for (let ix = left; ix < right; ix++) {
              sum = f32x4.add(sum, v128.load(from));
              from += step;
            }
          }
          v128.store(to, f32x4.div(sum, count));
          to += 16;
        }
      }
    }
}

export function averagePoolBackward(
  dy: i32, dx: i32, n: i32, H: i32, W: i32, cs: i32, kh: i32, kw: i32, s: i32, p: i32,
  Ho: i32, Wo: i32, countPadding: i32,
): void {
  const step = at(cs);
  memory.fill(at(dx), 0, at(n * H * W * cs));
  let gradient = at(dy);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const top = max(oy * s - p, 0);
      const bottom = min(oy * s - p + kh, H);
      for (let ox = 0; ox < Wo; ox++) {
        const left = max(ox * s - p, 0);
        const right = min(ox * s - p + kw, W);
        const inside = max(bottom - top, 0) * max(right - left, 0);
        const count = f32x4.splat(<f32>(countPadding ? kh * kw : max(inside, 1)));
        for (let c: usize = 0; c < step; c += 16) {
          const g = f32x4.div(v128.load(gradient), count);
          for (let iy = top; iy < bottom; iy++) {
            let to = at(((i * H + iy) * W + left) * cs) + at(dx) + c;
            for (let ix = left; ix < right; ix++) {
              v128.store(to, f32x4.add(v128.load(to), g));
              to += step;
            }
          }
          gradient += 16;
        }
      }
    }
}
