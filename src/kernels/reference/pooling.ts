/** Reference kernels of max- and average-pooling. */

import type { Kernels } from "../kernels.js";

type Names = "maxPool" | "maxPoolBackward" | "averagePool" | "averagePoolBackward";

/** Images and windows as `maxPool` takes them: n, H, W, cs, kh, kw, strides, dilations, top, left, Ho, Wo. */
type Windows = readonly number[];

/** Calls `visit` for every output element with the inputs inside its window, in row-major order, and the number of its
 *  pixels that do not lie beyond the end of the image and its padding there. */
function windows(
  [n, H, W, cs, kh, kw, strideY, strideX, dilationY, dilationX, top, left, Ho, Wo]: Windows,
  visit: (output: number, inputs: readonly number[], padded: number) => void,
  [bottom, right] = [0, 0],
): void {
  for (let output = 0; output < n * Ho * Wo * cs; output++) {
    const c = output % cs;
    const pixel = Math.floor(output / cs);
    const y0 = (Math.floor(pixel / Wo) % Ho) * strideY - top;
    const x0 = (pixel % Wo) * strideX - left;
    const image = Math.floor(pixel / (Wo * Ho));
    const inputs: number[] = [];
    let padded = 0;
    for (let ky = 0; ky < kh; ky++)
      for (let kx = 0; kx < kw; kx++) {
        const [iy, ix] = [y0 + ky * dilationY, x0 + kx * dilationX];
        if (iy < H + bottom && ix < W + right) padded++;
        if (iy >= 0 && iy < H && ix >= 0 && ix < W)
          inputs.push(((image * H + iy) * W + ix) * cs + c);
      }
    visit(output, inputs, padded);
  }
}

/** The same for a mean, as `averagePool` takes it, with the number of pixels that count. */
function means(
  given: readonly number[],
  visit: (output: number, inputs: readonly number[], count: number) => void,
): void {
  const [bottom, right, countPadding] = given.slice(12);
  windows(
    [...given.slice(0, 8), 1, 1, ...given.slice(8, 12)],
    (output, inputs, padded) =>
      visit(output, inputs, Math.max(countPadding ? padded : inputs.length, 1)),
    [bottom, right],
  );
}

function clear(m: Float64Array, dx: number, [n, H, W, cs]: Windows): void {
  m.fill(0, dx, dx + n * H * W * cs);
}

export const pooling = (m: Float64Array): Pick<Kernels, Names> => ({
  maxPool(x, y, ...w) {
    windows(w, (output, inputs) => {
      m[y + output] = inputs.reduce((max, i) => Math.max(max, m[x + i]), -Infinity);
    });
  },

  maxPoolBackward(x, dy, dx, ...w) {
    const mask = w[14];
    clear(m, dx, w);
    windows(w, (output, inputs) => {
      if (inputs.length === 0) return;
      const winner = inputs.reduce((best, i) => (m[x + i] > m[x + best] ? i : best));
      if (!mask || m[x + winner] > 0) m[dx + winner] += m[dy + output];
    });
  },

  averagePool(x, y, ...w) {
    means(w, (output, inputs, count) => {
      m[y + output] = inputs.reduce((sum, i) => sum + m[x + i], 0) / count;
    });
  },

  averagePoolBackward(dy, dx, ...w) {
    clear(m, dx, w);
    means(w, (output, inputs, count) => {
      for (const i of inputs) m[dx + i] += m[dy + output] / count;
    });
  },
});
