/** The reference backend: every kernel in float64 and plain TypeScript, the readable definition and the oracle of
 *  the others. Not for speed. */

import type { Backend } from "../kernels.js";
import { activations } from "./activations.js";
import { arrays } from "./arrays.js";
import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import { fused } from "./fused.js";
import { grouped } from "./grouped.js";
import { interpolation } from "./interpolation.js";
import { losses } from "./losses.js";
import { moments } from "./moments.js";
import { noise } from "./noise.js";
import { normalisation } from "./normalisation.js";
import { optimiser } from "./optimiser.js";
import { pooling } from "./pooling.js";
import { smooth } from "./smooth.js";
import { winograd } from "./winograd.js";

/** A backend over `elements` new zeros, or bound to numbers that exist. */
export function referenceBackend(elements: number | Float64Array): Backend {
  const numbers = typeof elements === "number" ? new Float64Array(elements) : elements;
  return {
    name: "reference",
    memory: { numbers, integers: (at, values) => numbers.set(values, at) },
    kernels: {
      ...arrays(numbers),
      ...activations(numbers),
      ...smooth(numbers),
      ...convolution(numbers),
      ...winograd(numbers),
      ...grouped(numbers),
      ...dense(numbers),
      ...moments(numbers),
      ...normalisation(numbers),
      ...pooling(numbers),
      ...interpolation(numbers),
      ...fused(numbers),
      ...losses(numbers),
      ...noise(numbers),
      ...optimiser(numbers),
    },
  };
}
