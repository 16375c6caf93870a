/** Kernels on arrays: fill, copy, elementwise arithmetic, sums of parts. */

import { at, positive } from "./memory";

export function fill(y: i32, count: i32, value: f32): void {
  const v = f32x4.splat(value);
  let to = at(y);
  const end = to + at(count);
  for (; to + 16 <= end; to += 16) v128.store(to, v);
  for (; to < end; to += 4) store<f32>(to, value);
}

export function copy(x: i32, y: i32, count: i32): void {
  memory.copy(at(y), at(x), at(count));
}

export function add(a: i32, b: i32, y: i32, count: i32): void {
  for (let i: usize = 0; i < at(count); i += 16)
    v128.store(at(y) + i, f32x4.add(v128.load(at(a) + i), v128.load(at(b) + i)));
}

export function relu(x: i32, y: i32, count: i32): void {
  for (let i: usize = 0; i < at(count); i += 16)
    v128.store(at(y) + i, positive(v128.load(at(x) + i)));
}

export function reluBackward(y: i32, dy: i32, dx: i32, count: i32): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < at(count); i += 16) {
    const passes = f32x4.gt(v128.load(at(y) + i), zero);
    v128.store(at(dx) + i, v128.and(v128.load(at(dy) + i), passes));
  }
}

export function multiply(a: i32, b: i32, y: i32, count: i32): void {
  for (let i: usize = 0; i < at(count); i += 16)
    v128.store(at(y) + i, f32x4.mul(v128.load(at(a) + i), v128.load(at(b) + i)));
}

export function sumParts(src: i32, parts: i32, stride: i32, dst: i32, lo: i32, hi: i32): void {
  for (let i = at(lo); i < at(hi); i += 16) {
    let from = at(src) + i;
    let sum = f32x4.splat(0);
    for (let k = 0; k < parts; k++) {
      sum = f32x4.add(sum, v128.load(from));
      from += at(stride);
    }
    v128.store(at(dst) + i, sum);
  }
}

export function gather(x: i32, y: i32, indices: i32, n: i32, count: i32, xs: i32, ys: i32): void {
  const first = load<i32>(at(indices));
  let run = 0; // indices at the beginning that follow each other
  if (first >= 0) while (run < count && load<i32>(at(indices + run)) == first + run) run++;
  for (let i = 0; i < n; i++) {
    const from = at(x + i * xs);
    const to = at(y + i * ys);
    let j = 0;
    for (; j + 4 <= run; j += 4) v128.store(to + at(j), v128.load(from + at(first + j)));
    for (; j < count; j++) {
      const index = load<i32>(at(indices + j));
      store<f32>(to + at(j), index < 0 ? 0 : load<f32>(from + at(index)));
    }
  }
}

export function pad(
  x: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, top: i32, left: i32, bottom: i32, right: i32,
  value: f32,
): void {
  const row = W * cs;
  const wide = row + (left + right) * cs;
  let to = y + n * (top + H + bottom) * wide;
  // From the end, so that y may begin where x does: no row comes to lie on one that is still to be read.
  for (let i = n - 1; i >= 0; i--) {
    // The border of one image is three runs: below and right, between two rows, above and left.
    for (let h = H - 1; h >= 0; h--) {
      const gap = h + 1 < H ? (right + left) * cs : right * cs + bottom * wide;
      to -= gap + row;
      copy(x + (i * H + h) * row, to, row);
      fill(to + row, gap, value);
    }
    to -= top * wide + left * cs;
    fill(to, top * wide + left * cs, value);
  }
}

export function unpad(
  x: i32, y: i32, n: i32, H: i32, W: i32, cs: i32, top: i32, left: i32, bottom: i32, right: i32,
): void {
  const row = W * cs;
  const wide = row + (left + right) * cs;
  for (let i = 0; i < n; i++)
    for (let h = 0; h < H; h++)
      copy(x + (i * (top + H + bottom) + top + h) * wide + left * cs, y + (i * H + h) * row, row);
}
