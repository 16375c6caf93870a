/** What a study measured. */

import { expandMeasures, usualMeasures } from "../measures/index.js";
import type { Study, TrialTimings } from "./types.js";

/** The keys of everything that some trial has, in the order of the table and the design: files keep keys in an order of
 *  their own, and a study that was read must be told as the one that was just made. */
export function measuredKeys(
  { config, trials }: Study,
  timings: readonly TrialTimings[] = [],
): readonly string[] {
  const found = new Set([...trials, ...timings].flatMap((trial) => Object.keys(trial.measures)));
  const designed = expandMeasures(config.measures ?? usualMeasures, config.explainers);
  const others = [...found].filter((key) => !designed.includes(key)).sort();
  return expandMeasures([...designed.filter((key) => found.has(key)), ...others], []);
}
