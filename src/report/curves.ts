/** What happened during training, per arm and seed. */

import { meanKnown } from "../measures/means.js";
import type { History, Study } from "../study/types.js";
import type { Curve, ReportData } from "./report-data.js";
import { rounded, thinned } from "./rounding.js";

type EpochKey = "trainLoss" | "trainAccuracy" | "validationLoss" | "validationAccuracy";

const panels: readonly { quantity: Curve["quantity"]; split: Curve["split"]; key: EpochKey }[] = [
  { quantity: "accuracy", split: "train", key: "trainAccuracy" },
  { quantity: "accuracy", split: "validation", key: "validationAccuracy" },
  { quantity: "loss", split: "train", key: "trainLoss" },
  { quantity: "loss", split: "validation", key: "validationLoss" },
];
/** Points of a line of steps: more than a wide screen tells apart. */
const stepPoints = 240;

export const curvesOf = (study: Study): Curve[] =>
  panels.map(({ quantity, split, key }) => ({
    quantity,
    split,
    arms: study.config.arms.map((arm) => {
      const histories = study.config.seeds.map((seed) => historyOf(study, arm.name, seed));
      const seeds = histories.map(
        (history) => history?.epochs.map((epoch) => rounded(epoch[key], 5)) ?? [],
      );
      const mean = Array.from({ length: study.config.epochs }, (_, i) =>
        rounded(meanKnown(seeds.map((values) => values[i] ?? null)), 5),
      );
      return { arm: arm.name, mean, seeds };
    }),
  }));

const historyOf = ({ trials }: Study, arm: string, seed: number): History | undefined =>
  trials.find((trial) => trial.arm === arm && trial.seed === seed)?.history;

export function stepsOf({ trials }: Study): ReportData["steps"] {
  const every = Math.max(1, trials[0]?.history.steps.every ?? 1);
  const longest = Math.max(1, ...trials.map((trial) => trial.history.steps.loss.length));
  const factor = Math.ceil(longest / stepPoints);
  return {
    every: every * factor,
    trials: trials.map(({ arm, seed, history }) => ({
      arm,
      seed,
      loss: thinned(history.steps.loss, Math.ceil(history.steps.loss.length / factor)).values.map(
        (value) => rounded(value, 4),
      ),
    })),
  };
}

/** What was tried for every tuned setting. */
export const tuningOf = ({ tuning }: Study): ReportData["tuning"] =>
  tuning.map(({ tried, ...result }) => ({
    ...result,
    tried: tried.map(({ value, accuracy }) => ({ value, accuracy: rounded(accuracy, 5) })),
  }));
