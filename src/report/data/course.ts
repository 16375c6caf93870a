/** How training went. */

import { z } from "zod";
import { count, series } from "./base.js";

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
