/** What was found: measures, contrasts, claims, and which of them make the answer. */

import { z } from "zod";
import { count, interval, text, value } from "./base.js";

const verdict = z.enum(["supported", "refuted", "negligible", "inconclusive"]);
export type Verdict = z.output<typeof verdict>;
const better = z.enum(["higher", "lower", "neither"]);
export type Better = z.output<typeof better>;
const reading = z.enum(["better", "worse", "higher", "lower", "unclear"]);
export type Reading = z.output<typeof reading>;

export const measureSchema = z.strictObject({
  name: z.string(),
  title: text,
  question: text,
  family: z.string(),
  unit: z.string(),
  better,
  reference: z.string(),
  /** The exact settings it was taken with. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type ReportMeasure = z.output<typeof measureSchema>;

export const contrastSchema = z.strictObject({
  measure: z.string(),
  arm: z.string(),
  /** An arm; empty if a number stands in its place. */
  baseline: z.string(),
  /** The baseline's measure, if it is another. */
  against: z.string().optional(),
  /** The number that stands in the baseline's place. */
  value: z.number().optional(),
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
  /** Corrected over all that do not decide; null for those that do. */
  fdrP: value,
  fewSeeds: z.boolean(),
  /** What the interval says about the arm: `better` or `worse` where the measure has a direction, `higher` or
   *  `lower` where it has none, `unclear` if it holds 0 or cannot be trusted. */
  reading,
});
export type ReportContrast = z.output<typeof contrastSchema>;

const adjustedSchema = z.strictObject({
  adjusted: z.number(),
  interval,
  slope: z.number(),
  /** One arm was the more accurate in every pair, so the line is drawn beyond what was seen. */
  extrapolated: z.boolean(),
});
export type ReportAdjusted = z.output<typeof adjustedSchema>;

const evidenceSchema = z.strictObject({
  measure: z.string(),
  primary: z.boolean(),
  expected: z.enum(["higher", "lower", "equal"]),
  verdict,
  /** Why nothing is decided; null if something is. */
  undecided: z
    .enum(["notMeasured", "fewSeeds", "holdsNone", "notSignificant", "tooWide"])
    .nullable(),
  /** What is smaller is not worth speaking of, in the contrast's own scale. */
  margin: z.number().optional(),
  /** The size that was published: a difference, or a factor where arms are compared by ratios. */
  published: z
    .strictObject({
      effect: z.number(),
      where: z.string(),
      approximate: z.literal(true).optional(),
    })
    .optional(),
  /** Null if the design has no such arm or measure. */
  contrast: contrastSchema.nullable(),
  /** p of "the difference reaches the margin", corrected. */
  equivalenceP: value,
  /** What is left of the difference at equal validation accuracy, by a straight line through the pairs. */
  atEqualAccuracy: adjustedSchema.nullable(),
});
export type ReportEvidence = z.output<typeof evidenceSchema>;

export const claimSchema = z.strictObject({
  claim: z.string(),
  title: text,
  source: z.string(),
  arm: z.string(),
  verdict,
  evidence: z.array(evidenceSchema),
});
export type ReportClaim = z.output<typeof claimSchema>;

/** One question answered in every way that could be defended, by ascending difference. */
export const specificationsSchema = z.strictObject({
  /** A measure's name, without explainer and settings. */
  measure: z.string(),
  arm: z.string(),
  baseline: z.string(),
  expected: z.enum(["higher", "lower"]),
  specifications: z.array(
    z.strictObject({
      /** With explainer and settings. */
      measure: z.string(),
      condition: z.strictObject({ rates: z.string(), checkpoint: z.string() }),
      scale: z.enum(["difference", "ratio"]),
      difference: z.number(),
      interval: interval.nullable(),
      pValue: value,
      pairs: count,
    }),
  ),
  median: z.number(),
  shareExpected: z.number(),
  shareSignificant: z.number(),
  shareAgainst: z.number(),
  jointP: value,
});
export type ReportSpecifications = z.output<typeof specificationsSchema>;

/** A contrast that the answer tells of, and the claim it decides. */
const findingSchema = z.strictObject({
  measure: z.string(),
  arm: z.string(),
  claim: z.string().optional(),
});
export type Finding = z.output<typeof findingSchema>;

/** What a reader should hold against the answer. */
const cautionSchema = z.discriminatedUnion("kind", [
  /** Too few seeds for any verdict. */
  z.strictObject({ kind: z.literal("fewSeeds"), seeds: count }),
  /** With so many measures to correct for, no measure can reach significance. */
  z.strictObject({ kind: z.literal("weak"), seeds: count, measures: count, needed: count }),
  z.strictObject({ kind: z.literal("missing"), missing: count, of: count }),
  z.strictObject({
    kind: z.literal("diverged"),
    trials: z.array(z.strictObject({ arm: z.string(), seed: count })),
  }),
]);
export type Caution = z.output<typeof cautionSchema>;

export const answerSchema = z.strictObject({
  /** The strongest first. */
  findings: z.array(findingSchema),
  cautions: z.array(cautionSchema),
});
