/** The table of measures. Adding one is a file and a line here. */

import { trainAccuracy, validationAccuracy } from "./accuracy.js";
import { classSelectivity } from "./class-selectivity.js";
import { deletion } from "./deletion.js";
import { accuracyGap, lossGap } from "./generalisation-gap.js";
import { gradientNoiseScale } from "./gradient-noise-scale.js";
import { ligs } from "./ligs.js";
import { trainLoss, validationLoss } from "./loss.js";
import { lossVariance, relativeLossVariance } from "./loss-variance.js";
import type { Measure } from "./measure.js";
import { relevanceMass } from "./relevance-mass.js";
import { sparseness } from "./sparseness.js";
import { stepTime } from "./step-time.js";
import { stepsToTarget } from "./steps-to-target.js";

export const measures = {
  trainAccuracy,
  validationAccuracy,
  trainLoss,
  validationLoss,
  accuracyGap,
  lossGap,
  stepsToTarget,
  lossVariance,
  relativeLossVariance,
  gradientNoiseScale,
  stepTime,
  ligs,
  deletion,
  relevanceMass,
  sparseness,
  classSelectivity,
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;

export const measureNames: readonly MeasureName[] = Object.keys(measures).filter(isMeasure);

export function isMeasure(name: string): name is MeasureName {
  return Object.hasOwn(measures, name);
}

/** What is measured unless a study says otherwise. */
export const usualMeasures = [
  "trainAccuracy",
  "validationAccuracy",
  "trainLoss",
  "validationLoss",
  "accuracyGap",
  "lossGap",
  "stepsToTarget",
  "lossVariance",
  "relativeLossVariance",
  "gradientNoiseScale",
  "stepTime",
  "ligs",
  "deletion",
  "relevanceMass",
  "sparseness",
  "classSelectivity",
] as const satisfies readonly MeasureName[];
