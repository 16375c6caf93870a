/** Largest stable learning rate: the largest rate of a grid of powers of two with which training from the start does
 *  not diverge. Plain gradient descent on batches of the study's size, with the batch's statistics. Fixed beforehand:
 *  a run of `steps` steps diverges if a loss is not finite or above a thousand times the first, or if the mean of its
 *  last ten losses is not below the first. The grid runs down from `highest`. Bjorck et al. 2018. */

import { imageBatch, type Split } from "../../data/dataset.js";
import { type Random, random } from "../../tensor/random.js";
import { mean } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import { type WeightSpace, weightSpace } from "../weights.js";

/** Rates looked at: highest, highest/2, … */
export const HALVINGS = 20;
const LAST = 10;
const BLOWN_UP = 1000;

/** Whether `steps` steps at `rate` leave the loss below its first value. `see` shows the batch of a step, 0, 1, …. */
export function isStable(
  space: Pick<WeightSpace, "gradient" | "weights" | "move">,
  see: (step: number) => void,
  rate: number,
  steps: number,
): boolean {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    see(step);
    const { loss, gradient } = space.gradient();
    if (!Number.isFinite(loss) || loss > BLOWN_UP * (losses[0] ?? loss)) return false;
    losses.push(loss);
    space.move(space.weights(), gradient, rate);
  }
  return mean(losses.slice(-LAST)) < losses[0];
}

/** Shows random batches, the same in every run. */
function batches(space: WeightSpace, split: Split, batchSize: number, stream: Random) {
  const { count } = split.images;
  const size = Math.min(batchSize, count);
  const perEpoch = Math.floor(count / size);
  return (step: number): void => {
    const order = stream.split(Math.floor(step / perEpoch)).permutation(count);
    const from = (step % perEpoch) * size;
    const images = order.subarray(from, from + size);
    space.see(
      imageBatch(split.images, images),
      Uint8Array.from(images, (image) => split.labels[image]),
    );
  };
}

export const largestStableRate = {
  of: "model",
  title: "Largest stable learning rate",
  question: "How large a learning rate does training bear from the start?",
  zh: { title: "最大稳定学习率", question: "训练从一开始能承受多大的学习率？" },
  family: "dynamics",
  unit: "rate",
  better: "higher",
  scale: "ratio",
  reference: "Bjorck et al. 2018",
  /** highest: where the grid begins; steps: of each run. */
  defaults: { highest: 64, steps: 50 },
  cost({ steps }, { batchSize }) {
    const images = (HALVINGS + 1) * steps * batchSize;
    return { forward: images, backward: images };
  },
  score({ snapshots, dataset, batchSize, seed }, { highest, steps }, tick): Score {
    const start = snapshots[0]?.model;
    if (!start) return { value: null, states: { noStart: 1 } };
    const space = weightSpace(start, Math.min(batchSize, dataset.train.images.count));
    const see = batches(space, dataset.train, batchSize, random(seed).split("stable rate"));
    for (let halvings = 0; halvings <= HALVINGS; halvings++) {
      tick(halvings / (HALVINGS + 1));
      const rate = highest / 2 ** halvings;
      space.put(start.parameters);
      if (isStable(space, see, rate, steps))
        return { value: rate, states: { beyondGrid: halvings === 0 ? 1 : 0 } };
    }
    return { value: null, states: { noneStable: 1 } };
  },
} as const satisfies ModelMeasure<{ highest: number; steps: number }>;
