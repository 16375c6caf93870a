/** Reference kernels that apply normalisation and hand its gradient back. */

import type { Kernels } from "../kernels.js";

type Names =
  | "normalise"
  | "gradientSums"
  | "mergeGradients"
  | "mergeGroupGradients"
  | "normaliseBackward";

/** The row of mean and rstd that image number `image` uses: sub-batches of b images, or one for all. */
const rowOf = (image: number, b: number): number => (b > 0 ? Math.floor(image / b) : 0);

export const normalisation = (m: Float64Array): Pick<Kernels, Names> => ({
  normalise(x, y, first, n, P, cs, b, mean, rstd, gamma, beta, residual, relu) {
    for (let i = 0; i < n * P * cs; i++) {
      const c = i % cs;
      const at = rowOf(first + Math.floor(i / (P * cs)), b) * cs + c;
      const z = (m[x + i] - m[mean + at]) * m[rstd + at];
      const own = z * (gamma < 0 ? 1 : m[gamma + c]) + (beta < 0 ? 0 : m[beta + c]);
      const value = own + (residual < 0 ? 0 : m[residual + i]);
      m[y + i] = relu ? Math.max(value, 0) : value;
    }
  },

  gradientSums(x, dy, parts, first, n, P, cs, b, mean, rstd) {
    for (let i = 0; i < n; i++) {
      const row = rowOf(first + i, b) * cs;
      for (let c = 0; c < cs; c++) {
        let sum = 0;
        let sumZ = 0;
        for (let p = 0; p < P; p++) {
          const at = (i * P + p) * cs + c;
          sum += m[dy + at];
          sumZ += m[dy + at] * ((m[x + at] - m[mean + row + c]) * m[rstd + row + c]);
        }
        m[parts + 2 * i * cs + c] = sum;
        m[parts + (2 * i + 1) * cs + c] = sumZ;
      }
    }
  },

  mergeGradients(parts, N, P, cs, b, gamma, A, B, dgamma, dbeta) {
    const per = b > 0 ? b : N;
    for (let c = 0; c < cs; c++) {
      let total = 0;
      let totalZ = 0;
      const scale = gamma < 0 ? 1 : m[gamma + c];
      for (let g = 0; g * per < N; g++) {
        const images = Math.min(N - g * per, per);
        let sum = 0;
        let sumZ = 0;
        for (let i = g * per; i < g * per + images; i++) {
          sum += m[parts + 2 * i * cs + c];
          sumZ += m[parts + (2 * i + 1) * cs + c];
        }
        m[A + g * cs + c] = (scale * sum) / (images * P);
        m[B + g * cs + c] = (scale * sumZ) / (images * P);
        total += sum;
        totalZ += sumZ;
      }
      if (dbeta >= 0) m[dbeta + c] = total;
      if (dgamma >= 0) m[dgamma + c] = totalZ;
    }
  },

  mergeGroupGradients(parts, n, P, C, cs, groups, gamma, A, B) {
    const size = C / groups;
    for (let i = 0; i < n; i++)
      for (let c = 0; c < cs; c++) {
        let sum = 0;
        let sumZ = 0;
        const start = Math.floor(c / size) * size;
        for (let k = start; c < C && k < start + size; k++) {
          const scale = gamma < 0 ? 1 : m[gamma + k];
          sum += scale * m[parts + 2 * i * cs + k];
          sumZ += scale * m[parts + (2 * i + 1) * cs + k];
        }
        m[A + i * cs + c] = sum / (size * P);
        m[B + i * cs + c] = sumZ / (size * P);
      }
  },

  normaliseBackward(x, dy, dx, first, n, P, cs, b, mean, rstd, gamma, A, B, mask) {
    for (let i = 0; i < n * P * cs; i++) {
      const c = i % cs;
      const at = rowOf(first + Math.floor(i / (P * cs)), b) * cs + c;
      const r = m[rstd + at];
      const z = (m[x + i] - m[mean + at]) * r;
      const scaled = (gamma < 0 ? 1 : m[gamma + c]) * m[dy + i];
      const value = A < 0 ? r * scaled : r * (scaled - m[A + at] - z * m[B + at]);
      m[dx + i] = mask && !(m[x + i] > 0) ? 0 : value;
    }
  },
});
