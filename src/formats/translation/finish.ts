/** The end of a translation: the output as the model gives it, and the model checked as a whole. */

import { type Graph, type Model, withParameters } from "../../model/model.js";
import { NormLensError } from "../../tensor/errors.js";
import { badFile } from "../problems.js";
import { Refusal } from "./obstacles.js";
import type { Translation } from "./translation.js";
import type { Value } from "./value.js";

/** The model that ends in `last`; an image of one pixel becomes a vector, as logits are. */
export function finishedModel(t: Translation, last: Value, inputShape: Graph["inputShape"]): Model {
  const [C, ...pixels] = last.theirs;
  const isVector = last.theirs.length === 1 || pixels.every((length) => length === 1);
  if (!isVector && pixels.length !== 2)
    badFile(
      t.name,
      "graph",
      `an output of shape [N,${last.theirs}]`,
      "images [N,C,H,W] or vectors [N,F]",
      "choose a value before it as the output, or reshape it in the model",
    );
  try {
    const output = isVector ? t.vector({ ...last, theirs: [C] }) : t.image(last);
    const { graph, parameters } = t.finish(inputShape, output.id);
    return withParameters(graph, parameters);
  } catch (error) {
    if (error instanceof Refusal || (error instanceof NormLensError && error.kind === "shape"))
      return badFile(
        t.name,
        "graph",
        error.message,
        "a network that fits together",
        "export it again",
      );
    throw error;
  }
}
