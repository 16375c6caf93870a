/** The design of a study as a user writes it, with its defaults. What the schema cannot know is checked in `plan.ts`. */

import { z } from "zod";
import { arithmetics } from "../kernels/arithmetic.js";
import { armFields, namedArm } from "./arms.js";

const ownArm = z.strictObject({ name: z.string().min(1).max(100), ...armFields });

/** One level of the factor under study: a name of the table of arms, or a whole arm of the user's own. */
const armSchema = z
  .union([
    z
      .string()
      .min(1)
      .max(100)
      .transform((name) => namedArm(name)),
    ownArm,
  ])
  .pipe(ownArm);

const option = z.union([z.string(), z.number(), z.boolean()]);

/** Which images: a named dataset, where its files lie, and how many of them. */
const datasetSchema = z.strictObject({
  name: z.string().min(1).default("glyphs"),
  /** Folder with the dataset's files. Not part of a trial's identity: the data fingerprint is. */
  dataDir: z.string().min(1).optional(),
  /** Number of training images; all of them by default. */
  train: z.int().positive().optional(),
  /** Number of validation images; all of them by default. */
  validation: z.int().positive().optional(),
  /** Options of a generated dataset, such as size (pixels), channels, difficulty. */
  options: z.record(z.string(), option).default({}),
});

const optimiserSchema = z.strictObject({
  name: z.enum(["adam", "adamw", "sgd"]).default("adam"),
  learningRate: z.number().positive().default(0.001),
  /** SGD only: fraction of the last update kept; defaults to 0. */
  momentum: z.number().min(0).lt(1).optional(),
  nesterov: z.boolean().optional(),
  weightDecay: z.number().min(0).optional(),
});

/** How settings are tuned: every arm on the same grid, with the same seeds and epochs. The models are trained on five
 *  sixths of the training images and compared by their accuracy on the rest, so that no validation image has a say. */
const tuningSchema = z.strictObject({
  rates: z
    .array(z.number().positive())
    .min(2)
    .max(100)
    .default([0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03]),
  decays: z.array(z.number().min(0)).min(2).max(100).default([0.01, 0.1, 1]),
  /** Seeds per setting, none of them one of the study's. */
  seeds: z.int().positive().max(1000).default(2),
});

/** When models are compared.
 *  - `epochs`: after equally many epochs.
 *  - `accuracy`: after the first epoch that reaches a*, the lowest final validation accuracy among the arms of a seed.
 *  - `loss`: after the first epoch that reaches l*, the highest final training loss among them. */
export const checkpointRules = ["epochs", "accuracy", "loss"] as const;
export type CheckpointRule = (typeof checkpointRules)[number];

/** Which learning rate an arm trains with.
 *  - `shared`: the study's, in every arm; what the norm does when nothing else differs.
 *  - `tuned`: each arm's own best; what the norm does as it is used. */
export const rateRules = ["shared", "tuned"] as const;
export type RateRule = (typeof rateRules)[number];

/** The design of a study. `studyConfig.parse({})` is the default study. */
export const studyConfig = z.strictObject({
  dataset: datasetSchema.prefault({}),
  /** A network of the zoo. */
  model: z
    .strictObject({
      name: z.string().min(1).default("seed"),
      /** Number of blocks or hidden layers, for the networks that have a choice. */
      depth: z.int().positive().max(64).optional(),
    })
    .prefault({}),
  arms: z.array(armSchema).min(1).max(100).prefault(["none", "batch"]),
  /** The arm the others are compared with; the first one by default. */
  baseline: z.string().optional(),
  /** Seeds of the paired trials: a list, or a number n meaning 0 … n − 1. */
  seeds: z
    .union([
      z
        .int()
        .positive()
        .max(10_000)
        .transform((n) => Array.from({ length: n }, (_, i) => i)),
      z.array(z.int().nonnegative()).min(1).max(10_000),
    ])
    .prefault(10),
  epochs: z.int().positive().max(1_000_000).default(10),
  batchSize: z.int().min(2).max(1_000_000).default(32),
  optimiser: optimiserSchema.prefault({}),
  /** Under which learning rates the arms are compared; the first one is what the report shows first. */
  rates: z.array(z.enum(rateRules)).min(1).max(2).default(["shared"]),
  tuning: tuningSchema.prefault({}),
  /** At which moments the models are compared; the first one is what the report shows first. */
  checkpoints: z.array(z.enum(checkpointRules)).min(1).max(3).default(["epochs"]),
  /** Of training: "exact" gives the same bits everywhere, "fused" is faster. Measures are always taken exactly. */
  arithmetic: z.enum(arithmetics).default("exact"),
  /** What Batch Norm normalises with when the trained model is measured. `recalibrated`: mean and variance over all
   *  training images, taken once after training. `moving`: the average that training leaves behind, which in short
   *  runs still remembers earlier weights, so that the arms would differ by more than the norm. */
  statistics: z.enum(["recalibrated", "moving"]).default("recalibrated"),
  /** Measures by name, or by key with explainer and settings; all of the table by default. */
  measures: z.array(z.string()).max(1000).optional(),
  /** Whose maps are scored by the measures of maps that do not name an explainer themselves. */
  explainers: z.array(z.string()).min(1).max(100).prefault(["saliency", "integratedGradients"]),
  /** Settings of single measures that differ from their defaults. */
  measureOptions: z.record(z.string(), z.record(z.string(), option)).default({}),
  /** Validation images on which explanations are scored, drawn anew for every seed. */
  explained: z.int().positive().default(100),
  /** Validation images whose maps are kept for the report, the same in every trial. */
  pictured: z.int().nonnegative().default(8),
});
export type StudyConfig = z.output<typeof studyConfig>;
export type StudyConfigInput = z.input<typeof studyConfig>;
export type Arm = StudyConfig["arms"][number];
