/** Reference kernels on arrays: fill, copy, elementwise arithmetic, sums of parts. */

import type { Kernels } from "../kernels.js";

type Names = "fill" | "copy" | "add" | "gather" | "relu" | "reluBackward" | "multiply" | "sumParts";

export const arrays = (m: Float64Array): Pick<Kernels, Names> => ({
  fill(y, count, value) {
    m.fill(value, y, y + count);
  },

  copy(x, y, count) {
    m.copyWithin(y, x, x + count);
  },

  add(a, b, y, count) {
    for (let i = 0; i < count; i++) m[y + i] = m[a + i] + m[b + i];
  },

  gather(x, y, indices, n, count, xs, ys) {
    for (let j = 0; j < n; j++)
      for (let i = 0; i < count; i++)
        m[y + j * ys + i] = m[indices + i] < 0 ? 0 : m[x + j * xs + m[indices + i]];
  },

  relu(x, y, count) {
    for (let i = 0; i < count; i++) m[y + i] = Math.max(m[x + i], 0);
  },

  reluBackward(y, dy, dx, count) {
    for (let i = 0; i < count; i++) m[dx + i] = m[y + i] > 0 ? m[dy + i] : 0;
  },

  multiply(a, b, y, count) {
    for (let i = 0; i < count; i++) m[y + i] = m[a + i] * m[b + i];
  },

  sumParts(src, parts, stride, dst, lo, hi) {
    for (let i = lo; i < hi; i++) {
      let sum = 0;
      for (let k = 0; k < parts; k++) sum += m[src + k * stride + i];
      m[dst + i] = sum;
    }
  },
});
