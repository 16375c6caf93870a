/** Gradients at many points for every image: what path and noise methods are made of. */

import type { Session } from "../engine/session.js";
import { type Numbers, slice, type Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";
import type { Progress } from "./explanation.js";
import { targetGradient } from "./gradient.js";
import { again, type Chosen } from "./target.js";

export interface Points {
  /** Points per image. */
  readonly count: number;
  /** Writes the points number k of all images, in order. */
  write(k: number, points: Tensor): void;
  /** Is given the gradients there, in order. */
  read(k: number, gradient: Numbers): void;
}

/** Asks for the gradients at all points. Where there are more threads than images, several points go in one call, as
 *  many as give every thread an image; not with statistics of the batch, which is the images themselves. */
export function* pointGradients(
  session: Session,
  images: Tensor,
  chosen: Chosen,
  { count, write, read }: Points,
): Generator<Progress, void> {
  const [n, ...shape] = images.shape;
  const inner = images.data.length;
  const together = session.stats === "running" ? Math.ceil(session.crew.threads / n) : 1;
  const points = zeros(images, [together * n, ...shape]);
  const target = again(timesOver(chosen, together));
  for (let from = 0; from < count; from += together) {
    const g = Math.min(together, count - from);
    for (let j = 0; j < g; j++) write(from + j, slice(points, j * n, (j + 1) * n));
    const { gradient } = targetGradient(session, slice(points, 0, g * n), target);
    for (let j = 0; j < g; j++) read(from + j, gradient.data.subarray(j * inner, (j + 1) * inner));
    yield { done: from + g, of: count };
  }
}

/** The same choice for the images again and again. */
function timesOver({ target, against }: Chosen, times: number): Chosen {
  const over = (labels: Int32Array) =>
    Int32Array.from({ length: times * labels.length }, (_, i) => labels[i % labels.length]);
  return { target: over(target), ...(against && { against: over(against) }) };
}
