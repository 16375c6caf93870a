/** What goes on inside the networks: their norms from near, their units, their training step by step. */

import { z } from "zod";
import { closeUpSchema } from "../../study/close-up.js";
import { bytes, count, series, value } from "./base.js";

/** The norms of one trained network of an arm. */
export const microscopeSchema = z.strictObject({
  arm: z.string(),
  seed: count,
  closeUps: z.array(closeUpSchema).min(1),
});
export type Microscope = z.output<typeof microscopeSchema>;

/** An image that excites a unit, and where it does. */
const excitingSchema = z.strictObject({
  image: count,
  shape: z.tuple([count, count, count]),
  pixels: bytes,
  /** [H, W], 1 where the unit is above its threshold. */
  mask: bytes,
});
export type Exciting = z.output<typeof excitingSchema>;

/** Lines per arm over a shared axis: the mean over seeds, and each seed. */
const linesSchema = z.array(
  z.strictObject({ arm: z.string(), mean: series, seeds: z.array(series) }),
);
export type ArmLines = z.output<typeof linesSchema>;

export const unitsSchema = z.strictObject({
  /** A unit detects a concept if their places overlap by more than this share of their union (IoU). */
  threshold: z.number(),
  /** Concepts, each with the mean number of units that detect it, over the seeds of each arm. */
  concepts: z.array(
    z.strictObject({
      concept: z.string(),
      arms: z.array(z.strictObject({ arm: z.string(), units: z.number() })),
    }),
  ),
  /** The units of one network of each arm that detect a concept best. */
  detectors: z.array(
    z.strictObject({
      arm: z.string(),
      seed: count,
      unit: count,
      concept: z.string(),
      iou: z.number(),
      images: z.array(excitingSchema),
    }),
  ),
  /** Accuracy over the share of units that are off, in random orders. */
  ablation: z.array(
    z.strictObject({ replaced: z.enum(["zero", "mean"]), share: series, arms: linesSchema }),
  ),
  /** Selectivity of the units that are alive, the most selective first, over the share of units. */
  selectivity: z.strictObject({ share: series, arms: linesSchema }).optional(),
});
export type Units = z.output<typeof unitsSchema>;

/** Activations at one moment of training: shares of values in equal bins from low to high. */
const ridgeSchema = z.strictObject({
  step: count,
  mean: value,
  deviation: value,
  low: z.number(),
  high: z.number(),
  shares: z.array(z.number()),
});
export type Ridge = z.output<typeof ridgeSchema>;

export const probesSchema = z.strictObject({
  /** Of one network of each arm, layer by layer. */
  activations: z.array(
    z.strictObject({
      layer: z.string(),
      arms: z.array(
        z.strictObject({
          arm: z.string(),
          seed: count,
          /** What reaches the ReLU, and what goes on behind it and a norm that follows it. */
          into: z.array(ridgeSchema),
          out: z.array(ridgeSchema),
        }),
      ),
    }),
  ),
  /** Around training's path, at moments of it: means over seeds. */
  landscape: z
    .strictObject({
      step: series,
      arms: z.array(
        z.strictObject({
          arm: z.string(),
          /** Loss, and its least and largest value along the gradient. */
          loss: series,
          low: series,
          high: series,
          predictiveness: series,
          smoothness: series,
        }),
      ),
    })
    .optional(),
});
export type Probes = z.output<typeof probesSchema>;
