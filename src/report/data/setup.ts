/** What was compared: data, network, arms, training. */

import { z } from "zod";
import { count, hex, text } from "./base.js";

/** A layer as a reader needs it: its kind and the numbers that matter, `{kind: "conv2d", filters: 32, kernel: "3×3"}`. */
const layerSchema = z.strictObject({
  kind: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type LayerFacts = z.output<typeof layerSchema>;

/** One box of the network's picture. */
const blockSchema = z.strictObject({
  id: z.string(),
  /** What stands here; more than one where arms differ. */
  layers: z.array(layerSchema).min(1),
  /** The output: "32×26×26". */
  shape: z.string(),
  parameters: count,
  /** The arms that have this block; all of them if absent. */
  only: z.array(z.string()).optional(),
  /** A second input that comes by a shortcut: the id of the block it leaves. */
  shortcut: z.string().optional(),
});
export type Block = z.output<typeof blockSchema>;

const armSchema = z.strictObject({
  name: z.string(),
  norm: z.string(),
  /** "batch normalisation after the activation". */
  title: text,
  baseline: z.boolean(),
  learningRate: z.number(),
  parameters: count,
});
export type ReportArm = z.output<typeof armSchema>;

const trainingSchema = z.strictObject({
  epochs: count,
  batchSize: count,
  optimiser: z.strictObject({
    name: z.string(),
    learningRate: z.number(),
    momentum: z.number().optional(),
    nesterov: z.boolean().optional(),
    weightDecay: z.number().optional(),
  }),
  /** Validation images explained per seed. */
  explained: count,
  /** What Batch Norm normalises with when models are measured; absent where no arm needs to know. */
  statistics: z.enum(["recalibrated", "moving"]).optional(),
});
export type TrainingFacts = z.output<typeof trainingSchema>;

export const setupSchema = z.strictObject({
  dataset: z.strictObject({
    name: z.string(),
    fingerprint: hex,
    classes: z.array(z.string()),
    shape: z.tuple([count, count, count]),
    train: count,
    validation: count,
  }),
  model: z.strictObject({ name: z.string(), title: text, blocks: z.array(blockSchema) }),
  arms: z.array(armSchema).min(1),
  seeds: z.array(count),
  training: trainingSchema,
});
