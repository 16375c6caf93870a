/** Reference kernels of smooth activations: tanh, ELU, GELU. */

import { exp, tanh } from "../../tensor/math.js";
import { normalCdf, normalDensity } from "../../tensor/normal.js";
import type { Kernels } from "../kernels.js";

type Names = "tanh" | "tanhBackward" | "elu" | "eluBackward" | "gelu" | "geluBackward";

/** Twice √(2/π). */
const TWO_ROOT = 1.5957691216057308;
const CUBE = 0.044715;

/** eˣ − 1 = (1 + eˣ)·tanh(x/2): nothing cancels next to 0. */
const expm1 = (x: number): number => (1 + exp(x)) * tanh(x / 2);

const sigmoid = (x: number): number => 1 / (1 + exp(-x));

/** Φ(x), or what stands for it; and its derivative. */
function distribution(x: number, isTanh: number): { value: number; slope: number } {
  if (isTanh === 0) return { value: normalCdf(x), slope: normalDensity(x) };
  const value = sigmoid(TWO_ROOT * (x + CUBE * x * x * x));
  return { value, slope: value * (1 - value) * TWO_ROOT * (1 + 3 * CUBE * x * x) };
}

export const smooth = (m: Float64Array): Pick<Kernels, Names> => ({
  tanh(x, y, count) {
    for (let i = 0; i < count; i++) m[y + i] = tanh(m[x + i]);
  },

  tanhBackward(y, dy, dx, count) {
    for (let i = 0; i < count; i++) m[dx + i] = m[dy + i] * (1 - m[y + i] * m[y + i]);
  },

  elu(x, y, count, below, above) {
    for (let i = 0; i < count; i++) {
      const v = m[x + i];
      m[y + i] = v > 0 ? above * v : below * expm1(v);
    }
  },

  eluBackward(x, dy, dx, count, below, above) {
    for (let i = 0; i < count; i++) {
      const v = m[x + i];
      m[dx + i] = m[dy + i] * (v > 0 ? above : below * exp(v));
    }
  },

  gelu(x, y, count, isTanh) {
    for (let i = 0; i < count; i++) m[y + i] = m[x + i] * distribution(m[x + i], isTanh).value;
  },

  geluBackward(x, dy, dx, count, isTanh) {
    for (let i = 0; i < count; i++) {
      const v = m[x + i];
      const { value, slope } = distribution(v, isTanh);
      m[dx + i] = m[dy + i] * (value + v * slope);
    }
  },
});
