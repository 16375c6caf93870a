/** The table of measures. Adding one is a file and a line here. */

import { trainAccuracy, validationAccuracy } from "./accuracy.js";
import { completenessGap } from "./axioms/completeness-gap.js";
import { inputInvariance } from "./axioms/input-invariance.js";
import { nonSensitivity } from "./axioms/non-sensitivity.js";
import { complexity } from "./complexity/complexity.js";
import { effectiveComplexity } from "./complexity/effective-complexity.js";
import { sparseness } from "./complexity/sparseness.js";
import { activationGrowth } from "./dynamics/activation-growth.js";
import { adaptiveSharpness } from "./dynamics/adaptive-sharpness.js";
import { covariateShift } from "./dynamics/covariate-shift.js";
import { gradientAutocorrelation } from "./dynamics/gradient-autocorrelation.js";
import { gradientGrowth } from "./dynamics/gradient-growth.js";
import { betaSmoothness, gradientPredictiveness, lossRange } from "./dynamics/landscape.js";
import { largestStableRate } from "./dynamics/largest-stable-rate.js";
import { relativeLossAlongGradient } from "./dynamics/relative-loss.js";
import { averageDrop, increaseInConfidence } from "./faithfulness/average-drop.js";
import { deletion, insertion } from "./faithfulness/deletion.js";
import { faithfulnessCorrelation } from "./faithfulness/faithfulness-correlation.js";
import { faithfulnessEstimate } from "./faithfulness/faithfulness-estimate.js";
import { infidelity } from "./faithfulness/infidelity.js";
import { monotonicity } from "./faithfulness/monotonicity.js";
import { monotonicityCorrelation } from "./faithfulness/monotonicity-correlation.js";
import { regionPerturbation, regionPerturbationLeast } from "./faithfulness/region-perturbation.js";
import { road, roadLeast, roadMost } from "./faithfulness/road.js";
import { selectivity } from "./faithfulness/selectivity.js";
import { sensitivityN } from "./faithfulness/sensitivity-n.js";
import { accuracyGap, lossGap } from "./generalisation-gap.js";
import { gradientNoiseScale } from "./gradient-noise-scale.js";
import { attributionLocalisation } from "./localisation/attribution-localisation.js";
import { objectAuc } from "./localisation/object-auc.js";
import { pointingGame } from "./localisation/pointing-game.js";
import { relevanceMass } from "./localisation/relevance-mass.js";
import { relevanceRank } from "./localisation/relevance-rank.js";
import { topKIntersection } from "./localisation/top-k-intersection.js";
import { trainLoss, validationLoss } from "./loss.js";
import { lossVariance, relativeLossVariance } from "./loss-variance.js";
import type { Measure } from "./measure.js";
import { efficientRandomisation } from "./randomisation/efficient-randomisation.js";
import { randomLogit, randomLogitSsim } from "./randomisation/random-logit.js";
import { randomisation } from "./randomisation/randomisation.js";
import { smoothRandomisation } from "./randomisation/smooth-randomisation.js";
import { fgsmAccuracy, pgdL2Accuracy, pgdLinfAccuracy } from "./robustness/adversarial.js";
import {
  calibrationError,
  scaledCalibrationError,
  scaledLoss,
} from "./robustness/calibration-error.js";
import { blurAccuracy, contrastAccuracy, shiftAccuracy } from "./robustness/corruption.js";
import { noiseAccuracy } from "./robustness/noise-accuracy.js";
import { statisticsGap } from "./robustness/statistics-gap.js";
import { continuity } from "./stability/continuity.js";
import { ligs } from "./stability/ligs.js";
import { localLipschitz } from "./stability/local-lipschitz.js";
import { relativeInputStability, relativeOutputStability } from "./stability/relative-stability.js";
import { averageSensitivity, maxSensitivity } from "./stability/sensitivity.js";
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
  maxSensitivity,
  averageSensitivity,
  localLipschitz,
  relativeInputStability,
  relativeOutputStability,
  continuity,
  faithfulnessCorrelation,
  deletion,
  insertion,
  road,
  roadMost,
  roadLeast,
  infidelity,
  sensitivityN,
  faithfulnessEstimate,
  monotonicity,
  monotonicityCorrelation,
  regionPerturbation,
  regionPerturbationLeast,
  selectivity,
  averageDrop,
  increaseInConfidence,
  relevanceMass,
  relevanceRank,
  pointingGame,
  attributionLocalisation,
  topKIntersection,
  objectAuc,
  sparseness,
  complexity,
  effectiveComplexity,
  randomisation,
  smoothRandomisation,
  efficientRandomisation,
  randomLogit,
  randomLogitSsim,
  completenessGap,
  nonSensitivity,
  inputInvariance,
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
  "statisticsGap",
  "adaptiveSharpness",
  "calibrationError",
  "scaledCalibrationError",
  "scaledLoss",
  "noiseAccuracy",
  "blurAccuracy",
  "contrastAccuracy",
  "shiftAccuracy",
  "fgsmAccuracy",
  "pgdLinfAccuracy",
  "pgdL2Accuracy",
  "stepsToTarget",
  "lossVariance",
  "relativeLossVariance",
  "gradientNoiseScale",
  "lossRange",
  "gradientPredictiveness",
  "betaSmoothness",
  "relativeLossAlongGradient",
  "covariateShift",
  "activationGrowth",
  "gradientGrowth",
  "gradientAutocorrelation",
  "largestStableRate",
  "stepTime",
  "ligs",
  "faithfulnessCorrelation",
  "deletion",
  "infidelity",
  "relevanceMass",
  "relevanceRank",
  "pointingGame",
  "sparseness",
  "complexity",
  "randomLogit",
  "completenessGap",
  "uniqueDetectors",
  "uniqueDetectorShare",
  "classSelectivity",
  "classInformation",
  "ablationZero",
  "ablationMean",
  "deadUnits",
] as const satisfies readonly MeasureName[];
