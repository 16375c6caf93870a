/** What a trial's configuration stands for: its images, its network, its optimiser. */

import { type Dataset, take } from "../data/dataset.js";
import { type Graph, norms, zoo } from "../model/index.js";
import { fail } from "../tensor/index.js";
import { adam, adamW, type Optimiser, sgd } from "../training/index.js";
import type { StudyConfig, Trial } from "./types.js";

/** The dataset with at most as many images as the trial asks for. */
export function limited(dataset: Dataset, { dataset: { train, validation } }: Trial): Dataset {
  return {
    ...dataset,
    train: take(dataset.train, train ?? dataset.train.images.count),
    validation: take(dataset.validation, validation ?? dataset.validation.images.count),
  };
}

/** The network of a trial: the arm decides about norm and placement, the data about input and classes. */
export function graphOf({ arm, model }: Trial, dataset: Dataset): Graph {
  const names = Object.keys(zoo) as (keyof typeof zoo)[];
  const name = names.find((known) => known === model.name);
  const norm = (Object.keys(norms) as (keyof typeof norms)[]).find((known) => known === arm.norm);
  if (!name || !norm)
    return fail(
      "option",
      `trial: got model "${model.name}" with norm "${arm.norm}", expected known names`,
    );
  return zoo[name]({
    norm,
    inputShape: dataset.train.images.shape,
    classes: dataset.classes.length,
    ...(arm.placement && { placement: arm.placement }),
    ...(model.depth !== undefined && { depth: model.depth }),
  });
}

/** The optimiser of a trial; an arm's learning rate goes before the study's. */
export function optimiserOf({ optimiser, arm }: Trial): Optimiser {
  const learningRate = arm.learningRate ?? optimiser.learningRate;
  const { momentum, nesterov, weightDecay } = optimiser;
  const rows = {
    adam: () => adam({ learningRate }),
    adamw: () => adamW({ learningRate, ...(weightDecay !== undefined && { decay: weightDecay }) }),
    sgd: () =>
      sgd({
        learningRate,
        ...(momentum !== undefined && { momentum }),
        ...(nesterov !== undefined && { nesterov }),
        ...(weightDecay !== undefined && { decay: weightDecay }),
      }),
  } as const satisfies Record<StudyConfig["optimiser"]["name"], () => Optimiser>;
  return rows[optimiser.name]();
}
