/** Reference kernels of max- and average-pooling. */

import type { Kernels } from "../kernels.js";

type Names = "maxPool" | "maxPoolBackward" | "averagePool" | "averagePoolBackward";

/** Images [H,W,cs], windows kh×kw of stride s after padding p, Ho×Wo of them. */
interface Windows {
  n: number;
  H: number;
  W: number;
  cs: number;
  kh: number;
  kw: number;
  s: number;
  p: number;
  Ho: number;
  Wo: number;
}

/** Calls `visit` for every output element with the inputs inside its window, in row-major order. */
function windows(w: Windows, visit: (output: number, inputs: readonly number[]) => void): void {
  for (let output = 0; output < w.n * w.Ho * w.Wo * w.cs; output++) {
    const c = output % w.cs;
    const pixel = Math.floor(output / w.cs);
    const top = (Math.floor(pixel / w.Wo) % w.Ho) * w.s - w.p;
    const left = (pixel % w.Wo) * w.s - w.p;
    const image = Math.floor(pixel / (w.Wo * w.Ho));
    const inputs: number[] = [];
    for (let iy = Math.max(top, 0); iy < Math.min(top + w.kh, w.H); iy++)
      for (let ix = Math.max(left, 0); ix < Math.min(left + w.kw, w.W); ix++)
        inputs.push(((image * w.H + iy) * w.W + ix) * w.cs + c);
    visit(output, inputs);
  }
}

export const pooling = (m: Float64Array): Pick<Kernels, Names> => ({
  maxPool(x, y, n, H, W, cs, k, s, p, Ho, Wo) {
    windows({ n, H, W, cs, kh: k, kw: k, s, p, Ho, Wo }, (output, inputs) => {
      m[y + output] = inputs.reduce((max, i) => Math.max(max, m[x + i]), -Infinity);
    });
  },

  maxPoolBackward(x, dy, dx, n, H, W, cs, k, s, p, Ho, Wo, mask) {
    m.fill(0, dx, dx + n * H * W * cs);
    windows({ n, H, W, cs, kh: k, kw: k, s, p, Ho, Wo }, (output, inputs) => {
      if (inputs.length === 0) return;
      const winner = inputs.reduce((best, i) => (m[x + i] > m[x + best] ? i : best));
      if (!mask || m[x + winner] > 0) m[dx + winner] += m[dy + output];
    });
  },

  averagePool(x, y, n, H, W, cs, kh, kw, s, p, Ho, Wo, countPadding) {
    windows({ n, H, W, cs, kh, kw, s, p, Ho, Wo }, (output, inputs) => {
      const count = countPadding ? kh * kw : inputs.length;
      m[y + output] = inputs.reduce((sum, i) => sum + m[x + i], 0) / Math.max(count, 1);
    });
  },

  averagePoolBackward(dy, dx, n, H, W, cs, kh, kw, s, p, Ho, Wo, countPadding) {
    m.fill(0, dx, dx + n * H * W * cs);
    windows({ n, H, W, cs, kh, kw, s, p, Ho, Wo }, (output, inputs) => {
      const count = countPadding ? kh * kw : inputs.length;
      for (const i of inputs) m[dx + i] += m[dy + output] / count;
    });
  },
});
