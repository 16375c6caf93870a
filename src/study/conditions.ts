/** A study under each of the rules it was made under: shared and tuned learning rates, equal epochs, accuracy and loss. */

import type { Condition, Study } from "./types.js";
import { conditionsOf } from "./waves.js";

/** The study as it would be if this were its only rule; everything that reads a study can read it. */
export interface StudyUnder {
  readonly condition: Condition;
  readonly study: Study;
}

/** The study under every rule, the first one first. */
export function studiesUnder(study: Study): StudyUnder[] {
  return conditionsOf(study.config).map((condition, i) => ({
    condition,
    study:
      i === 0
        ? { ...study, others: [] }
        : { ...study, trials: trialsIn(study, condition), others: [] },
  }));
}

const trialsIn = ({ others }: Study, { rates, checkpoint }: Condition): Study["trials"] =>
  others.find((other) => other.rates === rates && other.checkpoint === checkpoint)?.trials ?? [];

/** "tuned learning rates, at equal accuracy". */
export const conditionTitle = ({ rates, checkpoint }: Condition): string =>
  `${rateTitles[rates]}, ${checkpointTitles[checkpoint]}`;

const rateTitles = {
  shared: "one learning rate for all",
  tuned: "each arm at its own best learning rate",
} as const satisfies Record<Condition["rates"], string>;

const checkpointTitles = {
  epochs: "after equally many epochs",
  accuracy: "at equal validation accuracy",
  loss: "at equal training loss",
} as const satisfies Record<Condition["checkpoint"], string>;
