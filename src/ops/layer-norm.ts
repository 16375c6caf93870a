/** Layer normalisation (Ba, Kiros & Hinton 2016): statistics per image over all channels and pixels; γ and β per channel. */

import { z } from "zod";
import { groupAttributes, groupStatistics } from "./group-statistics.js";

const attributes = z.strictObject(groupAttributes);

export type LayerNorm = z.output<typeof attributes>;

export const layerNorm = groupStatistics<LayerNorm>(
  "layerNorm",
  "y = γ·(x − μ)/√(σ² + ε) + β with μ, σ² per image",
  attributes,
  () => 1,
);
