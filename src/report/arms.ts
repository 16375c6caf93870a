/** The arms of a study as graphs and in words. */

import {
  type Graph,
  type NormName,
  norms,
  type Placement,
  type ZooName,
  zoo,
} from "../model/index.js";
import type { Arm, Study } from "../study/types.js";
import { fail } from "../tensor/errors.js";

const isNorm = (name: string): name is NormName => Object.hasOwn(norms, name);
const isModel = (name: string): name is ZooName => Object.hasOwn(zoo, name);

/** "batch normalisation after the activation". */
export function armTitle(arm: Arm): string {
  const title = isNorm(arm.norm) ? norms[arm.norm].title : arm.norm;
  const where = arm.placement === undefined ? "" : ` ${arm.placement} the activation`;
  const rate = arm.learningRate === undefined ? "" : ` at learning rate ${arm.learningRate}`;
  return `${title}${where}${rate}`;
}

/** The network's one-line description from the zoo. */
export const modelTitle = (name: string): string => (isModel(name) ? zoo[name].title : name);

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
