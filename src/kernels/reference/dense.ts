/** Reference kernels of the dense op. */

import type { Kernels } from "../kernels.js";

type Names = "dense" | "denseBackward" | "denseWeightGradient";

export const dense = (m: Float64Array): Pick<Kernels, Names> => ({
  dense(x, w, bias, y, n, F, O, os, relu) {
    for (let i = 0; i < n; i++)
      for (let o = 0; o < os; o++) {
        let sum = 0;
        if (o < O) {
          for (let f = 0; f < F; f++) sum += m[x + i * F + f] * m[w + o * F + f];
          if (bias >= 0) sum += m[bias + o];
        }
        m[y + i * os + o] = relu ? Math.max(sum, 0) : sum;
      }
  },

  denseBackward(dy, w, dx, n, F, O, os) {
    for (let i = 0; i < n; i++)
      for (let f = 0; f < F; f++) {
        let sum = 0;
        for (let o = 0; o < O; o++) sum += m[dy + i * os + o] * m[w + o * F + f];
        m[dx + i * F + f] = sum;
      }
  },

  denseWeightGradient(x, dy, dw, n, F, O, os, lo, hi) {
    for (let o = 0; o < O; o++)
      for (let f = lo; f < hi; f++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += m[dy + i * os + o] * m[x + i * F + f];
        m[dw + o * F + f] = sum;
      }
  },
});
