/** One case per kernel; a missing one does not compile. */

import type { KernelName } from "../../../src/kernels/index.js";
import type { Case } from "../case.js";
import { activations } from "./activations.js";
import { arrays } from "./arrays.js";
import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import { fused } from "./fused.js";
import { grouped } from "./grouped.js";
import { interpolation } from "./interpolation.js";
import { losses } from "./losses.js";
import { normalisation } from "./normalisation.js";
import { optimiser } from "./optimiser.js";
import { pooling } from "./pooling.js";
import { smooth } from "./smooth.js";
import { winograd } from "./winograd.js";

export const cases: Record<KernelName, Case> = {
  ...activations,
  ...smooth,
  ...arrays,
  ...convolution,
  ...grouped,
  ...dense,
  ...normalisation,
  ...pooling,
  ...interpolation,
  ...fused,
  ...losses,
  ...optimiser,
  ...winograd,
};
