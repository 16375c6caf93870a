/** How training went. */

import { z } from "zod";
import { count, series, value } from "./base.js";

/** One quantity over epochs: per arm a mean line and a line per seed, in the order of `seeds`. */
export const curveSchema = z.strictObject({
  quantity: z.enum(["loss", "accuracy"]),
  split: z.enum(["train", "validation"]),
  arms: z.array(z.strictObject({ arm: z.string(), mean: series, seeds: z.array(series) })),
});
export type Curve = z.output<typeof curveSchema>;

/** Loss over steps, in blocks of `every` steps, one line per trial. */
export const stepsSchema = z.strictObject({
  every: z.int().positive(),
  trials: z.array(z.strictObject({ arm: z.string(), seed: count, loss: series })),
});

/** A setting of one arm that was chosen by accuracy on held-out training images. */
export const tuningSchema = z.strictObject({
  arm: z.string(),
  setting: z.enum(["learningRate", "weightDecay"]),
  /** Ascending; without an accuracy where some network diverged. */
  tried: z.array(z.strictObject({ value: z.number(), accuracy: value })),
  chosen: z.number(),
  /** Nothing beyond the best was tried. */
  atEdge: z.boolean(),
});
export type Tuning = z.output<typeof tuningSchema>;
