/** An explanation as a value, and what every explainer needs: targets, seeds of the backward pass, channels. */

import type { Session } from "../engine/session.js";
import type { Random } from "../tensor/random.js";
import { size, type Tensor, tensor } from "../tensor/tensor.js";

/** What the numbers of a map mean.
 *  - `sensitivity`: how fast the logit changes with the pixel; signs say in which direction.
 *  - `attribution`: the share of the logit that the pixel accounts for; shares add up to a difference of logits.
 *  - `control`: no explanation at all; what a score must beat. */
export type Kind = "sensitivity" | "attribution" | "control";

/** How the channels of a pixel become one number.
 *  - `sum`: keeps sums, hence completeness.
 *  - `strongest`: the channel of largest magnitude, with its sign (Simonyan et al. 2013 take its magnitude). */
export type ChannelReduction = "sum" | "strongest";

/** The explanations of a batch. */
export interface Explanation {
  /** [n, C, H, W], signed. */
  readonly values: Tensor;
  /** The class explained, per image. */
  readonly target: Int32Array;
  /** [n, K]: the logits at the images. */
  readonly logits: Tensor;
  readonly method: string;
  readonly kind: Kind;
  /** Integrated gradients: Σ values − (f(x) − f(baseline)) per image, which would be 0 if the integral were exact. */
  readonly completenessGap?: Float64Array;
}

/** Which class to explain, from the logits [n, K] of the images number from … from + n − 1 of a batch. */
export type Target = (logits: Tensor, from?: number) => Int32Array;

/** The predicted class: the first largest logit. */
export const top: Target = ({ shape: [n, K], data }) =>
  Int32Array.from({ length: n }, (_, i) => {
    let best = 0;
    for (let k = 1; k < K; k++) if (data[i * K + k] > data[i * K + best]) best = k;
    return best;
  });

/** The same class for all images. */
export const only =
  (label: number): Target =>
  ({ shape: [n] }) =>
    new Int32Array(n).fill(label);

/** A given class for each image. */
export const classes =
  (labels: ArrayLike<number>): Target =>
  ({ shape: [n] }, from = 0) =>
    Int32Array.from({ length: n }, (_, i) => labels[from + i]);

export interface ExplainOptions {
  /** Class to explain; the predicted one by default. */
  readonly target?: Target;
  /** Stream of the random control. */
  readonly random?: Random;
}

/** One method: metadata and one function. It explains a batch and changes nothing. */
export interface Explainer {
  readonly title: string;
  readonly kind: Kind;
  readonly reduction: ChannelReduction;
  readonly reference: string;
  explain(session: Session, images: Tensor, options?: ExplainOptions): Explanation;
}

/** Zeros of the same number type. */
export const zeros = (like: Tensor, shape = like.shape): Tensor =>
  tensor(
    shape,
    like.data instanceof Float64Array
      ? new Float64Array(size(shape))
      : new Float32Array(size(shape)),
  );

/** 1 at each image's target, 0 elsewhere: the seed whose backward pass is the gradient of that logit. */
export function oneHot(logits: Tensor, target: ArrayLike<number>): Tensor {
  const seed = zeros(logits);
  for (let i = 0; i < logits.shape[0]; i++) seed.data[i * logits.shape[1] + target[i]] = 1;
  return seed;
}

/** ∂ logit[target] / ∂ x for a batch, with the logits and the targets it was asked for. */
export function targetGradient(
  session: Session,
  images: Tensor,
  choose: Target,
): { logits: Tensor; gradient: Tensor; target: Int32Array } {
  // The session may cut the batch, so the seed is made for a part at a time, in order.
  const target = new Int32Array(images.shape[0]);
  let from = 0;
  const { logits, gradient } = session.inputGradient(images, (part) => {
    const chosen = choose(part, from);
    target.set(chosen, from);
    from += chosen.length;
    return oneHot(part, chosen);
  });
  return { logits, gradient, target };
}

/** One number per pixel from [n, C, H, W]: n maps of H·W. */
export function reduceChannels(values: Tensor, reduction: ChannelReduction): Float64Array[] {
  const [n, C, H, W] = values.shape;
  const pixels = H * W;
  return Array.from({ length: n }, (_, i) => {
    const map = new Float64Array(pixels);
    for (let c = 0; c < C; c++)
      for (let p = 0; p < pixels; p++) {
        const value = values.data[(i * C + c) * pixels + p];
        if (reduction === "sum") map[p] += value;
        else if (Math.abs(value) > Math.abs(map[p])) map[p] = value;
      }
    return map;
  });
}
