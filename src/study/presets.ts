/** Ready-made designs. Adding one is an entry here. */

import type { StudyConfigInput } from "./types.js";

/** Settings with which all usual measures of a trial take less time than its training: fewer images and moments. The
 *  three measures of the landscape share theirs, so that they are computed once. */
const quickly = {
  faithfulnessCorrelation: { subsets: 50 },
  infidelity: { draws: 30 },
  randomLogit: { others: 1 },
  noiseAccuracy: { images: 400 },
  blurAccuracy: { images: 400 },
  contrastAccuracy: { images: 400 },
  shiftAccuracy: { images: 250 },
  statisticsGap: { images: 400 },
  fgsmAccuracy: { images: 250 },
  pgdLinfAccuracy: { images: 50, starts: 1, steps: 10, checked: 10 },
  pgdL2Accuracy: { images: 50, starts: 1, steps: 10, checked: 10 },
  lossRange: { snapshots: 4, rates: 4 },
  gradientPredictiveness: { snapshots: 4, rates: 4 },
  betaSmoothness: { snapshots: 4, rates: 4 },
  relativeLossAlongGradient: { snapshots: 3 },
  covariateShift: { snapshots: 4 },
  activationGrowth: { images: 32, snapshots: 4 },
  gradientGrowth: { inputs: 128 },
  gradientAutocorrelation: { networks: 4, width: 32, points: 128 },
  largestStableRate: { steps: 20 },
  adaptiveSharpness: { batches: 4 },
  uniqueDetectors: { images: 250 },
  uniqueDetectorShare: { images: 250 },
  classSelectivity: { images: 400 },
  classInformation: { images: 400 },
  deadUnits: { images: 400 },
  ablationZero: { images: 64, steps: 5 },
  ablationMean: { images: 64, steps: 5 },
} as const satisfies StudyConfigInput["measureOptions"];

interface Preset {
  /** One phrase for menus and help. */
  readonly title: string;
  readonly config: StudyConfigInput;
}

export const presets = {
  smoke: {
    title: "two tiny trials per arm: does everything work?",
    config: {
      dataset: { name: "glyphs", train: 320, validation: 100 },
      arms: ["none", "batch"],
      seeds: 2,
      epochs: 2,
      measureOptions: {
        ...quickly,
        stepsToTarget: { target: 0.2, window: 5 },
        gradientNoiseScale: { batches: 8, checkpoints: 1 },
        ligs: { draws: 2 },
      },
      explained: 10,
      pictured: 3,
    },
  },
  quick: {
    title: "Batch Norm against none on glyphs, ten paired seeds, about a minute",
    config: {
      dataset: { name: "glyphs" },
      arms: ["none", "batch"],
      seeds: 10,
      epochs: 4,
      measureOptions: quickly,
      explained: 64,
    },
  },
  standard: {
    title: "eight arms on glyphs with what can be done about Batch Norm, a coffee break",
    config: {
      dataset: { name: "glyphs" },
      arms: ["none", "batch", "ghost", "group", "layer", "batchSlow", "batchMoving", "batchFolded"],
      seeds: 10,
      epochs: 4,
      checkpoints: ["epochs", "accuracy"],
      measureOptions: quickly,
      explained: 64,
    },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
