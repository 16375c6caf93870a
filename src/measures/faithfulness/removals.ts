/** What removing random sets of pixels does to the model's answer: the same sets for every map of an image and every
 *  model of a seed. Only pixels that the baseline changes are drawn: black pixels of a black background cannot be
 *  removed, and a set of them would say that nothing matters. */

import type { Tensor } from "../../tensor/index.js";
import type { ImageContext, Output } from "../context.js";
import { meanKnown } from "../means.js";
import { pearson } from "../similarity.js";
import { differing, drawn, exchanged, sumOver } from "../variants.js";

/** Sets of pixels, and how far the answer drops without each: f(x) − f(x without S). */
export interface Removals {
  readonly sets: readonly Int32Array[];
  readonly drops: Float64Array;
}

/** Variants asked at once. */
const BATCH = 256;

export function removalsOf(
  { image, answers }: Pick<ImageContext, "image" | "answers">,
  sets: readonly Int32Array[],
  nothing: Tensor,
  output: Output,
): Removals {
  const drops = new Float64Array(sets.length);
  const [intact] = answers(exchanged(image, nothing, [[]]))[output];
  for (let from = 0; from < sets.length; from += BATCH) {
    const part = sets.slice(from, from + BATCH);
    answers(exchanged(image, nothing, part))[output].forEach((value, k) => {
      drops[from + k] = intact - value;
    });
  }
  return { sets, drops };
}

/** Random sets of so many pixels each, among those that the baseline changes. */
export function randomSets(
  { image, stream }: Pick<ImageContext, "image" | "stream">,
  nothing: Tensor,
  count: number,
  length: (pixels: number) => number,
): Int32Array[] {
  const pixels = differing(image, nothing);
  const size = length(pixels.length);
  if (size < 1) return [];
  const own = stream("removed pixels").split(size);
  return Array.from({ length: count }, () => drawn(own, pixels, size));
}

/** Pearson of Σ_S a and f(x) − f(x without S); undefined where either is the same for all sets. */
export const agreement = (map: Float64Array, { sets, drops }: Removals): number | undefined =>
  pearson(
    sets.map((set) => sumOver(map, set)),
    drops,
  );

/** The mean of what is defined; null if nothing is. */
export const meanAgreement = (map: Float64Array, each: readonly Removals[]): number | null =>
  meanKnown(each.map((removals) => agreement(map, removals)));
