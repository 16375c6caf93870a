/** Gradients of the convolution's parameters. A tile is 4 (or 3) taps × 8 output channels, its sums kept in registers
 *  over a block of rows; sums start at 0 for every block and are then added to dw, which also bounds rounding. */

import { mulAdd } from "./arithmetic";
import { at } from "./memory";

/** Gradient that a block of rows may occupy, in bytes: it stays in the first-level cache while all tiles read it. */
const BLOCK_BYTES: i32 = 16 * 1024;

export function convolveFilterGradient(
  x: i32, xImage: i32, xRow: i32, xPixel: i32, offsets: i32, taps: i32, g: i32,
  dw: i32, n: i32, Ho: i32, Wo: i32, os: i32,
): void {
  const gRow = Wo * os;
  const rows = max(1, BLOCK_BYTES / (gRow << 2));
  const threes = taps >= 9 || (taps & 3) == 3 || taps == 6 ? (4 - (taps & 3)) & 3 : 0;
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy += rows) {
      const xb = at(x + i * xImage + oy * xRow);
      const gb = at(g + (i * Ho + oy) * gRow);
      const h = min(rows, Ho - oy);
      let k = 0;
      for (; k < threes * 3; k += 3)
        taps3(xb, at(xRow), at(xPixel), at(offsets + k), gb, at(dw + k * os), h, Wo, at(os));
      for (; k + 4 <= taps; k += 4)
        taps4(xb, at(xRow), at(xPixel), at(offsets + k), gb, at(dw + k * os), h, Wo, at(os));
      for (; k < taps; k++)
        taps1(xb, at(xRow), at(xPixel), at(offsets + k), gb, at(dw + k * os), h, Wo, at(os));
    }
}

// @ts-ignore: decorator
@inline
function addTo(address: usize, v: v128): void {
  v128.store(address, f32x4.add(v128.load(address), v));
}

function taps4(
  x: usize, xRow: usize, xPixel: usize, offsets: usize, g: usize, dw: usize, h: i32, Wo: i32, os: usize,
): void {
  const o0 = at(load<i32>(offsets));
  const o1 = at(load<i32>(offsets, 4));
  const o2 = at(load<i32>(offsets, 8));
  const o3 = at(load<i32>(offsets, 12));
  let o: usize = 0;
  for (; o + 32 <= os; o += 32) {
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    let gp = g + o;
    for (let r = 0; r < h; r++) {
      const row = x + <usize>r * xRow;
      let x0 = row + o0;
      let x1 = row + o1;
      let x2 = row + o2;
      let x3 = row + o3;
      let px = Wo;
      do {
        const g0 = v128.load(gp);
        const g1 = v128.load(gp, 16);
        let s = v128.load32_splat(x0);
        c00 = mulAdd(s, g0, c00);
        c01 = mulAdd(s, g1, c01);
        s = v128.load32_splat(x1);
        c10 = mulAdd(s, g0, c10);
        c11 = mulAdd(s, g1, c11);
        s = v128.load32_splat(x2);
        c20 = mulAdd(s, g0, c20);
        c21 = mulAdd(s, g1, c21);
        s = v128.load32_splat(x3);
        c30 = mulAdd(s, g0, c30);
        c31 = mulAdd(s, g1, c31);
        x0 += xPixel;
        x1 += xPixel;
        x2 += xPixel;
        x3 += xPixel;
        gp += os;
      } while (--px);
    }
    let to = dw + o;
    addTo(to, c00);
    addTo(to + 16, c01);
    to += os;
    addTo(to, c10);
    addTo(to + 16, c11);
    to += os;
    addTo(to, c20);
    addTo(to + 16, c21);
    to += os;
    addTo(to, c30);
    addTo(to + 16, c31);
  }
  if (o < os) {
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    let gp = g + o;
    for (let r = 0; r < h; r++) {
      let xp = x + <usize>r * xRow;
      let px = Wo;
      do {
        const g0 = v128.load(gp);
        c0 = mulAdd(v128.load32_splat(xp + o0), g0, c0);
        c1 = mulAdd(v128.load32_splat(xp + o1), g0, c1);
        c2 = mulAdd(v128.load32_splat(xp + o2), g0, c2);
        c3 = mulAdd(v128.load32_splat(xp + o3), g0, c3);
        xp += xPixel;
        gp += os;
      } while (--px);
    }
    addTo(dw + o, c0);
    addTo(dw + o + os, c1);
    addTo(dw + o + 2 * os, c2);
    addTo(dw + o + 3 * os, c3);
  }
}

