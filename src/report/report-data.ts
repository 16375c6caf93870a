/** Everything the report page gets, as one JSON document: facts, that is numbers already computed and names. Sentences
 *  are made of them in the reader's language by src/report/words. The page reads the document as hostile input;
 *  whatever it holds is shown as text. */

import { z } from "zod";
import { remedySchema, sureSchema, unjudgedSchema } from "./data/advice.js";
import { curveSchema, stepsSchema, tuningSchema } from "./data/course.js";
import {
  answerSchema,
  claimSchema,
  contrastSchema,
  measureSchema,
  specificationsSchema,
} from "./data/findings.js";
import { microscopeSchema, probesSchema, unitsSchema } from "./data/inside.js";
import { mapSchema, methodSchema, momentSchema, pictureSchema, spreadSchema } from "./data/maps.js";
import { repeatSchema } from "./data/repeat.js";
import { setupSchema } from "./data/setup.js";

export type * from "./data/advice.js";
export type * from "./data/course.js";
export type * from "./data/findings.js";
export type * from "./data/inside.js";
export type * from "./data/maps.js";
export type * from "./data/setup.js";

export const REPORT_FORMAT = "normlens-report";
/** Goes up with every change that an older page could not show. */
export const REPORT_VERSION = 6;

export const reportSchema = z.strictObject({
  format: z.literal(REPORT_FORMAT),
  version: z.literal(REPORT_VERSION),
  answer: answerSchema,
  setup: setupSchema,
  claims: z.array(claimSchema),
  specifications: z.array(specificationsSchema),
  unjudged: z.array(unjudgedSchema),
  measures: z.array(measureSchema),
  contrasts: z.array(contrastSchema),
  curves: z.array(curveSchema),
  steps: stepsSchema,
  tuning: z.array(tuningSchema),
  methods: z.array(methodSchema),
  pictures: z.array(pictureSchema),
  maps: z.array(mapSchema),
  /** The first seed in the course of training, before its end. */
  moments: z.array(momentSchema),
  spreads: z.array(spreadSchema),
  /** Absent where no measure left anything behind. */
  probes: probesSchema.optional(),
  units: unitsSchema.optional(),
  microscopes: z.array(microscopeSchema),
  remedies: z.array(remedySchema),
  sure: sureSchema,
  repeat: repeatSchema,
});
export type ReportData = z.output<typeof reportSchema>;
