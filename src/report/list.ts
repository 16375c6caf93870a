/** The list of studies that a served page shows, and the other documents that are no report: read as hostile input. */

import { z } from "zod";

export const LIST_FORMAT = "normlens-list";

export const listSchema = z.strictObject({
  format: z.literal(LIST_FORMAT),
  studies: z.array(
    z.strictObject({
      /** The folder's name. */
      name: z.string(),
      /** Its page, relative to the list's. */
      href: z.string().regex(/^[\w%.~!'()*-]+\/$/),
      /** What was compared; absent if the study cannot be read. */
      design: z
        .strictObject({
          dataset: z.string(),
          network: z.string(),
          arms: z.array(z.string()),
          seeds: z.int().nonnegative(),
          epochs: z.int().nonnegative(),
        })
        .optional(),
    }),
  ),
});
export type StudyList = z.output<typeof listSchema>;

export const PROBLEM_FORMAT = "normlens-problem";

/** Why a study could not be made a report: the message of the program, with file and place. */
export const problemSchema = z.strictObject({
  format: z.literal(PROBLEM_FORMAT),
  message: z.string(),
});
export type ProblemDocument = z.output<typeof problemSchema>;