function taps3(
  x: usize, xRow: usize, xPixel: usize, offsets: usize, g: usize, dw: usize, h: i32, Wo: i32, os: usize,
): void {
  const o0 = at(load<i32>(offsets));
  const o1 = at(load<i32>(offsets, 4));
  const o2 = at(load<i32>(offsets, 8));
  let o: usize = 0;
  for (; o + 32 <= os; o += 32) {
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let gp = g + o;
    for (let r = 0; r < h; r++) {
      const row = x + <usize>r * xRow;
      let x0 = row + o0;
      let x1 = row + o1;
      let x2 = row + o2;
      let px = Wo;
      do {
        const g0 = v128.load(gp);
        const g1 = v128.load(gp, 16);
        let s = v128.load32_splat(x0);
        c00 = mulAdd(s, g0, c00);
        c01 = mulAdd(s, g1, c01);
        s = v128.load32_splat(x1);
        c10 = mulAdd(s, g0, c10);
        c11 = mulAdd(s, g1, c11);
        s = v128.load32_splat(x2);
        c20 = mulAdd(s, g0, c20);
        c21 = mulAdd(s, g1, c21);
        x0 += xPixel;
        x1 += xPixel;
        x2 += xPixel;
        gp += os;
      } while (--px);
    }
    let to = dw + o;
    addTo(to, c00);
    addTo(to + 16, c01);
    to += os;
    addTo(to, c10);
    addTo(to + 16, c11);
    to += os;
    addTo(to, c20);
    addTo(to + 16, c21);
  }
  for (; o < os; o += 16) {
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let gp = g + o;
    for (let r = 0; r < h; r++) {
      let xp = x + <usize>r * xRow;
      let px = Wo;
      do {
        const g0 = v128.load(gp);
        c0 = mulAdd(v128.load32_splat(xp + o0), g0, c0);
        c1 = mulAdd(v128.load32_splat(xp + o1), g0, c1);
        c2 = mulAdd(v128.load32_splat(xp + o2), g0, c2);
        xp += xPixel;
        gp += os;
      } while (--px);
    }
    addTo(dw + o, c0);
    addTo(dw + o + os, c1);
    addTo(dw + o + 2 * os, c2);
  }
}

function taps1(
  x: usize, xRow: usize, xPixel: usize, offsets: usize, g: usize, dw: usize, h: i32, Wo: i32, os: usize,
): void {
  const o0 = at(load<i32>(offsets));
  for (let o: usize = 0; o < os; o += 16) {
    let c0 = f32x4.splat(0);
    let gp = g + o;
    for (let r = 0; r < h; r++) {
      let xp = x + <usize>r * xRow + o0;
      let px = Wo;
      do {
        c0 = mulAdd(v128.load32_splat(xp), v128.load(gp), c0);
        xp += xPixel;
        gp += os;
      } while (--px);
    }
    addTo(dw + o, c0);
  }
}

export function channelSums(g: i32, db: i32, pixels: i32, cs: i32): void {
  const step = at(cs);
  let c: usize = 0;
  // A pixel's channels lie together: 4 vectors at a time keep whole cache lines in use.
  for (; c + 64 <= step; c += 64) {
    let s0 = v128.load(at(db) + c);
    let s1 = v128.load(at(db) + c, 16);
    let s2 = v128.load(at(db) + c, 32);
    let s3 = v128.load(at(db) + c, 48);
    let from = at(g) + c;
    for (let p = 0; p < pixels; p++) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
      from += step;
    }
    v128.store(at(db) + c, s0);
    v128.store(at(db) + c, s1, 16);
    v128.store(at(db) + c, s2, 32);
    v128.store(at(db) + c, s3, 48);
  }
  for (; c < step; c += 16) {
    let sum = v128.load(at(db) + c);
    let from = at(g) + c;
    for (let p = 0; p < pixels; p++) {
      sum = f32x4.add(sum, v128.load(from));
      from += step;
    }
    v128.store(at(db) + c, sum);
  }
}

export function transposeFilter(
  w: i32, picks: i32, count: i32, wt: i32, I: i32, is: i32, O: i32, os: i32,
): void {
  let to = at(wt);
  for (let t = 0; t < count; t++) {
    const tap = at(w + load<i32>(at(picks + t)) * I * os);
    for (let o = 0; o < O; o++) {
      let from = tap + at(o);
      for (let i = 0; i < is; i++) {
        store<f32>(to, i < I ? load<f32>(from) : 0);
        from += at(os);
        to += 4;
      }
    }
  }
}
