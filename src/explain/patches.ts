/** Images as square patches: the players of Shapley values. */

import { fail } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";

export interface Patches {
  /** In pixels. */
  readonly side: number;
  readonly count: number;
  /** The patch of every pixel, row-major. */
  readonly of: Int32Array;
  /** Pixels per patch; those at the border may be smaller. */
  readonly sizes: Int32Array;
}

/** Side of a patch or window if none is given: about an eighth of the image's shorter side, even, at least 4. So an image
 *  has some sixty patches, whatever its size: 4 pixels at 28 and 32, 28 at 224. */
export const usualSide = (H: number, W: number): number =>
  Math.max(4, 2 * Math.round(Math.min(H, W) / 16));

/** How many such patches an image has. */
export function usualCount(H: number, W: number): number {
  const side = usualSide(H, W);
  return Math.ceil(H / side) * Math.ceil(W / side);
}

/** Patches of images of a shape [n, C, H, W]. */
export function patchesOf(
  [, , H, W]: readonly number[],
  side = usualSide(H, W),
  who: string,
): Patches {
  if (!Number.isInteger(side) || side < 1)
    fail("option", `${who}: got patches of ${side} pixels, expected a whole number from 1`);
  const across = Math.ceil(W / side);
  const count = Math.ceil(H / side) * across;
  if (count < 2)
    fail(
      "option",
      `${who}: got one patch for a ${H}×${W} image, expected at least two; take smaller ones`,
    );
  const of = Int32Array.from(
    { length: H * W },
    (_, p) => Math.floor(Math.floor(p / W) / side) * across + Math.floor((p % W) / side),
  );
  const sizes = new Int32Array(count);
  for (const patch of of) sizes[patch]++;
  return { side, count, of, sizes };
}

/** Puts the baseline where a patch is absent, in all channels of its pixels. */
export function removeAbsent(
  { of }: Patches,
  present: ArrayLike<number>,
  baseline: Tensor,
  copy: { [index: number]: number },
): void {
  const pixels = of.length;
  for (let k = 0; k < baseline.data.length; k++)
    if (!present[of[k % pixels]]) copy[k] = baseline.data[k];
}

/** A value per patch, spread evenly over its pixels, so that sums stay. */
export function spread(
  { of, sizes }: Patches,
  values: ArrayLike<number>,
  into: { [index: number]: number },
): void {
  for (let p = 0; p < of.length; p++) into[p] = values[of[p]] / sizes[of[p]];
}
