/** Reference kernels of Winograd's F(2×2,3×3) and F(4×4,3×3): the matrices written out, applied by loops. */

import type { Kernels } from "../kernels.js";
import { ended } from "./convolution.js";

type Matrix = readonly (readonly number[])[];

/** Transforms of one tile size m. */
interface Transforms {
  readonly m: number;
  readonly Bt: Matrix;
  readonly G: Matrix;
  readonly At: Matrix;
}

const two: Transforms = {
  m: 2,
  Bt: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, 1, 0, -1],
  ],
  G: [
    [1, 0, 0],
    [0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5],
    [0, 0, 1],
  ],
  At: [
    [1, 1, 1, 0],
    [0, 1, -1, -1],
  ],
};

const four: Transforms = {
  m: 4,
  Bt: [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
  G: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  At: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
};

const transpose = (p: Matrix): Matrix => p[0].map((_, j) => p.map((row) => row[j]));

/** X → P·X·Pᵀ for square matrices in row-major order, as one matrix: P ⊗ P. */
const both = (p: Matrix): Matrix =>
  p.flatMap((r) => p.map((s) => r.flatMap((a) => s.map((b) => a * b))));

const matrices = [two, four].map(({ m, Bt, G, At }) => ({
  m,
  input: both(Bt),
  filter: both(G),
  output: both(At),
  gradient: both(transpose(At)),
  filterBack: both(transpose(G)),
}));

const matricesOf = (m: number) => matrices[m === 2 ? 0 : 1];

/** The matrix times a square of numbers in row-major order. */
const times = (matrix: Matrix, value: (i: number) => number): number[] => {
  const x = matrix[0].map((_, i) => value(i));
  return matrix.map((row) => row.reduce((sum, a, i) => sum + a * x[i], 0));
};

/** Calls `visit` for every tile of m×m outputs, with the image and its first pixel. */
function tiles(
  n: number,
  [Ho, Wo]: readonly [number, number],
  m: number,
  visit: (image: number, oy: number, ox: number) => void,
): void {
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy += m) for (let ox = 0; ox < Wo; ox += m) visit(i, oy, ox);
}

export type WinogradName = Extract<keyof Kernels, `winograd${string}`>;

export function winograd(numbers: Float64Array): Pick<Kernels, WinogradName> {
  /** Number e of pixel (y, x) of image i at `at`; 0 outside. */
  const pixel = (
    at: number,
    [H, W, cs]: readonly [number, number, number],
    [i, y, x, e]: readonly [number, number, number, number],
  ): number =>
    y < 0 || y >= H || x < 0 || x >= W ? 0 : numbers[at + ((i * H + y) * W + x) * cs + e];

  return {
    winogradFilter(w, U, I, os, m) {
      for (let e = 0; e < I * os; e++)
        times(matricesOf(m).filter, (t) => numbers[w + t * I * os + e]).forEach((u, k) => {
          numbers[U + k * (I + 1) * os + e] = u;
        });
    },

    winogradConvolve(x, U, bias, y, n, H, W, cs, top, left, I, Ho, Wo, os, ...rest) {
      const [norm, residual, relu, mask, m] = rest;
      const { input, output } = matricesOf(m);
      tiles(n, [Ho, Wo], m, (image, oy, ox) => {
        const d = (i: number) => (j: number) => {
          const [r, s] = [Math.floor(j / (m + 2)), j % (m + 2)];
          return pixel(x, [H, W, cs], [image, oy - top + r, ox - left + s, i]);
        };
        const V = Array.from({ length: I }, (_, i) => times(input, d(i)));
        for (let o = 0; o < os; o++) {
          const M = (k: number) =>
            V.reduce((sum, v, i) => sum + v[k] * numbers[U + (k * (I + 1) + i) * os + o], 0);
          times(output, M).forEach((sum, k) => {
            const [row, column] = [oy + Math.floor(k / m), ox + (k % m)];
            if (row >= Ho || column >= Wo) return;
            const at = ((image * Ho + row) * Wo + column) * os + o;
            const own = sum + (bias < 0 ? 0 : numbers[bias + o]);
            const value = ended(numbers, own, o, at, [norm, residual, relu]);
            numbers[y + at] = mask >= 0 && !(numbers[mask + at] > 0) ? 0 : value;
          });
        }
      });
    },

    // The definition of the convolution itself.
    winogradConvolvePanels(x, w, bias, y, n, H, W, cs, top, left, I, Ho, Wo, os, ...rest) {
      const [norm, residual, relu, stride] = rest;
      for (let to = 0; to < n * Ho * Wo * os; to++) {
        const [o, p] = [to % os, Math.floor(to / os)];
        const [image, oy, ox] = [Math.floor(p / (Ho * Wo)), Math.floor(p / Wo) % Ho, p % Wo];
        const [row, column] = [oy * stride - top, ox * stride - left];
        let sum = bias < 0 ? 0 : numbers[bias + o];
        for (let t = 0; t < 9; t++)
          for (let i = 0; i < I; i++) {
            const at = [image, row + Math.floor(t / 3), column + (t % 3), i] as const;
            const weight = numbers[w + ((Math.floor(o / 8) * 9 + t) * I + i) * 8 + (o % 8)];
            sum += pixel(x, [H, W, cs], at) * weight;
          }
        numbers[y + to] = ended(numbers, sum, o, to, [norm, residual, relu]);
      }
    },

    winogradFilterGradient(x, g, dU, n, H, W, cs, top, left, I, Ho, Wo, os, m) {
      const { input, gradient } = matricesOf(m);
      tiles(n, [Ho, Wo], m, (image, oy, ox) => {
        const dM = Array.from({ length: os }, (_, o) =>
          times(gradient, (j) =>
            pixel(g, [Ho, Wo, os], [image, oy + Math.floor(j / m), ox + (j % m), o]),
          ),
        );
        for (let i = 0; i < I; i++) {
          const V = times(input, (j) => {
            const [r, s] = [Math.floor(j / (m + 2)), j % (m + 2)];
            return pixel(x, [H, W, cs], [image, oy - top + r, ox - left + s, i]);
          });
          V.forEach((v, k) => {
            for (let o = 0; o < os; o++) numbers[dU + (k * (I + 1) + i) * os + o] += v * dM[o][k];
          });
        }
      });
    },

    winogradFilterBack(dU, dw, I, os, m) {
      for (let e = 0; e < I * os; e++)
        times(matricesOf(m).filterBack, (k) => numbers[dU + k * (I + 1) * os + e]).forEach(
          (sum, t) => {
            numbers[dw + t * I * os + e] = sum;
          },
        );
    },
  };
}
