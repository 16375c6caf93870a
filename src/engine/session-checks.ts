/** What a session refuses. */

import type { Model } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import { firstNonFinite, sameShape, showShape, size, type Tensor } from "../tensor/tensor.js";

/** Number of images; refuses another shape and numbers that are not finite. */
export function checkImages(model: Model, x: Tensor): number {
  const [n, ...shape] = x.shape;
  if (!sameShape(shape, model.inputShape) || n === 0)
    fail(
      "shape",
      `session: got images ${showShape(x.shape)}, expected [n,${model.inputShape.join(",")}] with n ≥ 1`,
    );
  const bad = firstNonFinite(x.data);
  if (bad >= 0)
    fail(
      "data",
      `session: image ${Math.floor(bad / size(shape))} holds ${x.data[bad]} at element ${bad % size(shape)}, expected finite numbers`,
    );
  return n;
}

export function checkIds({ nodes }: Model, ids: readonly string[]): void {
  for (const id of ids)
    if (!nodes.some((node) => node.id === id))
      fail(
        "option",
        `session: got node "${id}", expected one of ${nodes.map((node) => node.id).join(", ")}`,
      );
}

export function checkSeeds(seeds: Tensor, shape: readonly number[]): void {
  if (!sameShape(seeds.shape, shape))
    fail("shape", `session: got a seed ${showShape(seeds.shape)}, expected ${showShape(shape)}`);
}

/** The label of image i, out of K classes. */
export function checkedLabel(labels: ArrayLike<number>, i: number, K: number): number {
  const label = labels[i];
  if (!(Number.isInteger(label) && label >= 0 && label < K))
    fail(
      "data",
      `session: label of image ${i} is ${label}, expected an integer from 0 to ${K - 1}`,
    );
  return label;
}
