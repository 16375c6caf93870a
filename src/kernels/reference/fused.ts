/** Reference kernels of normalise + 2×2 max-pool in one: the values of the normalised map are made as they are met. */

import type { Kernels } from "../kernels.js";

type Names = "normaliseMaxPool" | "gradientSumsMaxPool" | "normaliseMaxPoolBackward";

/** How element (image, channel) of x is normalised; −1 for an absent γ or β. */
interface Affine {
  x: number;
  first: number;
  cs: number;
  b: number;
  mean: number;
  rstd: number;
  gamma: number;
  beta: number;
  relu: number;
}

/** Calls `visit` for every window with its first maximum (position in x and normalised value). */
function winners(
  m: Float64Array,
  a: Affine,
  n: number,
  H: number,
  W: number,
  visit: (output: number, winner: number, maximum: number) => void,
): void {
  const Ho = Math.floor(H / 2);
  const Wo = Math.floor(W / 2);
  for (let output = 0; output < n * Ho * Wo * a.cs; output++) {
    const c = output % a.cs;
    const pixel = Math.floor(output / a.cs);
    const image = Math.floor(pixel / (Ho * Wo));
    const top = image * H + 2 * (Math.floor(pixel / Wo) % Ho);
    let winner = -1;
    let maximum = -Infinity;
    for (const [dy, dx] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const i = ((top + dy) * W + 2 * (pixel % Wo) + dx) * a.cs + c;
      const value = normalised(m, a, i, image, c);
      if (winner < 0 || value > maximum) {
        winner = i;
        maximum = value;
      }
    }
    visit(output, winner, maximum);
  }
}

/** z = (x − μ)·r of element i. */
function standardised(m: Float64Array, a: Affine, i: number, image: number, c: number): number {
  const at = (a.b > 0 ? Math.floor((a.first + image) / a.b) : 0) * a.cs + c;
  return (m[a.x + i] - m[a.mean + at]) * m[a.rstd + at];
}

function normalised(m: Float64Array, a: Affine, i: number, image: number, c: number): number {
  const z = standardised(m, a, i, image, c);
  const value = z * (a.gamma < 0 ? 1 : m[a.gamma + c]) + (a.beta < 0 ? 0 : m[a.beta + c]);
  return a.relu ? Math.max(value, 0) : value;
}

export const fused = (m: Float64Array): Pick<Kernels, Names> => ({
  normaliseMaxPool(x, y, first, n, H, W, cs, b, mean, rstd, gamma, beta, relu) {
    const affine = { x, first, cs, b, mean, rstd, gamma, beta, relu };
    winners(m, affine, n, H, W, (output, _, maximum) => {
      m[y + output] = maximum;
    });
  },

  gradientSumsMaxPool(x, dy, parts, first, n, H, W, cs, b, mean, rstd, gamma, beta, relu) {
    const affine = { x, first, cs, b, mean, rstd, gamma, beta, relu };
    m.fill(0, parts, parts + 2 * n * cs);
    winners(m, affine, n, H, W, (output, winner, maximum) => {
      if (relu && maximum <= 0) return;
      const image = Math.floor(winner / (H * W * cs));
      const c = winner % cs;
      const z = standardised(m, affine, winner, image, c);
      m[parts + 2 * image * cs + c] += m[dy + output];
      m[parts + (2 * image + 1) * cs + c] += m[dy + output] * z;
    });
  },

  normaliseMaxPoolBackward(x, dy, dx, ...rest) {
    const [first, n, H, W, cs, b, mean, rstd, gamma, beta, A, B, relu, mask] = rest;
    const affine = { x, first, cs, b, mean, rstd, gamma, beta, relu };
    m.fill(0, dx, dx + n * H * W * cs);
    winners(m, affine, n, H, W, (output, winner, maximum) => {
      if (!relu || maximum > 0) m[dx + winner] = m[dy + output];
    });
    for (let i = 0; i < n * H * W * cs; i++) {
      const c = i % cs;
      const image = Math.floor(i / (H * W * cs));
      const at = (b > 0 ? Math.floor((first + image) / b) : 0) * cs + c;
      const z = standardised(m, affine, i, image, c);
      const scaled = (gamma < 0 ? 1 : m[gamma + c]) * m[dx + i];
      const value = m[rstd + at] * (A < 0 ? scaled : scaled - m[A + at] - z * m[B + at]);
      m[dx + i] = mask && !(m[x + i] > 0) ? 0 : value;
    }
  },
});
