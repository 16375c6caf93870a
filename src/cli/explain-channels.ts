/** Pictures in the size and number of channels that a model takes. */

import { type Planes, resized } from "../formats/fitting.js";
import { fail } from "../tensor/errors.js";

/** Grey from colour by the eye's weights (ITU-R BT.601), colour from grey by repetition. */
function withChannels({ C, H, W, data }: Planes, channels: number): Float32Array {
  if (C === channels) return data;
  const P = H * W;
  if (C === 3 && channels === 1)
    return Float32Array.from(
      { length: P },
      (_, p) => 0.299 * data[p] + 0.587 * data[P + p] + 0.114 * data[2 * P + p],
    );
  if (C === 1) return Float32Array.from({ length: channels * P }, (_, i) => data[i % P]);
  return fail("shape", `explain: got a picture of ${C} channels, expected 1 or ${channels}`);
}

/** The picture as [C, H, W]. */
export function fitted(planes: Planes, [C, H, W]: readonly [number, number, number]): Float32Array {
  const sized = planes.H === H && planes.W === W ? planes : resized(planes, [H, W]);
  return withChannels(sized, C);
}
