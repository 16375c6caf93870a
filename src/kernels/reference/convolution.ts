/** Reference kernels of the convolution with one group: padding, the loop, its gradients. */

import type { Kernels } from "../kernels.js";

type Names =
  | "pad"
  | "unpad"
  | "convolve"
  | "convolveFilterGradient"
  | "channelSums"
  | "transposeFilter";

export const convolution = (m: Float64Array): Pick<Kernels, Names> => ({
  pad(x, y, n, H, W, cs, top, left, bottom, right, value) {
    const Hp = top + H + bottom;
    const Wp = left + W + right;
    m.fill(value, y, y + n * Hp * Wp * cs);
    for (let row = 0; row < n * H; row++) {
      const from = x + row * W * cs;
      const image = Math.floor(row / H);
      m.copyWithin(y + ((image * Hp + top + (row % H)) * Wp + left) * cs, from, from + W * cs);
    }
  },

  unpad(x, y, n, H, W, cs, top, left, bottom, right) {
    const Hp = top + H + bottom;
    const Wp = left + W + right;
    for (let row = 0; row < n * H; row++) {
      const image = Math.floor(row / H);
      const from = x + ((image * Hp + top + (row % H)) * Wp + left) * cs;
      m.copyWithin(y + row * W * cs, from, from + W * cs);
    }
  },

  convolve(...a) {
    const [x, xImage, xRow, xPixel, offsets, taps, w, bias, y, yImage, yRow, yPixel] = a;
    const [n, Ho, Wo, os, relu] = a.slice(12);
    for (let i = 0; i < n; i++)
      for (let oy = 0; oy < Ho; oy++)
        for (let ox = 0; ox < Wo; ox++)
          for (let o = 0; o < os; o++) {
            const from = x + i * xImage + oy * xRow + ox * xPixel;
            let sum = bias < 0 ? 0 : m[bias + o];
            for (let k = 0; k < taps; k++) sum += m[from + m[offsets + k]] * m[w + k * os + o];
            m[y + i * yImage + oy * yRow + ox * yPixel + o] = relu ? Math.max(sum, 0) : sum;
          }
  },

  convolveFilterGradient(x, xImage, xRow, xPixel, offsets, taps, g, dw, n, Ho, Wo, os) {
    for (let i = 0; i < n; i++)
      for (let oy = 0; oy < Ho; oy++)
        for (let ox = 0; ox < Wo; ox++) {
          const from = x + i * xImage + oy * xRow + ox * xPixel;
          const at = g + ((i * Ho + oy) * Wo + ox) * os;
          for (let k = 0; k < taps; k++)
            for (let o = 0; o < os; o++) m[dw + k * os + o] += m[from + m[offsets + k]] * m[at + o];
        }
  },

  channelSums(g, db, pixels, cs) {
    for (let p = 0; p < pixels; p++) for (let c = 0; c < cs; c++) m[db + c] += m[g + p * cs + c];
  },

  transposeFilter(w, picks, count, wt, I, is, O, os) {
    for (let t = 0; t < count; t++)
      for (let o = 0; o < O; o++)
        for (let i = 0; i < is; i++)
          m[wt + (t * O + o) * is + i] = i < I ? m[w + (m[picks + t] * I + i) * os + o] : 0;
  },
});
