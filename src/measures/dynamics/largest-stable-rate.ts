/** Largest stable learning rate: the largest rate of a grid of powers of two with which training from the start does
 *  not diverge. Plain gradient descent on batches of the study's size, with the batch's statistics. Fixed beforehand:
 *  a run of `steps` steps diverges if a loss is not finite or above a thousand times the start's, or if the mean of its
 *  last ten losses is not below what the start has on the same ten batches. The edge between stable and diverging is
 *  found by bisection of the grid highest, highest/2, …. Bjorck et al. 2018. */

import { imageBatch, labelsAt, type Split } from "../../data/dataset.js";
import { type Random, random } from "../../tensor/random.js";
import { mean } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import { type WeightSpace, weightSpace } from "../weights.js";

/** Rates of the grid, and runs that find the edge among them. */
export const RATES = 21;
const RUNS = 5; // ⌈log₂(rates + 1)⌉

const LAST = 10;
const BLOWN_UP = 1000;

type Standing = Pick<WeightSpace, "gradient" | "weights" | "move">;

/** Whether `steps` steps at `rate` from where `space` stands end below `start`, the loss of the start. `see` shows the
 *  batch of a step, 0, 1, …. */
export function isStable(
  space: Standing,
  see: (step: number) => void,
  rate: number,
  { steps, start }: { steps: number; start: number },
): boolean {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    see(step);
    const { loss, gradient } = space.gradient();
    if (!Number.isFinite(loss) || loss > BLOWN_UP * start) return false;
    losses.push(loss);
    space.move(space.weights(), gradient, rate);
  }
  return mean(losses.slice(-LAST)) < start;
}

/** The first place in 0 … n − 1 from which on `holds` is true, if it changes once; n if it nowhere is. */
export function firstThatHolds(n: number, holds: (place: number) => boolean): number {
  let [below, found] = [-1, n];
  while (found - below > 1) {
    const middle = (below + found) >> 1;
    if (holds(middle)) found = middle;
    else below = middle;
  }
  return found;
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
    space.see(imageBatch(split.images, images), labelsAt(split.labels, images));
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
    const images = RUNS * steps * batchSize;
    return { forward: images + Math.min(LAST, steps) * batchSize, backward: images };
  },
  score({ snapshots, dataset, batchSize, seed }, { highest, steps }, tick): Score {
    const start = snapshots[0]?.model;
    if (!start) return { value: null, states: { noSteps: 1 } };
    const space = weightSpace(start, Math.min(batchSize, dataset.train.images.count));
    const see = batches(space, dataset.train, batchSize, random(seed).split("stable rate"));
    space.put(start.parameters);
    const last = Array.from({ length: Math.min(LAST, steps) }, (_, i) => {
      see(steps - 1 - i);
      return space.loss().loss;
    });
    let runs = 0;
    const halvings = firstThatHolds(RATES, (place) => {
      tick(runs++ / RUNS);
      space.put(start.parameters);
      return isStable(space, see, highest / 2 ** place, { steps, start: mean(last) });
    });
    if (halvings === RATES) return { value: null, states: { noneStable: 1 } };
    return { value: highest / 2 ** halvings, states: { beyondGrid: halvings === 0 ? 1 : 0 } };
  },
} as const satisfies ModelMeasure<{ highest: number; steps: number }>;
