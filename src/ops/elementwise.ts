/** What the ops have in common that take each number by itself through a curve. */

import type { Shape } from "../tensor/tensor.js";
import { noParameters } from "./op.js";

export const elementwise = {
  inputs: 1,
  shape: (_: unknown, [x]: readonly Shape[]): Shape => x,
  parameters: noParameters,
  affine: () => ({ form: "none" }) as const,
};
