/** The table of measures. Adding one is a file and a line here. */

import { trainAccuracy, validationAccuracy } from "./accuracy.js";
import { deletion } from "./deletion.js";
import { activationGrowth } from "./dynamics/activation-growth.js";
import { adaptiveSharpness } from "./dynamics/adaptive-sharpness.js";
import { covariateShift } from "./dynamics/covariate-shift.js";
import { gradientAutocorrelation } from "./dynamics/gradient-autocorrelation.js";
import { gradientGrowth } from "./dynamics/gradient-growth.js";
import { betaSmoothness, gradientPredictiveness, lossRange } from "./dynamics/landscape.js";
import { largestStableRate } from "./dynamics/largest-stable-rate.js";
import { relativeLossAlongGradient } from "./dynamics/relative-loss.js";
import { accuracyGap, lossGap } from "./generalisation-gap.js";
import { gradientNoiseScale } from "./gradient-noise-scale.js";
import { ligs } from "./ligs.js";
import { trainLoss, validationLoss } from "./loss.js";
import { lossVariance, relativeLossVariance } from "./loss-variance.js";
import type { Measure } from "./measure.js";
import { relevanceMass } from "./relevance-mass.js";
import { fgsmAccuracy, pgdL2Accuracy, pgdLinfAccuracy } from "./robustness/adversarial.js";
import {
  calibrationError,
  scaledCalibrationError,
  scaledLoss,
} from "./robustness/calibration-error.js";
import { blurAccuracy, contrastAccuracy, shiftAccuracy } from "./robustness/corruption.js";
import { noiseAccuracy } from "./robustness/noise-accuracy.js";
import { statisticsGap } from "./robustness/statistics-gap.js";
import { sparseness } from "./sparseness.js";
import { stepTime } from "./step-time.js";
import { stepsToTarget } from "./steps-to-target.js";
import { ablationMean, ablationZero } from "./units/ablation.js";
import { classInformation } from "./units/class-information.js";
import { classSelectivity } from "./units/class-selectivity.js";
import { deadUnits } from "./units/dead-units.js";
import { rotationRuler } from "./units/rotation-ruler.js";
import { uniqueDetectorShare, uniqueDetectors } from "./units/unique-detectors.js";

export const measures = {
  trainAccuracy,
  validationAccuracy,
  trainLoss,
  validationLoss,
  accuracyGap,
  lossGap,
  statisticsGap,
  adaptiveSharpness,
  calibrationError,
  scaledCalibrationError,
  scaledLoss,
  noiseAccuracy,
  blurAccuracy,
  contrastAccuracy,
  shiftAccuracy,
  fgsmAccuracy,
  pgdLinfAccuracy,
  pgdL2Accuracy,
  stepsToTarget,
  lossVariance,
  relativeLossVariance,
  gradientNoiseScale,
  lossRange,
  gradientPredictiveness,
  betaSmoothness,
  relativeLossAlongGradient,
  covariateShift,
  activationGrowth,
  gradientGrowth,
  gradientAutocorrelation,
  largestStableRate,
  stepTime,
  ligs,
  deletion,
  relevanceMass,
  sparseness,
  uniqueDetectors,
  uniqueDetectorShare,
  rotationRuler,
  classSelectivity,
  classInformation,
  ablationZero,
  ablationMean,
  deadUnits,
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
