/** What is explained, as a small function of the logits: one class, or the difference of two. */

import { fail } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";

/** A class for each image, from the logits [n, K] of the images number from … from + n − 1 of a batch. */
export type ClassTarget = (logits: Tensor, from?: number) => Int32Array;

/** Logit of `target` minus logit of `against`: why this class and not that one. */
export interface Difference {
  readonly target: ClassTarget;
  readonly against: ClassTarget;
}

export type Target = ClassTarget | Difference;

/** The classes that a target chose, one per image. */
export interface Chosen {
  readonly target: Int32Array;
  readonly against?: Int32Array;
}

/** Class of rank `rank` per image; among equal logits the first class comes first. */
const ranked =
  (rank: number): ClassTarget =>
  ({ shape: [n, K], data }) =>
    Int32Array.from({ length: n }, (_, i) => {
      const row = data.subarray(i * K, (i + 1) * K);
      const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a] || a - b);
      return order[Math.min(rank, K - 1)];
    });

/** The predicted class: the first largest logit. */
export const top: ClassTarget = ranked(0);

/** The class that came second. */
export const runnerUp: ClassTarget = ranked(1);

/** The same class for all images. */
export const only =
  (label: number): ClassTarget =>
  ({ shape: [n] }) =>
    new Int32Array(n).fill(label);

/** A given class for each image. */
export const classes =
  (labels: ArrayLike<number>): ClassTarget =>
  ({ shape: [n] }, from = 0) =>
    Int32Array.from({ length: n }, (_, i) => labels[from + i]);

/** f = logit of `target` − logit of `against`. */
export const difference = (target: ClassTarget, against: ClassTarget): Difference => ({
  target,
  against,
});

/** Asks a target for its classes; refuses classes that the model does not have. */
export function choose(target: Target, logits: Tensor, from = 0): Chosen {
  const [, K] = logits.shape;
  const checked = (found: Int32Array): Int32Array => {
    const wrong = found.findIndex((label) => label < 0 || label >= K);
    if (wrong >= 0)
      fail(
        "option",
        `target: got class ${found[wrong]} for image ${from + wrong}, expected 0 to ${K - 1}`,
      );
    return found;
  };
  if (typeof target === "function") return { target: checked(target(logits, from)) };
  return {
    target: checked(target.target(logits, from)),
    against: checked(target.against(logits, from)),
  };
}

/** The target that chooses what was chosen before. */
export const again = ({ target, against }: Chosen): Target =>
  against ? difference(classes(target), classes(against)) : classes(target);

/** ∂f/∂logits: 1 at each image's target, −1 at what it is set against, 0 elsewhere. */
export function seedOf(logits: Tensor, { target, against }: Chosen): Tensor {
  const [n, K] = logits.shape;
  const seed = zeros(logits);
  for (let i = 0; i < n; i++) {
    seed.data[i * K + target[i]] += 1;
    if (against) seed.data[i * K + against[i]] -= 1;
  }
  return seed;
}

/** f per image. */
export function scoreOf(
  { shape: [n, K], data }: Tensor,
  { target, against }: Chosen,
): Float64Array {
  return Float64Array.from(
    { length: n },
    (_, i) => data[i * K + target[i]] - (against ? data[i * K + against[i]] : 0),
  );
}

/** The choice for image i alone, repeated for `count` variants of it. */
export const repeated = ({ target, against }: Chosen, i: number, count: number): Chosen => ({
  target: new Int32Array(count).fill(target[i]),
  ...(against && { against: new Int32Array(count).fill(against[i]) }),
});
