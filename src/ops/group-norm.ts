/** Group normalisation (Wu & He 2018): statistics per image over `groups` groups of neighbouring channels. */

import { z } from "zod";
import { groupAttributes, groupStatistics } from "./group-statistics.js";

const attributes = z.strictObject({
  /** Number of groups; must divide the channels. */
  groups: z.int().positive().default(8),
  ...groupAttributes,
});

export type GroupNorm = z.output<typeof attributes>;

export const groupNorm = groupStatistics<GroupNorm>(
  "groupNorm",
  "y = γ·(x − μ)/√(σ² + ε) + β with μ, σ² per image and channel group",
  attributes,
  (a) => a.groups,
);
