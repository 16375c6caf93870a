/** The published claims on networks that they need, as a list of studies: each claim is judged wherever a study has the
 *  arms and measures for it. Sized for less than an hour of two threads, not as the papers are. Adding one: an entry
 *  here. */

import type { StudyConfigInput } from "./config.js";

export interface ReplicationStudy {
  /** One phrase: what it looks at. */
  readonly title: string;
  readonly config: StudyConfigInput;
}

const explanations = [
  "ligs",
  "deletion/integratedGradients",
  "deletion/saliency",
  "relevanceMass/integratedGradients",
  "relevanceMass/saliency",
  "sparseness/saliency",
  "sparseness/integratedGradients",
];
const units = [
  "uniqueDetectors",
  "uniqueDetectorShare",
  "classSelectivity",
  "classInformation",
  "ablationZero",
  "ablationMean",
  "deadUnits",
  "rotationRuler",
];
const outcome = ["trainAccuracy", "validationAccuracy", "trainLoss", "accuracyGap", "lossGap"];
const course = [
  "stepsToTarget",
  "lossVariance",
  "relativeLossVariance",
  "gradientNoiseScale",
  "stepTime",
];
const landscape = [
  "lossRange",
  "gradientPredictiveness",
  "betaSmoothness",
  "relativeLossAlongGradient",
  "covariateShift",
  "activationGrowth",
  "adaptiveSharpness",
];
const attacks = ["noiseAccuracy", "fgsmAccuracy", "pgdLinfAccuracy", "pgdL2Accuracy"];

/** Fewer orders, steps and images than by default: so many networks are measured. */
const smaller = {
  ablationZero: { orders: 5, steps: 5, images: 100 },
  ablationMean: { orders: 5, steps: 5, images: 100 },
  deletion: { rowsPerStep: 2 },
  gradientNoiseScale: { batches: 8, checkpoints: 2 },
  ligs: { draws: 5 },
  lossRange: { snapshots: 6 },
  gradientPredictiveness: { snapshots: 6 },
  betaSmoothness: { snapshots: 6 },
  relativeLossAlongGradient: { snapshots: 6 },
  covariateShift: { snapshots: 6 },
  largestStableRate: { steps: 20 },
  gradientAutocorrelation: { networks: 5 },
  pgdLinfAccuracy: { images: 100, checked: 20, starts: 1 },
  pgdL2Accuracy: { images: 100, checked: 20, starts: 1 },
  fgsmAccuracy: { images: 300 },
  uniqueDetectors: { images: 300 },
  uniqueDetectorShare: { images: 300 },
  classInformation: { images: 500 },
  noiseAccuracy: { images: 500 },
};

/** The settings of these measures that differ from their defaults. */
const settingsOf = (keys: readonly string[]): StudyConfigInput["measureOptions"] =>
  Object.fromEntries(
    Object.entries(smaller).filter(([name]) => keys.some((key) => key.split("/")[0] === name)),
  );

/** A study of measures at the smaller settings. */
const study = (
  title: string,
  measures: readonly string[],
  design: StudyConfigInput,
): ReplicationStudy => ({
  title,
  config: {
    ...design,
    measures: [...measures],
    measureOptions: settingsOf(measures),
    explained: 40,
    pictured: 0,
  },
});

export const replicationStudies = {
  units: study(
    "units and explanations, after equal epochs and at equal accuracy",
    [...outcome, ...course, ...explanations, ...units],
    {
      dataset: { name: "glyphs", train: 2000, validation: 500 },
      model: { name: "plain" },
      arms: ["none", "batch"],
      epochs: 5,
      checkpoints: ["epochs", "accuracy"],
    },
  ),
  ablation: study(
    "units of a dense network; learning rates that are too large",
    [
      ...outcome,
      "ligs",
      "classSelectivity",
      "classInformation",
      "ablationZero",
      "ablationMean",
      "deadUnits",
      "largestStableRate",
    ],
    {
      dataset: { name: "mnist", train: 6000, validation: 1000 },
      model: { name: "mlp" },
      arms: ["none", "batch", "noneSlow", "batchSlow"],
      epochs: 5,
    },
  ),
  robustness: study(
    "a residual network under noise and attack",
    [...outcome, ...attacks, "ligs", "stepTime"],
    {
      dataset: { name: "cifar10", train: 1200, validation: 500 },
      model: { name: "resnet8" },
      arms: ["none", "batch", "noneScaled"],
      epochs: 5,
    },
  ),
  substitutes: study(
    "what is said to replace Batch Norm, under noise and attack",
    [...outcome, ...attacks, "ligs"],
    {
      dataset: { name: "fashion-mnist", train: 2000, validation: 500 },
      model: { name: "seed" },
      arms: ["none", "batch", "noneDecay", "layer", "instance", "group"],
      epochs: 5,
      tuning: { seeds: 1 },
    },
  ),
  landscape: study(
    "the loss along the gradient in a deeper plain network, and noise after Batch Norm",
    [...outcome, ...course, ...landscape],
    {
      dataset: { name: "fashion-mnist", train: 1000, validation: 500 },
      model: { name: "plain", depth: 8 },
      arms: ["none", "batch", "noisy", "noise"],
      epochs: 3,
    },
  ),
  linear: study(
    "a deep linear network",
    [
      ...outcome,
      ...course,
      ...landscape,
      "largestStableRate",
      "gradientGrowth",
      "gradientAutocorrelation",
      "gradientAutocorrelation?skip=true",
    ],
    {
      dataset: { name: "glyphs", train: 3000, validation: 500 },
      model: { name: "linear" },
      arms: ["none", "batch"],
      epochs: 4,
    },
  ),
  largeBatches: study(
    "batches of 512, and statistics of eight images",
    [...outcome, "lossVariance", "gradientNoiseScale"],
    {
      dataset: { name: "mnist", train: 6000, validation: 1000 },
      model: { name: "mlp" },
      arms: ["none", "batch", "ghost", "batchFrozen"],
      epochs: 10,
      batchSize: 512,
    },
  ),
  rates: study(
    "each arm at its own learning rate; the norm before and after the activation",
    [...outcome, "stepsToTarget", "lossVariance", "ligs"],
    {
      dataset: { name: "cifar10", train: 1200, validation: 500 },
      model: { name: "plain" },
      arms: ["none", "batchBefore", "batchAfter"],
      epochs: 4,
      rates: ["shared", "tuned"],
      tuning: { seeds: 1, rates: [0.0003, 0.001, 0.003, 0.01] },
    },
  ),
  affine: study("random features: γ and β alone learn", [...outcome, "deadUnits"], {
    dataset: { name: "cifar10", train: 1500, validation: 500 },
    model: { name: "resnet8" },
    arms: ["batch", "normOnly"],
    epochs: 6,
    optimiser: { learningRate: 0.01 },
  }),
} as const satisfies Record<string, ReplicationStudy>;
