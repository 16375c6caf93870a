/** The table of claims. Adding one is a claim and a line here. */

import type { Claim } from "./claim.js";
import * as folding from "./folding.js";
import * as founding from "./founding.js";
import * as robustness from "./robustness.js";
import * as training from "./training.js";
import * as units from "./units.js";

/** Those of the question that the project began with. */
export const foundingClaims = {
  lessNoise: founding.lessNoise,
  fasterTraining: founding.fasterTraining,
  betterPerformance: founding.betterPerformance,
  worseGeneralisation: founding.worseGeneralisation,
  harderToInterpret: founding.harderToInterpret,
  slowerSteps: founding.slowerSteps,
} as const satisfies Record<string, Claim>;

export const claims = {
  ...foundingClaims,
  fewerDetectors: units.fewerDetectors,
  detectorsAreAxes: units.detectorsAreAxes,
  distributedCodes: units.distributedCodes,
  meansHurtMore: units.meansHurtMore,
  normAloneLearns: units.normAloneLearns,
  lessCovariateShift: training.lessCovariateShift,
  covariateShiftGrows: training.covariateShiftGrows,
  smootherLandscape: training.smootherLandscape,
  noiseDoesNotMatter: training.noiseDoesNotMatter,
  largerRates: training.largerRates,
  sameAtSmallRates: training.sameAtSmallRates,
  saferSteps: training.saferSteps,
  activationsGrow: training.activationsGrow,
  gradientsGrow: training.gradientsGrow,
  skipsUnshatter: training.skipsUnshatter,
  ghostBatches: training.ghostBatches,
  noisyStatistics: training.noisyStatistics,
  afterActivation: training.afterActivation,
  lessRobust: robustness.lessRobust,
  decayInstead: robustness.decayInstead,
  unsteadyGradients: robustness.unsteadyGradients,
  foldingHelps: folding.foldingHelps,
} as const satisfies Record<string, Claim>;
