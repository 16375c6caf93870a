/** s and t of batch norms, and the refusal of statistics that cannot be used. */

import type { Model, Node } from "../model/model.js";
import { opOf } from "../ops/index.js";
import { fail } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";

/** s and t of a batch norm under its running statistics. Refuses those that are missing, not finite or negative. */
export function scaleAndShift(model: Model, node: Node): { s: Float64Array; t: Float64Array } {
  const affine = opOf(node.kind).affine(node.attributes);
  if (affine.form !== "channel")
    return fail("unsupported", `fold: got ${node.kind} "${node.id}", expected a batch norm`);
  const remedy = "estimate them from data (recalibrate), or train longer";
  const values = (name: string): ArrayLike<number> => {
    const found: Tensor | undefined = model.parameters[`${node.id}.${name}`];
    if (!found) return fail("data", `fold: batch norm "${node.id}" has no ${name}; ${remedy}`);
    const bad = found.data.findIndex(
      (value) => !Number.isFinite(value) || (name === "runningVariance" && value < 0),
    );
    if (bad >= 0)
      fail(
        "data",
        `fold: ${name} of batch norm "${node.id}" is ${found.data[bad]} in channel ${bad}, expected a finite number${name === "runningVariance" ? " from 0" : ""}; ${remedy}`,
      );
    return found.data;
  };
  return affine.scaleAndShift(values);
}
