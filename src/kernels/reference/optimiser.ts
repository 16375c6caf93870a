/** Reference kernels of the optimiser steps. */

import type { Kernels } from "../kernels.js";

type Names = "scaleByAdam" | "addDecayed" | "trace" | "descend" | "adam";

export const optimiser = (m: Float64Array): Pick<Kernels, Names> => ({
  scaleByAdam(g, first, second, u, lo, hi, oneMinusBeta1, oneMinusBeta2, epsilon, scalars) {
    for (let i = lo; i < hi; i++) {
      const gradient = m[g + i];
      m[first + i] += oneMinusBeta1 * (gradient - m[first + i]);
      m[second + i] += oneMinusBeta2 * (gradient * gradient - m[second + i]);
      m[u + i] = (m[first + i] / (Math.sqrt(m[second + i]) + epsilon)) * m[scalars];
    }
  },

  addDecayed(u, p, lo, hi, decay) {
    for (let i = lo; i < hi; i++) m[u + i] += decay * m[p + i];
  },

  trace(u, t, lo, hi, momentum, nesterov) {
    for (let i = lo; i < hi; i++) {
      m[t + i] = momentum * m[t + i] + m[u + i];
      m[u + i] = nesterov ? momentum * m[t + i] + m[u + i] : m[t + i];
    }
  },

  descend(p, u, lo, hi, scalars) {
    for (let i = lo; i < hi; i++) m[p + i] -= m[scalars] * m[u + i];
  },

  adam(p, g, first, second, lo, hi, oneMinusBeta1, oneMinusBeta2, epsilon, scalars, rate) {
    for (let i = lo; i < hi; i++) {
      const gradient = m[g + i];
      m[first + i] += oneMinusBeta1 * (gradient - m[first + i]);
      m[second + i] += oneMinusBeta2 * (gradient * gradient - m[second + i]);
      const u = (m[first + i] / (Math.sqrt(m[second + i]) + epsilon)) * m[scalars];
      m[p + i] -= m[rate] * u;
    }
  },
});
