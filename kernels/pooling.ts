/** Max- and average-pooling, four channels at a time. Windows are cut where they reach beyond the image. */

import { at } from "./memory";

/** The first tap of a window that begins at `from` which is not before the image. */
// @ts-ignore: decorator
@inline
function firstTap(from: i32, dilation: i32): i32 {
  return from < 0 ? from + ((dilation - 1 - from) / dilation) * dilation : from;
}

/** One past the last place of a window of k taps, or of the image. */
// @ts-ignore: decorator
@inline
function endOf(from: i32, k: i32, dilation: i32, length: i32): i32 {
  return min(from + (k - 1) * dilation + 1, length);
}

/** Taps from the first one on. */
// @ts-ignore: decorator
@inline
function tapsIn(first: i32, end: i32, dilation: i32): i32 {
  return max((end - first + dilation - 1) / dilation, 0);
}

/** Whether windows are 2×2, side by side, all inside the image. */
// @ts-ignore: decorator
@inline
function isUsual(
  H: i32, W: i32, kh: i32, kw: i32, strideY: i32, strideX: i32, dilationY: i32, dilationX: i32,
  top: i32, left: i32, Ho: i32, Wo: i32,
): bool {
  return kh == 2 && kw == 2 && strideY == 2 && strideX == 2 && dilationY == 1 && dilationX == 1 &&
    top == 0 && left == 0 && Ho == H >> 1 && Wo == W >> 1;
}

export function maxPool(
  x: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, kh: i32, kw: i32, strideY: i32, strideX: i32,
  dilationY: i32, dilationX: i32, top: i32, left: i32, Ho: i32, Wo: i32,
): void {
  if (isUsual(H, W, kh, kw, strideY, strideX, dilationY, dilationX, top, left, Ho, Wo)) {
    maxPool2(x, y, n, H, W, cs);
    return;
  }
  const across = at(dilationX * cs);
  const down = at(dilationY * W * cs);
  let to = at(y);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const y0 = oy * strideY - top;
      const first = firstTap(y0, dilationY);
      const height = at(max(endOf(y0, kh, dilationY, H) - first, 0) * W * cs);
      for (let ox = 0; ox < Wo; ox++) {
        const x0 = ox * strideX - left;
        const start = firstTap(x0, dilationX);
        const width = at(max(endOf(x0, kw, dilationX, W) - start, 0) * cs);
        const corner = at(x + ((i * H + first) * W + start) * cs);
        const end = corner + at(cs);
        for (let from = corner; from < end; from += 16) {
          let best = f32x4.splat(-Infinity);
          for (let row = from; row < from + height; row += down)
            for (let pixel = row; pixel < row + width; pixel += across)
              best = f32x4.pmax(best, v128.load(pixel));
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
  x: i32, dy: i32, dx: i32, n: i32, H: i32, W: i32, cs: i32, kh: i32, kw: i32, strideY: i32, strideX: i32,
  dilationY: i32, dilationX: i32, top: i32, left: i32, Ho: i32, Wo: i32, mask: i32,
): void {
  if (isUsual(H, W, kh, kw, strideY, strideX, dilationY, dilationX, top, left, Ho, Wo)) {
    maxPool2Backward(x, dy, dx, n, H, W, cs, mask);
    return;
  }
  const step = at(cs);
  memory.fill(at(dx), 0, at(n * H * W * cs));
  let gradient = at(dy);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const y0 = oy * strideY - top;
      const first = firstTap(y0, dilationY);
      const rows = tapsIn(first, endOf(y0, kh, dilationY, H), dilationY);
      for (let ox = 0; ox < Wo; ox++) {
        const x0 = ox * strideX - left;
        const start = firstTap(x0, dilationX);
        const columns = tapsIn(start, endOf(x0, kw, dilationX, W), dilationX);
        for (let c: usize = 0; c < step; c += 16) {
          const corner = at(((i * H + first) * W + start) * cs) + c;
          sendToWinner(at(x) + corner, at(dx) + corner, v128.load(gradient),
            rows, columns, at(dilationX * cs), at(dilationY * W * cs), mask);
          gradient += 16;
        }
      }
    }
}

/** Adds g to dx at the first maximum of h×w taps; if masked, only where that is positive. */
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

/** Pixels of a window that count along one axis: those inside the image, or those inside its padding, too. */
// @ts-ignore: decorator
@inline
function counted(from: i32, k: i32, length: i32, after: i32, countPadding: i32): i32 {
  return countPadding
    ? min(from + k, length + after) - from
    : max(min(from + k, length) - max(from, 0), 0);
}

export function averagePool(
  x: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, kh: i32, kw: i32, strideY: i32, strideX: i32,
  top: i32, left: i32, Ho: i32, Wo: i32, bottom: i32, right: i32, countPadding: i32,
): void {
  const step = at(cs);
  let to = at(y);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const y0 = oy * strideY - top;
      const rows = counted(y0, kh, H, bottom, countPadding);
      const endY = min(y0 + kh, H);
      for (let ox = 0; ox < Wo; ox++) {
        const x0 = ox * strideX - left;
        const columns = counted(x0, kw, W, right, countPadding);
        const startX = max(x0, 0);
        const endX = min(x0 + kw, W);
        const count = f32x4.splat(<f32>max(rows * columns, 1));
        for (let c: usize = 0; c < step; c += 16) {
          let sum = f32x4.splat(0);
          for (let iy = max(y0, 0); iy < endY; iy++) {
            let from = at(((i * H + iy) * W + startX) * cs) + at(x) + c;
            for (let ix = startX; ix < endX; ix++) {
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
  dy: i32, dx: i32, n: i32, H: i32, W: i32, cs: i32, kh: i32, kw: i32, strideY: i32, strideX: i32,
  top: i32, left: i32, Ho: i32, Wo: i32, bottom: i32, right: i32, countPadding: i32,
): void {
  const step = at(cs);
  memory.fill(at(dx), 0, at(n * H * W * cs));
  let gradient = at(dy);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const y0 = oy * strideY - top;
      const rows = counted(y0, kh, H, bottom, countPadding);
      const endY = min(y0 + kh, H);
      for (let ox = 0; ox < Wo; ox++) {
        const x0 = ox * strideX - left;
        const columns = counted(x0, kw, W, right, countPadding);
        const startX = max(x0, 0);
        const endX = min(x0 + kw, W);
        const count = f32x4.splat(<f32>max(rows * columns, 1));
        for (let c: usize = 0; c < step; c += 16) {
          const g = f32x4.div(v128.load(gradient), count);
          for (let iy = max(y0, 0); iy < endY; iy++) {
            let to = at(((i * H + iy) * W + startX) * cs) + at(dx) + c;
            for (let ix = startX; ix < endX; ix++) {
              v128.store(to, f32x4.add(v128.load(to), g));
              to += step;
            }
          }
          gradient += 16;
        }
      }
    }
}
