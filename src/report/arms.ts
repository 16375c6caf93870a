/** The arms of a study as graphs and in words. */

import {
  type Graph,
  type NormName,
  norms,
  type Placement,
  type ZooName,
  zoo,
} from "../model/index.js";
import { armEntry } from "../study/arms.js";
import type { Arm, Study } from "../study/types.js";
import { fail } from "../tensor/errors.js";
import { armText, sameText, type Text, titleText } from "./words/index.js";

const isNorm = (name: string): name is NormName => Object.hasOwn(norms, name);
const isModel = (name: string): name is ZooName => Object.hasOwn(zoo, name);

/** "batch normalisation after the activation", "batch normalisation, folded into its neighbours after training". */
export function armTitle(arm: Arm): Text {
  const { title, zh } = armEntry(arm.name) ?? {};
  const norm = isNorm(arm.norm) ? titleText(norms[arm.norm]) : sameText(arm.norm);
  return armText(norm, arm, title && zh ? titleText({ title, zh }) : undefined);
}

/** The network's one-line description from the zoo. */
export const modelTitle = (name: string): Text =>
  isModel(name) ? titleText(zoo[name]) : sameText(name);

/** The graph that an arm trains. */
export function armGraph({ config, dataset }: Study, arm: Arm): Graph {
  const { name, depth } = config.model;
  if (!isModel(name))
    fail("option", `report: got model "${name}", expected one of ${Object.keys(zoo).join(", ")}`);
  if (!isNorm(arm.norm))
    fail(
      "option",
      `report: got norm "${arm.norm}", expected one of ${Object.keys(norms).join(", ")}`,
    );
  const placement: Placement | undefined = arm.placement;
  return zoo[name]({
    ...(depth !== undefined && { depth }),
    ...(placement && { placement }),
    norm: arm.norm,
    inputShape: dataset.shape,
    classes: dataset.classes.length,
  });
}
