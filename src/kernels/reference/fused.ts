/** Reference kernels of normalise + 2×2 max-pool in one. */

import type { Kernels } from "../kernels.js";
import { normalisation } from "./normalisation.js";

type Names = "normaliseMaxPool" | "normaliseMaxPoolBackward";

/** Calls `visit` for every element of the pooled map with the four of x that its window covers, in row-major order. */
function windows(
  n: number,
  H: number,
  W: number,
  cs: number,
  visit: (output: number, window: readonly number[]) => void,
): void {
  const Ho = Math.floor(H / 2);
  const Wo = Math.floor(W / 2);
  for (let output = 0; output < n * Ho * Wo * cs; output++) {
    const c = output % cs;
    const pixel = Math.floor(output / cs);
    const image = Math.floor(pixel / (Ho * Wo));
    const top = image * H + 2 * (Math.floor(pixel / Wo) % Ho);
    const corner = (top * W + 2 * (pixel % Wo)) * cs + c;
    visit(output, [corner, corner + cs, corner + W * cs, corner + (W + 1) * cs]);
  }
}

export const fused = (m: Float64Array): Pick<Kernels, Names> => ({
  normaliseMaxPool(x, y, winners, first, n, H, W, cs, b, mean, rstd, gamma, beta, relu) {
    windows(n, H, W, cs, (output, window) => {
      const c = output % cs;
      const image = Math.floor(window[0] / (H * W * cs));
      const row = (b > 0 ? Math.floor((first + image) / b) : 0) * cs + c;
      const values = window.map((i) => {
        const z = (m[x + i] - m[mean + row]) * m[rstd + row];
        return z * (gamma < 0 ? 1 : m[gamma + c]) + (beta < 0 ? 0 : m[beta + c]);
      });
      const largest = Math.max(...values);
      m[y + output] = relu ? Math.max(largest, 0) : largest;
      if (winners >= 0) m[winners + output] = m[x + window[values.indexOf(largest)]];
    });
  },

  normaliseMaxPoolBackward(
    x,
    winners,
    dy,
    dx,
    first,
    n,
    H,
    W,
    cs,
    b,
    mean,
    rstd,
    gamma,
    A,
    B,
    mask,
  ) {
    m.fill(0, dx, dx + n * H * W * cs);
    windows(n, H, W, cs, (output, window) => {
      const winner = window.find((i) => m[x + i] === m[winners + output]);
      if (winner !== undefined) m[dx + winner] = m[dy + output];
    });
    normalisation(m).normaliseBackward(
      x,
      dx,
      dx,
      first,
      n,
      H * W,
      cs,
      b,
      mean,
      rstd,
      gamma,
      A,
      B,
      mask,
    );
  },
});
