/** Moments of training that the measures of dynamics look at: the model before a step, the images of that step, and
 *  the model after it. */

import type { Model } from "../../model/model.js";
import type { Snapshot } from "../measure.js";

/** At most so many moments, however long training is. */
export const SNAPSHOTS = 12;

/** Steps already done at each moment: 0 and then evenly spread, so that every moment has a step to come. */
export function snapshotSteps(allSteps: number): number[] {
  const count = Math.min(SNAPSHOTS, allSteps);
  return Array.from({ length: count }, (_, i) => Math.floor((i * allSteps) / count));
}

/** What the record of a step tells. */
interface Step {
  /** 1, 2, …. */
  readonly step: number;
  readonly images: Int32Array;
  /** The model after the step. */
  model(): Model;
}

/** Collects the snapshots of a training run of `allSteps` steps that starts from `initial`; `look` is shown every
 *  step in turn, and copies the model at the moments alone. */
export function snapshooter(initial: Model, allSteps: number) {
  const snapshots: Snapshot[] = [];
  const moments = new Set(snapshotSteps(allSteps));
  let before: Model | undefined = initial;
  const look = ({ step, images, model }: Step): void => {
    const after = before || moments.has(step) ? model() : undefined;
    if (before && after)
      snapshots.push({ step: step - 1, model: before, images: images.slice(), next: after });
    before = moments.has(step) ? after : undefined;
  };
  return { snapshots, look };
}
