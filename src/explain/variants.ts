/** Scores of many variants of one image, in batches of bounded size: what perturbation methods are made of. */

import type { Session } from "../engine/session.js";
import { slice, type Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";
import type { Progress } from "./explanation.js";

/** Variants per call of the session. */
const BATCH = 64;

type Written = { [index: number]: number };

export interface Variants {
  /** The image, [1, C, H, W]. */
  readonly image: Tensor;
  readonly count: number;
  /** Makes variant k of the image, whose copy it is given. */
  write(k: number, copy: Written): void;
  /** What counts of the logits of some variants, one number each. */
  score(logits: Tensor): Float64Array;
}

/** The score of every variant, in order; stops after every batch. */
export function* variantScores(
  session: Session,
  { image, count, write, score }: Variants,
): Generator<number, Float64Array> {
  const scores = new Float64Array(count);
  const size = Math.min(BATCH, count);
  const batch = zeros(image, [size, ...image.shape.slice(1)]);
  const inner = image.data.length;
  for (let from = 0; from < count; from += size) {
    const n = Math.min(size, count - from);
    for (let j = 0; j < n; j++) {
      batch.data.set(image.data, j * inner);
      write(from + j, batch.data.subarray(j * inner, (j + 1) * inner));
    }
    scores.set(score(session.forward(slice(batch, 0, n))), from);
    yield from + n;
  }
  return scores;
}

/** Does the work for one image after the other, with progress over all of them. */
export function* perImage(
  images: Tensor,
  variants: number,
  work: (image: Tensor, i: number, into: Written) => Generator<number, void>,
): Generator<Progress, Tensor> {
  const [n, , H, W] = images.shape;
  const values = zeros(images, [n, 1, H, W]);
  for (let i = 0; i < n; i++) {
    const parts = work(slice(images, i, i + 1), i, slice(values, i, i + 1).data);
    for (let part = parts.next(); !part.done; part = parts.next())
      yield { done: i * variants + part.value, of: n * variants };
  }
  return values;
}
