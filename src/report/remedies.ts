/** What could stand in Batch Norm's place, and what that would gain and cost: every other arm against the arm with
 *  Batch Norm, on the measures that tell it from the baseline. */

import { armEntry, isControl } from "../study/arms.js";
import { contrast } from "../study/contrast.js";
import type { Arm, Conclusions, Contrast, Study, TrialTimings } from "../study/types.js";
import { contrastOf } from "./contrasts.js";
import type { Remedy } from "./report-data.js";

/** The arm with Batch Norm as it is usually taken. */
const normed = (arms: readonly Arm[]): Arm | undefined =>
  arms.find((arm) => arm.norm === "batch" && armEntry(arm.name)?.role === "compared");

const isClear = ({ interval, fewSeeds }: Contrast): boolean =>
  interval !== null && !fewSeeds && interval[0] * interval[1] > 0;

export function remediesOf(
  study: Study,
  timings: readonly TrialTimings[],
  { contrasts }: Conclusions,
): Remedy[] {
  const { arms, baseline = arms[0].name } = study.config;
  const instead = normed(arms);
  if (instead === undefined || instead.name === baseline) return [];
  const telling = contrasts.filter((item) => item.arm === instead.name && isClear(item));
  return arms
    .filter((arm) => arm !== instead && !isControl(arm))
    .map(({ name }) => {
      const all =
        name === baseline
          ? telling.map(turned)
          : telling.map(({ measure }) =>
              contrast(study, { measure, arm: name, baseline: instead.name }, timings),
            );
      return {
        arm: name,
        instead: instead.name,
        compared: all.filter(({ pairs }) => pairs.length > 0).length,
        contrasts: all.filter(isClear).map(contrastOf),
      };
    });
}

/** The same comparison from the other side. */
function turned(item: Contrast): Contrast {
  const ends = (interval: Contrast["interval"]): Contrast["interval"] =>
    interval && [0 - interval[1], 0 - interval[0]];
  const minus = (value: number | null): number | null => value && 0 - value;
  return {
    ...item,
    arm: item.baseline,
    baseline: item.arm,
    pairs: item.pairs.map((pair) => ({
      ...pair,
      arm: pair.baseline,
      baseline: pair.arm,
      difference: 0 - pair.difference,
    })),
    armMean: item.baselineMean,
    baselineMean: item.armMean,
    difference: minus(item.difference),
    interval: ends(item.interval),
    interval90: ends(item.interval90),
    hedgesG: minus(item.hedgesG),
    superiority: item.superiority && 1 - item.superiority,
    superiorityInterval: item.superiorityInterval && [
      1 - item.superiorityInterval[1],
      1 - item.superiorityInterval[0],
    ],
    cliffsDelta: minus(item.cliffsDelta),
  };
}
