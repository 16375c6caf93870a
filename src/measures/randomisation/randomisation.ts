/** Model parameter randomisation (MPRT): Spearman of |a| and |a_k| while the network loses what it learned, block by block
 *  from the input up (`randomised.ts`); the mean over the stages k, or the last. A map that stays the same does not
 *  depend on what was learned. Adebayo et al. 2018; from the input up as Hedström et al. 2023 advise. */

import { type ExplainerMeasure, free } from "../measure.js";
import { likeness, type Stage, type StageMaps, stageMaps, stageNames } from "./stages.js";

type RandomisationOptions = {
  readonly calibration: number;
  readonly stage: Stage;
};

export const randomisation = {
  of: "explainer",
  reading: "absolute",
  title: "Randomisation of parameters",
  question: "Does the map stay although the network forgets what it learned?",
  zh: { title: "参数随机化", question: "网络忘掉所学后，归因图是否仍然不变？" },
  family: "randomisation",
  unit: "rank correlation",
  better: "lower",
  scale: "difference",
  reference: "Adebayo et al. 2018",
  /** calibration: training images for the statistics of random norms; stage: the mean over all, or the last alone. */
  defaults: { calibration: 256, stage: "mean" },
  choices: { stage: stageNames },
  groundwork: stageMaps,
  cost: free,
  score: ({ maps }, { stage }, found) => likeness(maps, found, stage),
} as const satisfies ExplainerMeasure<RandomisationOptions, StageMaps>;
