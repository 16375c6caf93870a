/** Reference kernels of the noise in training. */

import { threefry } from "../../tensor/random.js";
import type { Kernels } from "../kernels.js";

export const noise = (m: Float64Array): Pick<Kernels, "dropoutMask" | "channelNoise"> => {
  /** u at a counter of the stream of (key, step). */
  const uniforms = (keyAt: number, stepAt: number): ((counter: number) => number) => {
    const key = {
      high: (m[keyAt] << 16) | m[keyAt + 1],
      low: (m[keyAt + 2] << 16) | m[keyAt + 3],
    };
    const out = new Uint32Array(2);
    return (counter) => {
      threefry(key, m[stepAt], counter, out);
      return out[0] * 2 ** -32;
    };
  };
  return {
    dropoutMask(mask, first, n, count, rate, keyAt, stepAt) {
      const u = uniforms(keyAt, stepAt);
      for (let i = 0; i < n * count; i++)
        m[mask + i] = u(first * count + i) < rate ? 0 : 1 / (1 - rate);
    },
    channelNoise(shift, scale, first, n, C, cs, range, excess, spread, scaleSpread, keyAt, stepAt) {
      const u = uniforms(keyAt, stepAt);
      for (let j = 0; j < n; j++)
        for (let c = 0; c < cs; c++) {
          const row = 2 * cs * (first + j + 1);
          const mean = (2 * u(c) - 1) * range + (2 * u(row + c) - 1) * spread;
          const s = 1 + u(cs + c) * excess + (2 * u(row + cs + c) - 1) * scaleSpread;
          m[shift + j * cs + c] = c < C ? -mean / s : 0;
          m[scale + j * cs + c] = c < C ? s : 0;
        }
    },
  };
};
