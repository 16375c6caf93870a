/** How sure the findings are, what the design could not judge, and what can be done about the harm. */

import { z } from "zod";
import { count, text, value } from "./base.js";
import { contrastSchema } from "./findings.js";

export const sureSchema = z.strictObject({
  seeds: count,
  /** Deciding tests that are corrected for one another. */
  family: count,
  /** Measures that are only explored. */
  explored: count,
  /** 2/2ⁿ: the smallest p that so many pairs can give, alone and after correction. */
  smallestP: z.number(),
  smallestCorrectedP: z.number(),
  seedsNeeded: count,
  /** Effect in standard deviations of the differences that is found with a probability of 80 %, alone and as the first of
   *  its family; null if none is. */
  detectable: value,
  detectableCorrected: value,
});
export type Sure = z.output<typeof sureSchema>;

/** What a design lacks to judge a claim. */
const missingSchema = z.discriminatedUnion("code", [
  z.strictObject({ code: z.literal("arm"), title: text }),
  z.strictObject({ code: z.literal("measure"), measure: z.string(), title: text }),
  z.strictObject({ code: z.literal("network"), networks: z.array(z.string()) }),
  z.strictObject({ code: z.literal("depth"), depth: count }),
  z.strictObject({ code: z.literal("batchSize"), batchSize: count }),
]);
export type Missing = z.output<typeof missingSchema>;

export const unjudgedSchema = z.strictObject({
  claim: z.string(),
  title: text,
  source: z.string(),
  missing: z.array(missingSchema),
});
export type Unjudged = z.output<typeof unjudgedSchema>;

/** One thing that can be done: an arm in place of another, and where the two clearly differ for better or worse. */
export const remedySchema = z.strictObject({
  remedy: z.string(),
  title: text,
  /** Whether a trained network can be helped. */
  when: z.enum(["training", "afterwards"]),
  arm: z.string(),
  /** The arm it would replace. */
  instead: z.string(),
  /** Measures that were compared. */
  compared: count,
  gains: z.array(contrastSchema),
  prices: z.array(contrastSchema),
  /** Validation accuracy and time per step, whatever they say, as far as they were measured. */
  accuracy: contrastSchema.nullable(),
  stepTime: contrastSchema.nullable(),
});
export type Remedy = z.output<typeof remedySchema>;
