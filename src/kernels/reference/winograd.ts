/** Reference kernels of Winograd's F(2×2,3×3): its matrices written out, applied by loops. */

import type { Kernels } from "../kernels.js";

type Names =
  | "winogradInput"
  | "winogradFilter"
  | "winogradMultiply"
  | "winogradOutput"
  | "winogradOutputGradient"
  | "winogradFilterGradient"
  | "winogradFilterSum";

type Matrix = readonly (readonly number[])[];

const Bt: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];
const G: Matrix = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
];
const At: Matrix = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
];

const transpose = (p: Matrix): Matrix => p[0].map((_, j) => p.map((row) => row[j]));
const product = (p: Matrix, q: Matrix): Matrix =>
  p.map((row) => q[0].map((_, j) => row.reduce((sum, value, k) => sum + value * q[k][j], 0)));
/** P·X·Pᵀ. */
const both = (p: Matrix, x: Matrix): Matrix => product(product(p, x), transpose(p));
/** rows × columns numbers from a function. */
const matrix = (rows: number, columns: number, value: (r: number, c: number) => number): Matrix =>
  Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => value(r, c)));

export const winograd = (m: Float64Array): Pick<Kernels, Names> => ({
  winogradInput(x, V, n, cs, th, tw) {
    const Wp = 2 * tw + 2;
    const Hp = 2 * th + 2;
    tiles(n, th, tw, (i, ty, tx, row) => {
      for (let c = 0; c < cs; c++) {
        const d = matrix(4, 4, (r, s) => m[x + ((i * Hp + 2 * ty + r) * Wp + 2 * tx + s) * cs + c]);
        both(Bt, d)
          .flat()
          .forEach((value, k) => {
            m[V + (k * (n * th * tw + 1) + row) * cs + c] = value;
          });
      }
    });
  },

  winogradFilter(w, U, I, os) {
    for (let e = 0; e < I * os; e++)
      both(
        G,
        matrix(3, 3, (r, s) => m[w + (3 * r + s) * I * os + e]),
      )
        .flat()
        .forEach((value, k) => {
          m[U + k * I * os + e] = value;
        });
  },

  winogradMultiply(V, U, M, rows, vs, channels, I, os) {
    for (let k = 0; k < 16; k++)
      for (let row = 0; row < rows; row++)
        for (let o = 0; o < os; o++) {
          let sum = 0;
          for (let i = 0; i < I; i++)
            sum +=
              m[V + (k * (rows + 1) + row) * vs + m[channels + i]] * m[U + (k * I + i) * os + o];
          m[M + (k * (rows + 1) + row) * os + o] = sum;
        }
  },

  winogradOutput(M, bias, y, n, Ho, Wo, os, th, tw, relu) {
    tiles(n, th, tw, (i, ty, tx, row) => {
      for (let o = 0; o < os; o++) {
        const Y = both(
          At,
          matrix(4, 4, (r, s) => m[M + ((4 * r + s) * (n * th * tw + 1) + row) * os + o]),
        );
        inside(ty, tx, Ho, Wo, (r, s) => {
          const value = Y[r][s] + (bias < 0 ? 0 : m[bias + o]);
          m[y + ((i * Ho + 2 * ty + r) * Wo + 2 * tx + s) * os + o] = relu
            ? Math.max(value, 0)
            : value;
        });
      }
    });
  },

  winogradOutputGradient(g, dM, n, Ho, Wo, os, th, tw) {
    tiles(n, th, tw, (i, ty, tx, row) => {
      for (let o = 0; o < os; o++) {
        const isInside = (r: number, s: number) => 2 * ty + r < Ho && 2 * tx + s < Wo;
        const G2 = matrix(2, 2, (r, s) =>
          isInside(r, s) ? m[g + ((i * Ho + 2 * ty + r) * Wo + 2 * tx + s) * os + o] : 0,
        );
        both(transpose(At), G2)
          .flat()
          .forEach((value, k) => {
            m[dM + (k * (n * th * tw + 1) + row) * os + o] = value;
          });
      }
    });
  },

  winogradFilterGradient(V, dM, dU, rows, vs, channels, I, os) {
    for (let k = 0; k < 16; k++)
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < I; i++)
          for (let o = 0; o < os; o++)
            m[dU + (k * I + i) * os + o] +=
              m[V + (k * (rows + 1) + row) * vs + m[channels + i]] *
              m[dM + (k * (rows + 1) + row) * os + o];
  },

  winogradFilterSum(parts, count, stride, dw, length, lo, hi) {
    for (let e = lo; e < hi; e++) {
      const u = matrix(4, 4, (r, s) => {
        let sum = 0;
        for (let k = 0; k < count; k++) sum += m[parts + k * stride + (4 * r + s) * length + e];
        return sum;
      });
      both(transpose(G), u)
        .flat()
        .forEach((value, t) => {
          m[dw + t * length + e] = value;
        });
    }
  },
});

function tiles(
  n: number,
  th: number,
  tw: number,
  visit: (i: number, ty: number, tx: number, row: number) => void,
): void {
  for (let i = 0, row = 0; i < n; i++)
    for (let ty = 0; ty < th; ty++) for (let tx = 0; tx < tw; tx++, row++) visit(i, ty, tx, row);
}

/** The pixels of a tile that lie in the image. */
function inside(
  ty: number,
  tx: number,
  Ho: number,
  Wo: number,
  visit: (r: number, s: number) => void,
): void {
  for (let r = 0; r < 2; r++)
    for (let s = 0; s < 2; s++) if (2 * ty + r < Ho && 2 * tx + s < Wo) visit(r, s);
}
