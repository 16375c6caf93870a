/** How much of a difference is left between arms of equal accuracy: a check beside the trials that were stopped at equal
 *  accuracy, for studies that have none. */

import type { Contrast } from "./conclusions.js";
import { pairsOf } from "./contrast.js";
import { type Ancova, ancova } from "./statistics/index.js";
import type { Study } from "./types.js";

/** The measures of which nothing could be left. */
const ACCURACIES = ["validationAccuracy", "trainAccuracy", "accuracyGap"];

/** The difference at equal validation accuracy, by covariance over the pairs. */
export function atEqualAccuracy(
  study: Study,
  { measure, arm, baseline, pairs }: Contrast,
): Ancova | null {
  if (ACCURACIES.includes(measure)) return null;
  const accuracy = new Map(
    pairsOf(study, { measure: "validationAccuracy", arm, baseline }).map((pair) => [
      pair.seed,
      pair.difference,
    ]),
  );
  const both = pairs.filter(({ seed }) => accuracy.has(seed));
  return ancova(
    both.map(({ difference }) => difference),
    both.map(({ seed }) => accuracy.get(seed) ?? 0),
  );
}
