/** How to make the same study again, and what to compare it by. */

import { z } from "zod";
import { count, hex, value } from "./base.js";

export const repeatSchema = z.strictObject({
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
