/** Explanations of images that barely differ: x + δ with every element of δ uniform in [−r, r], the same for every model
 *  of a seed, explained for the same class. Only neighbours that the model still predicts alike count: where the
 *  prediction changes, another map is no fault. */

import { type Random, type Tensor, tensor } from "../../tensor/index.js";
import type { ExplainerContext } from "../context.js";
import { type Groundwork, timesCost } from "../measure.js";

export type NeighbourOptions = {
  readonly radius: number;
  readonly draws: number;
};

/** One neighbour of every image. */
export interface Neighbour {
  readonly images: Tensor;
  readonly maps: readonly Float64Array[];
  /** [n, K]. */
  readonly logits: Tensor;
  /** Whether the model predicts the explained class there. */
  readonly isAlike: readonly boolean[];
}

/** The images, each element moved by noise from its image's own stream. */
export function moved(
  { images, each }: Pick<ExplainerContext, "images" | "each">,
  name: string,
  noise: (stream: Random, image: number) => number,
): Tensor {
  const inner = images.data.length / each.length;
  const data = Float32Array.from(images.data);
  each.forEach(({ stream }, i) => {
    const own = stream(name);
    for (let at = i * inner; at < (i + 1) * inner; at++) data[at] += noise(own, i);
  });
  return tensor(images.shape, data);
}

export const neighbours: Groundwork<ExplainerContext, NeighbourOptions, readonly Neighbour[]> = {
  reads: ["radius", "draws"],
  cost: ({ draws }, { explained, explanation }) => timesCost(draws * explained, explanation),
  make: (context, { radius, draws }) =>
    Array.from({ length: draws }, (_, draw) => {
      const images = moved(context, `neighbour ${draw}`, (own) => own.uniform(-radius, radius));
      const { maps, logits, predicted } = context.explain(images);
      const isAlike = [...predicted].map((label, i) => label === context.targets[i]);
      return { images, maps, logits, isAlike };
    }),
};

/** For every image what a formula makes of each neighbour that counts; empty if none does. */
export const overNeighbours = (
  { maps }: ExplainerContext,
  found: readonly Neighbour[],
  formula: (neighbour: Neighbour, i: number) => number | undefined,
): number[][] =>
  maps.map((_, i) =>
    found
      .filter(({ isAlike }) => isAlike[i])
      .map((neighbour) => formula(neighbour, i))
      .filter((value) => value !== undefined),
  );

/** The largest of a list; null if it is empty. */
export const largest = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.max(...values);

/** Row i of a batch. */
export const row = ({ shape, data }: Tensor, i: number): Tensor["data"] =>
  data.subarray((i * data.length) / shape[0], ((i + 1) * data.length) / shape[0]);
