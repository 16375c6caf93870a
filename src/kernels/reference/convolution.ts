/** Reference kernels of the convolution with one group: padding, the loop, its gradients. */

import type { Kernels } from "../kernels.js";

type Names =
  | "pad"
  | "unpad"
  | "convolve"
  | "strassenConvolve"
  | "convolveDepthwise"
  | "convolveFilterGradient"
  | "channelSums"
  | "transposeFilter";

/** A convolution's ends: the sum of channel o, at place `to` of the output, as it is written. */
export function ended(
  m: Float64Array,
  sum: number,
  o: number,
  to: number,
  [norm, residual, relu]: readonly number[],
): number {
  const row = norm + Math.floor(o / 4) * 16 + (o % 4); // μ, then r, γ and β four further each
  const value = norm < 0 ? sum : (sum - m[row]) * m[row + 4] * m[row + 8] + m[row + 12];
  const total = residual < 0 ? value : value + m[residual + to];
  return relu > 0 ? Math.min(Math.max(total, 0), relu) : total;
}

export const convolution = (m: Float64Array): Pick<Kernels, Names> => ({
  pad(x, y, n, H, W, cs, top, left, bottom, right, value) {
    const Hp = top + H + bottom;
    const Wp = left + W + right;
    const images = m.slice(x, x + n * H * W * cs);
    m.fill(value, y, y + n * Hp * Wp * cs);
    for (let row = 0; row < n * H; row++) {
      const image = Math.floor(row / H);
      const to = y + ((image * Hp + top + (row % H)) * Wp + left) * cs;
      m.set(images.subarray(row * W * cs, (row + 1) * W * cs), to);
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
    const [x, xImage, xRow, xPixel, offsets, taps, w, wPanel, wTap, bias] = a;
    const [y, yImage, yRow, yPixel, n, Ho, Wo, os, ...ends] = a.slice(10);
    for (let i = 0; i < n; i++)
      for (let oy = 0; oy < Ho; oy++)
        for (let ox = 0; ox < Wo; ox++)
          for (let o = 0; o < os; o++) {
            const from = x + i * xImage + oy * xRow + ox * xPixel;
            let sum = bias < 0 ? 0 : m[bias + o];
            const weights = w + Math.floor(o / 8) * wPanel + (o % 8);
            for (let k = 0; k < taps; k++) sum += m[from + m[offsets + k]] * m[weights + k * wTap];
            const to = i * yImage + oy * yRow + ox * yPixel + o;
            m[y + to] = ended(m, sum, o, to, ends);
          }
  },

  // The definition of the convolution itself.
  strassenConvolve(x, _, I, w, bias, y, n, pixels, os, ...ends) {
    for (let to = 0; to < n * pixels * os; to++) {
      const [o, from] = [to % os, x + Math.floor(to / os) * I];
      let sum = bias < 0 ? 0 : m[bias + o];
      for (let i = 0; i < I; i++)
        sum += m[from + i] * m[w + (Math.floor(o / 8) * I + i) * 8 + (o % 8)];
      m[y + to] = ended(m, sum, o, to, ends);
    }
  },

  convolveDepthwise(x, xImage, xRow, xPixel, offsets, taps, w, bias, y, n, Ho, Wo, cs, ...ends) {
    for (let to = 0; to < n * Ho * Wo * cs; to++) {
      const [c, p] = [to % cs, Math.floor(to / cs)];
      const line = Math.floor(p / Wo);
      const from = x + Math.floor(line / Ho) * xImage + (line % Ho) * xRow + (p % Wo) * xPixel + c;
      let sum = bias < 0 ? 0 : m[bias + c];
      for (let k = 0; k < taps; k++) sum += m[from + m[offsets + k]] * m[w + k * cs + c];
      m[y + to] = ended(m, sum, c, to, ends);
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
