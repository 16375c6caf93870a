/** Reference kernels of Winograd's F(2×2,3×3) and F(4×4,3×3): the matrices written out, applied by loops. */

import type { Kernels } from "../kernels.js";

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

/** Calls `visit` for every tile. */
function tiles(
  n: number,
  th: number,
  tw: number,
  visit: (i: number, ty: number, tx: number, row: number) => void,
): void {
  for (let i = 0, row = 0; i < n; i++)
    for (let ty = 0; ty < th; ty++) for (let tx = 0; tx < tw; tx++, row++) visit(i, ty, tx, row);
}

type Name = "Input" | "Filter" | "Output" | "OutputGradient" | "FilterSum";
type TransformKernels = { [K in Name]: Kernels[`winograd${K}`] };

function transformKernels(numbers: Float64Array, { m, Bt, G, At }: Transforms): TransformKernels {
  const side = m + 2;
  const [input, filter, output] = [both(Bt), both(G), both(At)];
  const [gradient, filterGradient] = [both(transpose(At)), both(transpose(G))];

  /** Row k of the matrix times a square of `edge`² numbers, for every k. */
  const apply = (
    matrix: Matrix,
    edge: number,
    value: (r: number, s: number) => number,
    write: (k: number, sum: number) => void,
  ): void => {
    const x = Float64Array.from({ length: edge * edge }, (_, i) =>
      value(Math.floor(i / edge), i % edge),
    );
    for (let k = 0; k < matrix.length; k++) {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += matrix[k][i] * x[i];
      write(k, sum);
    }
  };
  /** Writes the place k of a tile. */
  const put = (at: (k: number) => number) => (k: number, sum: number) => {
    numbers[at(k)] = sum;
  };

  return {
    Input(x, V, n, cs, th, tw) {
      const [Hp, Wp, rows] = [m * th + 2, m * tw + 2, n * th * tw + 1];
      tiles(n, th, tw, (i, ty, tx, row) => {
        for (let c = 0; c < cs; c++) {
          const d = (r: number, s: number) =>
            numbers[x + ((i * Hp + m * ty + r) * Wp + m * tx + s) * cs + c];
          apply(
            input,
            side,
            d,
            put((k) => V + (k * rows + row) * cs + c),
          );
        }
      });
    },

    Filter(w, U, I, os) {
      for (let e = 0; e < I * os; e++) {
        const g = (r: number, s: number) => numbers[w + (3 * r + s) * I * os + e];
        apply(
          filter,
          3,
          g,
          put((k) => U + k * I * os + e),
        );
      }
    },

    Output(M, bias, y, n, Ho, Wo, os, th, tw, relu) {
      const rows = n * th * tw + 1;
      tiles(n, th, tw, (i, ty, tx, row) => {
        for (let o = 0; o < os; o++) {
          const place = (r: number, s: number) =>
            numbers[M + ((side * r + s) * rows + row) * os + o];
          apply(output, side, place, (k, sum) => {
            const [oy, ox] = [m * ty + Math.floor(k / m), m * tx + (k % m)];
            if (oy >= Ho || ox >= Wo) return;
            const value = sum + (bias < 0 ? 0 : numbers[bias + o]);
            numbers[y + ((i * Ho + oy) * Wo + ox) * os + o] = relu ? Math.max(value, 0) : value;
          });
        }
      });
    },

    OutputGradient(g, dM, n, Ho, Wo, os, th, tw) {
      const rows = n * th * tw + 1;
      tiles(n, th, tw, (i, ty, tx, row) => {
        for (let o = 0; o < os; o++) {
          const pixel = (r: number, s: number) =>
            m * ty + r < Ho && m * tx + s < Wo
              ? numbers[g + ((i * Ho + m * ty + r) * Wo + m * tx + s) * os + o]
              : 0;
          apply(
            gradient,
            m,
            pixel,
            put((k) => dM + (k * rows + row) * os + o),
          );
        }
      });
    },

    FilterSum(parts, count, stride, dw, length, lo, hi) {
      for (let e = lo; e < hi; e++) {
        const u = (r: number, s: number) => {
          let sum = 0;
          for (let k = 0; k < count; k++)
            sum += numbers[parts + k * stride + (side * r + s) * length + e];
          return sum;
        };
        apply(
          filterGradient,
          side,
          u,
          put((t) => dw + t * length + e),
        );
      }
    },
  };
}

export type WinogradName = Extract<keyof Kernels, `winograd${string}`>;

export function winograd(numbers: Float64Array): Pick<Kernels, WinogradName> {
  const small = transformKernels(numbers, two);
  const large = transformKernels(numbers, four);
  return {
    winogradInput: small.Input,
    winogradFilter: small.Filter,
    winogradOutput: small.Output,
    winogradOutputGradient: small.OutputGradient,
    winogradFilterSum: small.FilterSum,
    winograd4Input: large.Input,
    winograd4Filter: large.Filter,
    winograd4Output: large.Output,

    winogradMultiply(V, U, M, places, rows, vs, channels, I, os) {
      for (let k = 0; k < places; k++)
        for (let row = 0; row < rows; row++)
          for (let o = 0; o < os; o++) {
            let sum = 0;
            for (let i = 0; i < I; i++)
              sum +=
                numbers[V + (k * (rows + 1) + row) * vs + numbers[channels + i]] *
                numbers[U + (k * I + i) * os + o];
            numbers[M + (k * (rows + 1) + row) * os + o] = sum;
          }
    },

    winogradFilterGradient(V, dM, dU, places, rows, vs, channels, I, os) {
      for (let k = 0; k < places; k++)
        for (let row = 0; row < rows; row++)
          for (let i = 0; i < I; i++)
            for (let o = 0; o < os; o++)
              numbers[dU + (k * I + i) * os + o] +=
                numbers[V + (k * (rows + 1) + row) * vs + numbers[channels + i]] *
                numbers[dM + (k * (rows + 1) + row) * os + o];
    },
  };
}
