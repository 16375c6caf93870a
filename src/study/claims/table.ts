/** The table of claims. Adding one is a claim and a line here. */

import type { Claim } from "./claim.js";
import {
  betterPerformance,
  fasterTraining,
  harderToInterpret,
  lessNoise,
  slowerSteps,
  worseGeneralisation,
} from "./founding.js";

/** Those of the question that the project began with. */
export const foundingClaims = {
  lessNoise,
  fasterTraining,
  betterPerformance,
  worseGeneralisation,
  harderToInterpret,
  slowerSteps,
} as const satisfies Record<string, Claim>;

export const claims = {
  ...foundingClaims,
} as const satisfies Record<string, Claim>;
