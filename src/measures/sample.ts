/** The validation images that measures of the whole model look at, and how a model answers to them. */

import { imageBatch, type Labels, labelsAt } from "../data/dataset.js";
import { type Session, session } from "../engine/session.js";
import { random } from "../tensor/random.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Trained } from "./measure.js";
import { remembered } from "./remembered.js";

export interface Sample {
  /** Indices in the validation split, ascending. */
  readonly indices: Int32Array;
  /** [n, C, H, W]. */
  readonly images: Tensor;
  readonly labels: Labels;
}

/** At most `count` validation images of a seed, the same for all arms. */
export const sampleOf = remembered(
  ({ dataset, seed }: Trained, { count }: { count: number }): Sample => {
    const { images, labels } = dataset.validation;
    const order = random(seed).split("sample").permutation(images.count);
    const indices = order.subarray(0, Math.min(count, images.count)).sort();
    return {
      indices,
      images: imageBatch(images, indices),
      labels: labelsAt(labels, indices),
    };
  },
);

/** The trained model in inference mode. */
export const runOf = remembered(
  ({ model, threads }: Trained, _: Record<string, never>): Session => session(model, { threads }),
);

/** Share of images whose largest logit is the label's. */
export function accuracyAt(run: Session, images: Tensor, labels: ArrayLike<number>): number {
  const { correct } = run.losses(images, labels);
  return correct.reduce((sum, right) => sum + right, 0) / correct.length;
}

/** The smallest and largest value that a pixel may have. */
export const clipped = (x: number): number => Math.min(1, Math.max(0, x));
