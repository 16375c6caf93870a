/** Instance normalisation (Ulyanov, Vedaldi & Lempitsky 2016): statistics per image and channel, over its pixels. */

import { z } from "zod";
import { groupAttributes, groupStatistics } from "./group-statistics.js";

const attributes = z.strictObject(groupAttributes);

export type InstanceNorm = z.output<typeof attributes>;

export const instanceNorm = groupStatistics<InstanceNorm>(
  "instanceNorm",
  "y = γ·(x − μ)/√(σ² + ε) + β with μ, σ² per image and channel",
  attributes,
  (_, channels) => channels,
);
