/** Gradients at noisy copies of the images: what SmoothGrad and VarGrad are made of. */

import type { Session } from "../engine/session.js";
import { fail } from "../tensor/errors.js";
import { slice, type Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";
import { imageStreams } from "./draws.js";
import type { ExplainOptions, Found, Progress } from "./explanation.js";
import { pointGradients } from "./points.js";
import { choose, top } from "./target.js";

export interface NoisyGradientsOptions extends ExplainOptions {
  /** Noisy copies of each image; defaults to 32. */
  readonly samples?: number;
  /** Standard deviation of the noise as a share of the image's range max − min; defaults to 0.15. */
  readonly noise?: number;
}

/** Largest minus smallest number of an image. */
function range(data: ArrayLike<number>): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++)
    [low, high] = [Math.min(low, data[i]), Math.max(high, data[i])];
  return high - low;
}

/** Mean and biased variance of ∂f/∂x over the noisy copies, per element; `pick` says which becomes the map. */
export function* noisyGradients(
  method: string,
  session: Session,
  images: Tensor,
  { target = top, random, samples = 32, noise = 0.15 }: NoisyGradientsOptions,
  pick: "mean" | "variance",
): Generator<Progress, Found> {
  if (!Number.isInteger(samples) || samples < 1)
    fail("option", `${method}: got ${samples} samples, expected a whole number from 1`);
  if (!(noise >= 0) || noise === Number.POSITIVE_INFINITY)
    fail("option", `${method}: got noise ${noise}, expected a number from 0`);
  const logits = session.forward(images);
  const chosen = choose(target, logits);
  const streams = imageStreams(method, images, random);
  const mean = new Float64Array(images.data.length);
  const squares = new Float64Array(images.data.length); // Σ (g − mean)², updated as Welford does
  const deviations = streams.map((_, i) => noise * range(slice(images, i, i + 1).data));
  yield* pointGradients(session, images, chosen, {
    count: samples,
    write(_, copy) {
      for (const [i, stream] of streams.entries()) {
        const { data } = slice(images, i, i + 1);
        const noisy = slice(copy, i, i + 1).data;
        for (let p = 0; p < data.length; p++) noisy[p] = data[p] + deviations[i] * stream.normal();
      }
    },
    read(k, gradient) {
      for (let i = 0; i < mean.length; i++) {
        const from = gradient[i] - mean[i];
        mean[i] += from / (k + 1);
        squares[i] += from * (gradient[i] - mean[i]);
      }
    },
  });
  const values = zeros(images);
  for (let i = 0; i < mean.length; i++)
    values.data[i] = pick === "mean" ? mean[i] : squares[i] / samples;
  return { values, logits, chosen, settings: { samples, noise } };
}
