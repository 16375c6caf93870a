/** Internal covariate shift of a layer i at step t: G = ∇L with respect to its weights, and G′ the same gradient after
 *  the layers before it took their steps to t + 1; the shift is ‖G − G′‖₂/‖G‖₂. Santurkar et al. 2018.
 *  The steps are those that training took, the batch is the one it took them on, with its own statistics. A layer is
 *  a convolution or dense layer with what follows up to the next one (its norm's γ and β). The first layer has no
 *  layers before it and takes no part. The relative form is free of the gradient's size, which norms change. */

import type { Graph } from "../../model/model.js";
import type { Tensor } from "../../tensor/tensor.js";
import { detailTable } from "../details.js";
import { distance, geometricMean, inner, spread } from "../means.js";
import type { ModelMeasure, Score, Snapshot } from "../measure.js";
import type { WeightSpace } from "../weights.js";
import { atSnapshots } from "./landscape.js";

/** Keys of the trainable parameters of each layer, its weight's first. */
export function layersOf({ nodes }: Graph, keys: readonly string[]): string[][] {
  const layers: string[][] = [];
  for (const { id } of nodes) {
    const own = keys.filter((key) => key.slice(0, key.lastIndexOf(".")) === id);
    if (own.includes(`${id}.weight`)) layers.push([`${id}.weight`]);
    const last = layers.at(-1);
    if (last) last.push(...own.filter((key) => !last.includes(key)));
  }
  return layers;
}

interface Shift {
  readonly layer: number;
  /** ‖G − G′‖/‖G‖ and cos(G, G′). */
  readonly relative: number;
  readonly cosine: number;
}

/** The shifts of the layers 2, 3, … at one moment. */
export function shiftsAt(
  space: WeightSpace,
  { next }: Pick<Snapshot, "next">,
  layers: readonly (readonly string[])[],
): Shift[] {
  const { gradient } = space.gradient();
  return layers.slice(1).map(([weight], i): Shift => {
    const moved: Record<string, Tensor> = {};
    for (const key of layers[i]) moved[key] = next.parameters[key];
    space.put(moved);
    const before = space.part(gradient, weight);
    const after = space.part(space.gradient().gradient, weight);
    const norm = distance(before);
    return {
      layer: i + 2,
      relative: distance(before, after) / norm,
      cosine: inner(before, after) / (norm * distance(after)),
    };
  });
}

export const covariateShift = {
  of: "model",
  title: "Internal covariate shift",
  question: "How much do the updates of the layers before it change a layer's gradient?",
  zh: { title: "内部协变量偏移", question: "前面各层的更新使一层的梯度改变多少？" },
  family: "dynamics",
  unit: "share of the gradient",
  better: "lower",
  scale: "ratio",
  reference: "Santurkar et al. 2018",
  /** snapshots: moments of training looked at. */
  defaults: { snapshots: 12 },
  cost({ snapshots }, { batchSize, snapshots: kept, layers }) {
    const images = Math.min(snapshots, kept) * batchSize * layers;
    return { forward: images, backward: images };
  },
  score(trained, { snapshots }, tick): Score {
    if (trained.snapshots.length === 0) return { value: null, states: { noSteps: 1 } };
    const layers = layersOf(trained.model, Object.keys(trained.model.parameters));
    if (layers.length < 2) return { value: null, states: { oneLayer: 1 } };
    const at = atSnapshots(trained);
    const shifts = spread(trained.snapshots, snapshots).flatMap((snapshot, i, all) => {
      tick(i / all.length);
      const { step } = snapshot;
      return shiftsAt(at(snapshot), snapshot, layers).map((shift) => ({ step, ...shift }));
    });
    const { value, left } = geometricMean(shifts.map(({ relative }) => relative));
    return {
      value,
      states: { noShift: left },
      details: { tables: { shifts: detailTable(shifts) } },
    };
  },
} as const satisfies ModelMeasure<{ snapshots: number }>;
