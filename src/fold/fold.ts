/** fold(model): the same function without batch norms, and the evidence that it is the same. */

import type { Model } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import {
  type Difference,
  differences,
  type NormEvidence,
  normEvidence,
  probes,
} from "./evidence.js";
import { type Rewritten, rewrite } from "./rewrite.js";
import type { Leftover } from "./rewriter.js";

export interface FoldOptions {
  /** What happens to a batch norm that no layer can take up; defaults to "refuse". */
  readonly leftover?: Leftover;
  /** Images [n, C, H, W] to compare the two models on, beside random and constant ones. */
  readonly images?: Tensor;
  /** Random images to compare on, and half as many as are taken of `images`; defaults to 4. */
  readonly probes?: number;
}

export interface Fold {
  /** With float32 parameters, or float64 ones if the given model has them. */
  readonly model: Model;
  readonly evidence: FoldEvidence;
}

export interface FoldEvidence {
  readonly norms: readonly NormEvidence[];
  /** Both models in float64, before rounding: the rewriting itself. Expect at most 1e-10. */
  readonly float64: readonly Difference[];
  /** Both models as they run: rounding too. Expect a relative difference of at most 1e-5. */
  readonly float32: readonly Difference[];
}

/** Parameters in the number type of the model's own. */
function rounded(model: Model, like: Model): Model {
  const isDouble = Object.values(like.parameters).some(({ data }) => data instanceof Float64Array);
  if (isDouble) return model;
  const parameters = Object.fromEntries(
    Object.entries(model.parameters).map(([key, { shape, data }]) => [
      key,
      tensor(shape, Float32Array.from(data)),
    ]),
  );
  return { ...model, parameters };
}

/** The folded model alone, unmeasured: for explainers, which need it for every model they see. */
export function foldGraph(
  model: Model,
  options: { readonly leftover?: Leftover } = {},
): Pick<Rewritten, "model" | "merges"> {
  const { model: exact, merges } = rewrite(model, options);
  return { model: rounded(exact, model), merges };
}

/** The model with every batch norm merged into its neighbours, and how far that moved the logits. Refuses a batch norm
 *  whose running statistics cannot be used, or which meets something it does not commute with. */
export function fold(
  model: Model,
  { leftover, images, probes: count = 4 }: FoldOptions = {},
): Fold {
  if (!(Number.isInteger(count) && count > 0))
    fail("option", `fold: got ${count} probes, expected a whole number from 1`);
  const { model: exact, merges } = rewrite(model, leftover === undefined ? {} : { leftover });
  const folded = rounded(exact, model);
  const sets = probes(model.inputShape, count, images);
  return {
    model: folded,
    evidence: {
      norms: normEvidence(model, merges),
      float64: differences(model, exact, sets, "reference"),
      float32: differences(model, folded, sets, "wasm"),
    },
  };
}
