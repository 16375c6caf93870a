/** How units respond to validation images: what all measures of units but dissection read, made in one forward pass. */

import type { Labels } from "../../data/dataset.js";
import { session } from "../../engine/session.js";
import { slice, type Tensor } from "../../tensor/tensor.js";
import type { Trained } from "../measure.js";
import { remembered } from "../remembered.js";
import { sampleOf } from "../sample.js";
import { lastRelu, trunk } from "./tap.js";

export interface Responses {
  readonly units: number;
  readonly labels: Labels;
  /** [images][units]: means over space. */
  readonly means: Float64Array;
  /** Per unit, over all images and positions. */
  readonly maxima: Float64Array;
}

/** Images per forward pass: bounds memory, and changes no bit of the result. */
export const BATCH = 32;

/** Calls `work` with the values [n, units, …] of a network's output for a few images after the other. */
export function inBatches(
  run: { forward(x: Tensor): Tensor },
  images: Tensor,
  work: (values: Tensor, from: number) => void,
): void {
  const count = images.shape[0];
  for (let from = 0; from < count; from += BATCH)
    work(run.forward(slice(images, from, Math.min(from + BATCH, count))), from);
}

/** Adds the activations [n, units, …] of the images from `from` on. */
export function addResponses(
  { units, means, maxima }: Responses,
  values: Tensor,
  from: number,
): void {
  const [n] = values.shape;
  const positions = values.data.length / (n * units);
  for (let i = 0, at = 0; i < n; i++)
    for (let unit = 0; unit < units; unit++) {
      let sum = 0;
      let largest = maxima[unit];
      for (const end = at + positions; at < end; at++) {
        const a = values.data[at];
        sum += a;
        if (a > largest) largest = a;
      }
      means[(from + i) * units + unit] = sum / positions;
      maxima[unit] = largest;
    }
}

/** The responses to at most `images` validation images; undefined for a network without ReLU. */
export const responsesOf = remembered(
  (trained: Trained, { images }: { images: number }): Responses | undefined => {
    const tap = lastRelu(trained.model);
    if (tap === undefined) return undefined;
    const sample = sampleOf(trained, { count: images });
    let responses: Responses | undefined;
    const run = session(trunk(trained.model, tap), { threads: trained.threads });
    inBatches(run, sample.images, (values, from) => {
      const units = values.shape[1];
      responses ??= {
        units,
        labels: sample.labels,
        means: new Float64Array(sample.labels.length * units),
        maxima: new Float64Array(units).fill(-Infinity),
      };
      addResponses(responses, values, from);
    });
    return responses;
  },
);

/** A unit is dead if it never exceeds this. */
export const ALIVE = 1e-6;

/** The units that are alive. */
export const aliveUnits = ({ maxima }: Responses): number[] =>
  [...maxima.keys()].filter((unit) => maxima[unit] > ALIVE);
