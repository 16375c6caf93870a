/** Reference kernel of the dropout mask. */

import { threefry } from "../../tensor/random.js";
import type { Kernels } from "../kernels.js";

export const dropout = (m: Float64Array): Pick<Kernels, "dropoutMask"> => ({
  dropoutMask(mask, first, n, count, rate, keyAt, stepAt) {
    const key = {
      high: (m[keyAt] << 16) | m[keyAt + 1],
      low: (m[keyAt + 2] << 16) | m[keyAt + 3],
    };
    const out = new Uint32Array(2);
    for (let i = 0; i < n * count; i++) {
      threefry(key, m[stepAt], first * count + i, out);
      m[mask + i] = out[0] * 2 ** -32 < rate ? 0 : 1 / (1 - rate);
    }
  },
});
