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
  lossRange: { snapshots: 4, rates: 4 },
  gradientPredictiveness: { snapshots: 4, rates: 4 },
  betaSmoothness: { snapshots: 4, rates: 4 },
  relativeLossAlongGradient: { snapshots: 4 },
  covariateShift: { snapshots: 4 },
  activationGrowth: { images: 32, snapshots: 4 },
  adaptiveSharpness: { batches: 4 },
  largestStableRate: { steps: 20 },
  gradientGrowth: { inputs: 128 },
  gradientAutocorrelation: { networks: 4, width: 32, points: 128 },
  pgdLinfAccuracy: { images: 50, checked: 10, starts: 1, steps: 10 },
  pgdL2Accuracy: { images: 50, checked: 10, starts: 1, steps: 10 },
  fgsmAccuracy: { images: 200 },
  noiseAccuracy: { images: 300 },
  uniqueDetectors: { images: 200 },
  uniqueDetectorShare: { images: 200 },
  classSelectivity: { images: 300 },
  classInformation: { images: 300 },
  deadUnits: { images: 300 },
  rotationRuler: { images: 200, draws: 2 },
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
  linear: study(
    "a deep linear network, and gradients at the start",
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
  dense: study(
    "a dense network: units, landscape, noise after the norm, small and large learning rates",
    [
      ...outcome,
      ...course,
      ...landscape,
      "largestStableRate",
      "ligs",
      "classSelectivity",
      "classInformation",
      "ablationZero",
      "ablationMean",
      "deadUnits",
    ],
    {
      dataset: { name: "mnist", train: 4000, validation: 1000 },
      model: { name: "mlp" },
      arms: ["none", "batch", "noisy", "noise", "noneSlow", "batchSlow"],
      epochs: 5,
    },
  ),
  largeBatches: study(
    "batches of 512: statistics of eight images, and frozen ones",
    [...outcome, "lossVariance", "gradientNoiseScale"],
    {
      dataset: { name: "mnist", train: 6000, validation: 1000 },
      model: { name: "mlp" },
      arms: ["none", "batch", "ghost", "batchFrozen"],
      epochs: 8,
      batchSize: 512,
    },
  ),
  substitutes: study(
    "what is said to replace Batch Norm, under noise and attack; γ and β alone",
    [...outcome, ...attacks, "ligs"],
    {
      dataset: { name: "fashion-mnist", train: 2000, validation: 500 },
      model: { name: "seed" },
      arms: ["none", "batch", "noneDecay", "layer", "instance", "group", "normOnly"],
      epochs: 5,
      tuning: { seeds: 1 },
    },
  ),
  units: study(
    "units and explanations, after equal epochs and at equal accuracy",
    [...outcome, ...course, ...explanations, ...units],
    {
      dataset: { name: "glyphs", train: 3000, validation: 500 },
      model: { name: "seed" },
      arms: ["none", "batch"],
      epochs: 5,
      checkpoints: ["epochs", "accuracy"],
    },
  ),
  folding: study(
    "rule-based maps of one and the same function, drawn with Batch Norm and folded",
    [
      ...outcome,
      "sparseness/lrpEpsilonPlus",
      "relevanceMass/lrpEpsilonPlus",
      "relevanceRank/lrpEpsilonPlus",
      "faithfulnessCorrelation/lrpEpsilonPlus",
      "randomLogit/lrpEpsilonPlus",
    ],
    {
      dataset: { name: "glyphs", train: 2000, validation: 400 },
      model: { name: "plain", depth: 4 },
      arms: ["batchDrawn", "batchFolded"],
      epochs: 3,
    },
  ),
  rates: study(
    "each arm at its own learning rate; the norm before and after the activation",
    [...outcome, "stepsToTarget", "lossVariance", "ligs"],
    {
      dataset: { name: "cifar10", train: 2000, validation: 500 },
      model: { name: "seed" },
      arms: ["none", "batchBefore", "batchAfter"],
      epochs: 4,
      rates: ["shared", "tuned"],
      tuning: { seeds: 1, rates: [0.0003, 0.001, 0.003, 0.01] },
    },
  ),
  residual: study(
    "a residual network under noise and attack",
    [...outcome, ...attacks, "ligs", "stepTime"],
    {
      dataset: { name: "cifar10", train: 300, validation: 200 },
      model: { name: "resnet8" },
      arms: ["none", "batch"],
      epochs: 3,
      batchSize: 16,
    },
  ),
  plain: study(
    "the loss along the gradient and the units of a deeper plain network",
    [...outcome, ...landscape, "classSelectivity", "deadUnits"],
    {
      dataset: { name: "mnist", train: 300, validation: 200 },
      model: { name: "plain", depth: 8 },
      arms: ["none", "batch"],
      epochs: 3,
      batchSize: 16,
    },
  ),
} as const satisfies Record<string, ReplicationStudy>;
