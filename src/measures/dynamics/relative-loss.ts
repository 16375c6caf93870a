/** Relative loss along the gradient: max over η of L(W − ηg)/L(W), η = 10⁻⁴ … 10, two per decade; 1 where no step
 *  makes the loss worse. Without normalisation long steps make it explode. The geometric mean over moments of training,
 *  with the batch's own statistics. Bjorck et al. 2018. */

import { pow } from "../../tensor/math.js";
import { detailTable } from "../details.js";
import { geometricMean, spread } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import type { WeightSpace } from "../weights.js";
import { atSnapshots } from "./landscape.js";

/** Decades that η runs over, and the first. */
const DECADES = 5;
const FIRST = -4;
const PER_DECADE = 2;

export const LENGTHS: readonly number[] = Array.from({ length: DECADES * PER_DECADE + 1 }, (_, i) =>
  pow(10, FIRST + i / PER_DECADE),
);

/** L(W − ηg)/L(W) for every η, from where `space` stands; not finite where the loss is not. */
export function relativeLosses(space: WeightSpace, lengths: readonly number[]): number[] {
  const from = space.weights();
  const { loss, gradient } = space.gradient();
  return lengths.map((eta) => {
    space.move(from, gradient, eta);
    return space.loss().loss / loss;
  });
}

export const relativeLossAlongGradient = {
  of: "model",
  title: "Relative loss along the gradient",
  question: "How many times worse can the loss become by a step along the gradient?",
  zh: { title: "沿梯度的相对损失", question: "沿梯度走一步，损失最多会变差多少倍？" },
  family: "dynamics",
  unit: "times",
  better: "lower",
  scale: "ratio",
  reference: "Bjorck et al. 2018",
  /** snapshots: moments of training looked at. */
  defaults: { snapshots: 12 },
  cost({ snapshots }, { batchSize, snapshots: kept }) {
    const images = Math.min(snapshots, kept) * batchSize;
    return { forward: images * (LENGTHS.length + 1), backward: images };
  },
  score(trained, { snapshots }, tick): Score {
    if (trained.snapshots.length === 0) return { value: null, states: { noSteps: 1 } };
    const at = atSnapshots(trained);
    const points = spread(trained.snapshots, snapshots).map((snapshot, i, all) => {
      tick(i / all.length);
      return { step: snapshot.step, relative: relativeLosses(at(snapshot), LENGTHS) };
    });
    const worst = points.map(({ relative }) => Math.max(1, ...relative));
    const { value, left } = geometricMean(worst);
    const rows = points.flatMap(({ step, relative }) =>
      relative.map((times, i) => ({ step, length: LENGTHS[i], relative: times })),
    );
    const details = { tables: { curves: detailTable(rows) } };
    return { value, states: { notFinite: left }, details };
  },
} as const satisfies ModelMeasure<{ snapshots: number }>;
