/** The names that options accept. They are the keys of the library's tables; only the types are imported, so that
 *  `--help` need not wait for the engine, and a name that is missing here does not compile. */

import type { DatasetName } from "../data/registry.js";
import type { BaselineName, ChannelReduction, ExplainerName } from "../explain/index.js";
import type { Arithmetic } from "../kernels/arithmetic.js";
import type { NormName, Placement, ZooName } from "../model/index.js";
import type { Stats } from "../ops/op.js";
import type { ArmName } from "../study/arms.js";
import type { CheckpointRule, RateRule } from "../study/config.js";
import type { PresetName } from "../study/presets.js";

const all = <Name extends string>(names: Record<Name, true>): readonly string[] =>
  Object.keys(names);

export const dataNames = all<DatasetName>({
  glyphs: true,
  mnist: true,
  "fashion-mnist": true,
  cifar10: true,
});

export const modelNames = all<ZooName>({
  seed: true,
  plain: true,
  resnet8: true,
  resnet20: true,
  mlp: true,
  linear: true,
});

export const normNames = all<NormName>({
  none: true,
  batch: true,
  batchCenter: true,
  batchScale: true,
  ghost: true,
  group: true,
  layer: true,
  instance: true,
  noisy: true,
  noise: true,
});

export const armNames = all<ArmName>({
  none: true,
  batch: true,
  ghost: true,
  group: true,
  layer: true,
  instance: true,
  batchCenter: true,
  batchScale: true,
  noisy: true,
  noise: true,
  batchBefore: true,
  batchAfter: true,
  batchFrozen: true,
  normOnly: true,
  noneDecay: true,
  noneScaled: true,
  batchSlow: true,
  noneSlow: true,
  batchMoving: true,
  batchFolded: true,
  batchDrawn: true,
  untrained: true,
  untrainedBatch: true,
  shuffled: true,
  shuffledBatch: true,
});

export const rateNames = all<RateRule>({ shared: true, tuned: true });

export const checkpointNames = all<CheckpointRule>({ epochs: true, accuracy: true, loss: true });

export const placementNames = all<Placement>({ before: true, after: true });

export const arithmeticNames = all<Arithmetic>({ exact: true, fused: true });

/** The preset that is a list of studies. */
export const REPLICATION = "replication";

export const presetNames = all<PresetName | typeof REPLICATION>({
  smoke: true,
  quick: true,
  standard: true,
  replication: true,
});

export const methodNames = all<ExplainerName>({
  saliency: true,
  inputTimesGradient: true,
  integratedGradients: true,
  expectedGradients: true,
  smoothGrad: true,
  varGrad: true,
  guidedBackpropagation: true,
  deconvnet: true,
  excitationBackpropagation: true,
  deepLift: true,
  gradCam: true,
  gradCamPlusPlus: true,
  hiResCam: true,
  layerCam: true,
  occlusion: true,
  rise: true,
  kernelShap: true,
  shapleySampling: true,
  lrpEpsilon: true,
  lrpEpsilonPlus: true,
  lrpEpsilonPlusFlat: true,
  lrpEpsilonAlpha2Beta1: true,
  lrpEpsilonAlpha2Beta1Flat: true,
  lrpEpsilonGammaBox: true,
  random: true,
  constant: true,
  sobel: true,
});

export const channelNames = all<ChannelReduction>({
  sum: true,
  strongest: true,
  max: true,
  l2: true,
});

export const baselineNames = all<BaselineName>({ zero: true, mean: true, blur: true });

export const statsNames = all<Stats>({ running: true, batch: true });
