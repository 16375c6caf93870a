/** The loss around the path of training: at moments of training, the step along the gradient g = ∇L(W) is taken in
 *  several lengths η, and loss and gradient at W − ηg are compared with those at W. The same batch, its own
 *  statistics, running values untouched. Three measures share one computation. Santurkar et al. 2018.
 *  - loss range: max − min of L(W − ηg), η = 0 among them
 *  - gradient predictiveness: max ‖∇L(W) − ∇L(W − ηg)‖₂
 *  - effective β-smoothness: max ‖∇L(W) − ∇L(W − ηg)‖₂ / ‖ηg‖₂
 *
 *  η runs from half to four times `rate`. The rate is the same for all arms and unrelated to the optimiser's: at the
 *  same length of step the arms can be compared. A measure is the geometric mean over the moments. */

import { imageBatch, labelsAt } from "../../data/dataset.js";
import { exp } from "../../tensor/math.js";
import { detailTable } from "../details.js";
import { distance, geometricMean, spread } from "../means.js";
import type { ModelMeasure, Score, Snapshot, Trained } from "../measure.js";
import { remembered } from "../remembered.js";
import { type WeightSpace, weightSpace } from "../weights.js";

export interface Surroundings {
  /** L(W) and ‖g‖₂. */
  readonly loss: number;
  readonly norm: number;
  /** Least and largest loss along the step. */
  readonly low: number;
  readonly high: number;
  readonly predictiveness: number;
  readonly smoothness: number;
}

/** Loss and gradient along the step from where `space` stands, on the batch it sees. */
export function surroundings(space: WeightSpace, rates: readonly number[]): Surroundings {
  const from = space.weights();
  const { loss, gradient } = space.gradient();
  const norm = distance(gradient);
  const along = rates.map((rate) => {
    space.move(from, gradient, rate);
    const there = space.gradient();
    return { rate, loss: there.loss, change: distance(gradient, there.gradient) };
  });
  space.move(from, gradient, 0);
  const losses = [loss, ...along.map((point) => point.loss)];
  return {
    loss,
    norm,
    low: Math.min(...losses),
    high: Math.max(...losses),
    predictiveness: Math.max(...along.map(({ change }) => change)),
    smoothness: Math.max(...along.map(({ rate, change }) => change / (rate * norm))),
  };
}

/** `count` rates from half to four times `rate`, at equal ratios. */
export const ratesAround = (rate: number, count: number): number[] =>
  Array.from(
    { length: count },
    (_, i) => (rate / 2) * exp((3 * Math.LN2 * i) / Math.max(1, count - 1)),
  );

/** A space of the trained network, which stands at a snapshot and sees its batch. */
export function atSnapshots({ model, dataset, batchSize }: Trained) {
  const { images, labels } = dataset.train;
  const space = weightSpace(model, Math.min(batchSize, images.count));
  return (snapshot: Snapshot): WeightSpace => {
    space.put(snapshot.model.parameters);
    const own = labelsAt(labels, snapshot.images);
    space.see(imageBatch(images, snapshot.images), own);
    return space;
  };
}

type LandscapeOptions = { rate: number; rates: number; snapshots: number };

const landscape = remembered((trained: Trained, { rate, rates, snapshots }: LandscapeOptions) => {
  const at = atSnapshots(trained);
  return spread(trained.snapshots, snapshots).map((snapshot) => ({
    step: snapshot.step,
    ...surroundings(at(snapshot), ratesAround(rate, rates)),
  }));
});

const landscapeMeasure = (
  value: (point: Surroundings) => number,
  words: Pick<ModelMeasure, "title" | "question" | "zh" | "unit">,
) =>
  ({
    ...words,
    of: "model",
    family: "dynamics",
    better: "lower",
    scale: "ratio",
    reference: "Santurkar et al. 2018",
    /** rate: η of the middle; rates: how many η; snapshots: moments of training looked at. */
    defaults: { rate: 0.1, rates: 8, snapshots: 12 },
    cost({ rates, snapshots }, { batchSize, snapshots: kept }) {
      const images = Math.min(snapshots, kept) * (rates + 1) * batchSize;
      return { forward: images, backward: images };
    },
    score(trained, options): Score {
      if (trained.snapshots.length === 0) return { value: null, states: { noSteps: 1 } };
      const points = landscape(trained, options);
      const { value: mean, left } = geometricMean(points.map(value));
      const rows = points.map(({ step, loss, low, high, predictiveness, smoothness }) => ({
        ...{ step, loss, low, high, predictiveness, smoothness },
      }));
      return {
        value: mean,
        states: { flat: left },
        details: { tables: { path: detailTable(rows) } },
      };
    },
  }) as const satisfies ModelMeasure<LandscapeOptions>;

export const lossRange = landscapeMeasure(({ low, high }) => high - low, {
  title: "Loss range along the gradient",
  question: "How much does the loss vary along the step that training is about to take?",
  zh: { title: "沿梯度的损失范围", question: "沿着训练即将迈出的一步，损失变化多大？" },
  unit: "nats",
});

export const gradientPredictiveness = landscapeMeasure(({ predictiveness }) => predictiveness, {
  title: "Change of the gradient along itself",
  question: "How far is the gradient from what it was, once a step along it has been taken?",
  zh: { title: "梯度沿自身的变化", question: "沿梯度走一步之后，梯度与原来相差多少？" },
  unit: "gradient norm",
});

export const betaSmoothness = landscapeMeasure(({ smoothness }) => smoothness, {
  title: "Effective β-smoothness",
  question: "How fast does the gradient turn along the path of training?",
  zh: { title: "有效 β 平滑度", question: "在训练路径上，梯度变化有多快？" },
  unit: "1/step",
});
