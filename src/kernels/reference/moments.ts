/** Reference kernels of the statistics that normalisation needs: moments and their merging. */

import type { Kernels } from "../kernels.js";

type Names = "moments" | "mergeBatch" | "mergeGroups" | "reciprocalDeviation" | "updateRunning";

/** 1/√(σ²+ε), and 0 where that is not finite (padding lanes with ε = 0). */
const reciprocal = (variance: number, epsilon: number): number =>
  variance + epsilon > 0 ? 1 / Math.sqrt(variance + epsilon) : 0;

/** Merges sets of P numbers each, given by (mean, Σ(x − mean)²) as [mean at, sum at] (Chan et al. 1983). */
function merge(m: Float64Array, sets: readonly (readonly [number, number])[], P: number) {
  const mean = sets.reduce((sum, [at]) => sum + m[at], 0) / sets.length;
  const spread = sets.reduce((sum, [at, square]) => sum + m[square] + P * (m[at] - mean) ** 2, 0);
  return { mean, variance: spread / (sets.length * P) };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

export const moments = (m: Float64Array): Pick<Kernels, Names> => ({
  moments(x, parts, n, P, cs) {
    for (let i = 0; i < n; i++)
      for (let c = 0; c < cs; c++) {
        const values = range(0, P).map((p) => m[x + (i * P + p) * cs + c]);
        const mean = values.reduce((sum, value) => sum + value, 0) / P;
        m[parts + 2 * i * cs + c] = mean;
        m[parts + (2 * i + 1) * cs + c] = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
      }
  },

  mergeBatch(parts, N, P, cs, b, epsilon, mean, variance, rstd) {
    for (let g = 0; g * b < N; g++)
      for (let c = 0; c < cs; c++) {
        const images = range(g * b, Math.min(N, (g + 1) * b));
        const part = (i: number): [number, number] => [
          parts + 2 * i * cs + c,
          parts + (2 * i + 1) * cs + c,
        ];
        const merged = merge(m, images.map(part), P);
        m[mean + g * cs + c] = merged.mean;
        m[variance + g * cs + c] = merged.variance;
        m[rstd + g * cs + c] = reciprocal(merged.variance, epsilon);
      }
  },

  mergeGroups(parts, n, P, C, cs, groups, epsilon, mean, rstd) {
    const size = C / groups;
    for (let i = 0; i < n; i++) {
      const part = (c: number): [number, number] => [
        parts + 2 * i * cs + c,
        parts + (2 * i + 1) * cs + c,
      ];
      m.fill(0, mean + i * cs, mean + (i + 1) * cs);
      m.fill(0, rstd + i * cs, rstd + (i + 1) * cs);
      for (let j = 0; j < groups; j++) {
        const merged = merge(m, range(j * size, (j + 1) * size).map(part), P);
        m.fill(merged.mean, mean + i * cs + j * size, mean + i * cs + (j + 1) * size);
        const r = reciprocal(merged.variance, epsilon);
        m.fill(r, rstd + i * cs + j * size, rstd + i * cs + (j + 1) * size);
      }
    }
  },

  reciprocalDeviation(variance, rstd, cs, epsilon) {
    for (let c = 0; c < cs; c++) m[rstd + c] = reciprocal(m[variance + c], epsilon);
  },

  updateRunning(running, batch, rows, cs, keep) {
    for (let c = 0; c < cs; c++) {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += m[batch + row * cs + c];
      m[running + c] = keep * m[running + c] + (1 - keep) * (sum / rows);
    }
  },
});
