/** Reference kernels of activations: a line with two bends, the sigmoid. */

import { exp } from "../../tensor/math.js";
import type { Kernels } from "../kernels.js";

type Names = "bend" | "bendBackward" | "sigmoid" | "sigmoidBackward";

export const activations = (m: Float64Array): Pick<Kernels, Names> => ({
  bend(x, y, count, low, high, slope) {
    for (let i = 0; i < count; i++) {
      const v = m[x + i];
      m[y + i] = v < low ? low + slope * (v - low) : Math.min(v, high);
    }
  },

  bendBackward(x, dy, dx, count, low, high, slope) {
    for (let i = 0; i < count; i++) {
      const v = m[x + i];
      m[dx + i] = v <= low ? slope * m[dy + i] : v >= high ? 0 : m[dy + i];
    }
  },

  sigmoid(x, y, pixels, C, cs) {
    for (let i = 0; i < pixels * cs; i++) m[y + i] = i % cs < C ? 1 / (1 + exp(-m[x + i])) : 0;
  },

  sigmoidBackward(y, dy, dx, count) {
    for (let i = 0; i < count; i++) m[dx + i] = m[dy + i] * m[y + i] * (1 - m[y + i]);
  },
});
