/** Everything the report page gets, as one JSON document: numbers already computed, words already chosen.
 *  The page reads it as hostile input; whatever it holds is shown as text. */

import { z } from "zod";

export const REPORT_FORMAT = "normlens-report";
/** Goes up with every change that an older page could not show. */
export const REPORT_VERSION = 1;

const count = z.int().nonnegative();
const value = z.number().nullable();
const series = z.array(value);
const interval = z.tuple([z.number(), z.number()]);
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const verdict = z.enum(["supported", "refuted", "inconclusive"]);
/** Bytes in base64. */
const bytes = z.base64();

/** One box of the network's picture. */
const blockSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  /** "conv 3×3, 32 filters". */
  label: z.string(),
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
  /** "batch normalisation after the activation". */
  title: z.string(),
  baseline: z.boolean(),
  learningRate: z.number(),
  parameters: count,
});
export type ReportArm = z.output<typeof armSchema>;

const setupSchema = z.strictObject({
  dataset: z.strictObject({
    name: z.string(),
    fingerprint: hex,
    classes: z.array(z.string()),
    shape: z.tuple([count, count, count]),
    train: count,
    validation: count,
  }),
  model: z.strictObject({ name: z.string(), title: z.string(), blocks: z.array(blockSchema) }),
  arms: z.array(armSchema).min(1),
  seeds: z.array(count),
  /** Rows of a table: what was set, and to what. */
  training: z.array(z.tuple([z.string(), z.string()])),
});

const measureSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  question: z.string(),
  family: z.string(),
  unit: z.string(),
  better: z.enum(["higher", "lower", "neither"]),
  reference: z.string(),
});
export type ReportMeasure = z.output<typeof measureSchema>;

const contrastSchema = z.strictObject({
  measure: z.string(),
  arm: z.string(),
  baseline: z.string(),
  /** `ratio`: differences and interval are of log₂ values. */
  scale: z.enum(["difference", "ratio"]),
  pairs: z.array(
    z.strictObject({
      seed: count,
      arm: z.number(),
      baseline: z.number(),
      difference: z.number(),
    }),
  ),
  armMean: value,
  baselineMean: value,
  difference: value,
  interval: interval.nullable(),
  /** Difference and interval in standard deviations of the difference between pairs. */
  standardised: z.strictObject({ value: z.number(), interval: interval.nullable() }).nullable(),
  superiority: value,
  pValue: value,
  holmP: value,
  fewSeeds: z.boolean(),
  /** What the interval says about the arm: `better` or `worse` where the measure has a direction, `higher` or
   *  `lower` where it has none, `unclear` if it holds 0 or cannot be trusted. */
  reading: z.enum(["better", "worse", "higher", "lower", "unclear"]),
});
export type ReportContrast = z.output<typeof contrastSchema>;

const claimSchema = z.strictObject({
  claim: z.string(),
  title: z.string(),
  source: z.string(),
  arm: z.string(),
  verdict,
  sentence: z.string(),
  evidence: z.array(
    z.strictObject({
      measure: z.string(),
      primary: z.boolean(),
      expected: z.enum(["higher", "lower"]),
      verdict,
      sentence: z.string(),
    }),
  ),
});
export type ReportClaim = z.output<typeof claimSchema>;
export type Verdict = z.output<typeof verdict>;

/** One quantity over epochs: per arm a mean line and a line per seed, in the order of `seeds`. */
const curveSchema = z.strictObject({
  quantity: z.enum(["loss", "accuracy"]),
  split: z.enum(["train", "validation"]),
  arms: z.array(z.strictObject({ arm: z.string(), mean: series, seeds: z.array(series) })),
});
export type Curve = z.output<typeof curveSchema>;

/** Loss over steps, in blocks of `every` steps, one line per trial. */
const stepsSchema = z.strictObject({
  every: z.int().positive(),
  trials: z.array(z.strictObject({ arm: z.string(), seed: count, loss: series })),
});

const pictureSchema = z.strictObject({
  /** Index in the validation split. */
  image: count,
  label: z.string(),
  shape: z.tuple([count, count, count]),
  /** [C, H, W], one byte each. */
  pixels: bytes,
  /** [H, W], 1 on the object. */
  mask: bytes.optional(),
});
export type ReportPicture = z.output<typeof pictureSchema>;

const mapSchema = z.strictObject({
  arm: z.string(),
  seed: count,
  image: count,
  method: z.string(),
  prediction: z.string(),
  correct: z.boolean(),
  shape: z.tuple([count, count]),
  peak: z.number(),
  /** Signed bytes: byte/127·peak is the attribution. */
  values: bytes,
});
export type ReportMap = z.output<typeof mapSchema>;

const methodSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** How it is drawn: magnitudes from nought up, or both signs about nought. */
  scale: z.enum(["sequential", "diverging"]),
});
export type Method = z.output<typeof methodSchema>;

const repeatSchema = z.strictObject({
  command: z.string(),
  library: z.string(),
  /** The whole design as JSON, for what a command line cannot say. */
  config: z.string(),
  trials: z.array(
    z.strictObject({
      arm: z.string(),
      seed: count,
      hash: hex,
      weights: hex,
      steps: count,
      trainSeconds: value,
      measureSeconds: value,
    }),
  ),
});

export const reportSchema = z.strictObject({
  format: z.literal(REPORT_FORMAT),
  version: z.literal(REPORT_VERSION),
  question: z.string(),
  answer: z.strictObject({
    sentences: z.array(z.string()),
    /** What a reader should hold against the answer. */
    cautions: z.array(z.string()),
  }),
  setup: setupSchema,
  claims: z.array(claimSchema),
  measures: z.array(measureSchema),
  contrasts: z.array(contrastSchema),
  curves: z.array(curveSchema),
  steps: stepsSchema,
  methods: z.array(methodSchema),
  pictures: z.array(pictureSchema),
  maps: z.array(mapSchema),
  repeat: repeatSchema,
});
export type ReportData = z.output<typeof reportSchema>;
