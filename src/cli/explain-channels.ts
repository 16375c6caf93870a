/** Pictures in the size and number of channels that a model takes. */

import { type Planes, recoloured, resized } from "../formats/fitting.js";
import { fail } from "../tensor/errors.js";

/** The picture as [C, H, W]. */
export function fitted(planes: Planes, [C, H, W]: readonly [number, number, number]): Float32Array {
  const sized = planes.H === H && planes.W === W ? planes : resized(planes, [H, W]);
  if (sized.C === C) return sized.data;
  if (C !== 1 && C !== 3)
    return fail(
      "shape",
      `explain: got a picture of ${sized.C} channels, expected ${C}${H * W === 1 ? "; if the model takes pixels as a vector, say their shape: --input-shape 1x28x28" : ""}`,
    );
  return recoloured(sized, C === 1 ? "grey" : "colour").data;
}
