/** What a study will take, known before it starts: its trials in waves, the passes of its measures, and the time that
 *  they take here by a short trial run. Passes are counted, seconds are guessed. */

import { type Dataset, imageBatch, take } from "../data/dataset.js";
import { session } from "../engine/session.js";
import { SNAPSHOTS } from "../measures/dynamics/snapshots.js";
import { type CostRow, costsOf, inForwardPasses, workloadOf } from "../measures/index.js";
import type { Model } from "../model/index.js";
import { tensor } from "../tensor/index.js";
import { recalibrate, trainer } from "../training/index.js";
import { imagesOf, learnsOf, optimiserOf, startOf } from "./recipe.js";
import { EARLIER_IMAGES, keepsStatistics } from "./trial.js";
import type { Arm, StudyConfig, Trial } from "./types.js";
import { conditionsOf, decayCandidates, rateCandidates, trialsOf } from "./waves.js";

/** Seconds per image on one thread of this machine. */
export interface Speed {
  /** A training step's share of one image. */
  readonly training: number;
  readonly forward: number;
  /** Back to the pixels. */
  readonly backward: number;
  /** Taking Batch Norm's statistics anew; 0 where the arm does not. */
  readonly recalibration: number;
}

/** Trials that can run at once, once those before them are known. */
export interface WaveEstimate {
  readonly wave: "tuning" | "arms" | "checkpoints";
  readonly trials: number;
  /** Of each trial, at most. */
  readonly epochs: number;
  /** On one thread. */
  readonly seconds: number;
}

export interface Estimate {
  readonly waves: readonly WaveEstimate[];
  /** The measures of one trial of the first arm, with the time they take there. */
  readonly measures: readonly (CostRow & { readonly seconds: number })[];
  /** Of one trial of the first arm. */
  readonly trainSeconds: number;
  readonly measureSeconds: number;
  /** With so many trials at once. */
  readonly seconds: number;
}

/** What a measure takes as a multiple of its passes: it also perturbs, sorts, copies and correlates. In the
 *  quick study all measures of a trial take about twice the time of their passes. */
const ARITHMETIC = 2;
/** Milliseconds spent on each kind of pass. */
const BUDGET = 150;
/** Images of a trial recalibration: enough that the making of its plan counts little, as over all images. */
const RECALIBRATED = 512;

/** How fast an arm is here: some training steps and some passes, on images of the study. */
export async function calibrate(trial: Trial, whole: Dataset): Promise<Speed> {
  const dataset = imagesOf(whole, trial);
  const model = startOf(trial, dataset);
  const n = Math.min(trial.batchSize, dataset.train.images.count);
  const x = imageBatch(dataset.train.images, 0, n);
  const labels = dataset.train.labels.subarray(0, n);
  const learns = learnsOf(trial);
  const t = await trainer(model, {
    batchSize: n,
    optimiser: optimiserOf(settled(trial)),
    ...(learns && { learns }),
    arithmetic: trial.arithmetic,
  });
  const training = (await timed(() => t.step(x, labels))) / n;
  t.close();
  const some = take(dataset.train, Math.min(RECALIBRATED, dataset.train.images.count)).images;
  const hasNone = model.nodes.every(({ kind }) => kind !== "batchNorm");
  const recalibration =
    hasNone || keepsStatistics(trial)
      ? 0
      : (await timed(() => recalibrate(model, some))) / some.count;
  return { training, recalibration, ...(await passes(model, dataset)) };
}

/** The trial with a number where a decay is still to be tuned: it takes no longer with one than with another. */
const settled = (trial: Trial): Trial =>
  trial.arm.weightDecay === "tuned" ? { ...trial, arm: { ...trial.arm, weightDecay: 0 } } : trial;

async function passes(
  model: Model,
  { train }: Dataset,
): Promise<Pick<Speed, "forward" | "backward">> {
  const n = Math.min(32, train.images.count);
  const x = imageBatch(train.images, 0, n);
  const run = session(model, { stats: "running" });
  const forward = (await timed(() => run.forward(x))) / n;
  const ones = ({ shape, data }: { shape: readonly number[]; data: ArrayLike<number> }) =>
    tensor(shape, new Float32Array(data.length).fill(1));
  const both = (await timed(() => run.inputGradient(x, ones))) / n;
  return { forward, backward: Math.max(0, both - forward) };
}

/** Seconds that `work` takes, by the fastest half of its runs: the others met something else on the machine. */
async function timed(work: () => unknown): Promise<number> {
  await work();
  const times: number[] = [];
  const until = performance.now() + BUDGET;
  while (performance.now() < until || times.length < 3) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  const fast = times.sort((a, b) => a - b).slice(0, Math.ceil(times.length / 2));
  return fast.reduce((sum, ms) => sum + ms, 0) / fast.length / 1000;
}

/** Whatever makes one arm slower than another. */
const kindOf = ({ norm, placement, learns, statistics }: Arm): string =>
  `${norm} ${placement} ${learns} ${statistics}`;

/** The estimate for a study on these images, with `workers` trials at once. */
export async function estimate(
  config: StudyConfig,
  dataset: Dataset,
  workers: number,
): Promise<Estimate> {
  const speeds = new Map<string, Speed>();
  const main = trialsOf({ ...config, seeds: config.seeds.slice(0, 1) });
  for (const trial of main)
    if (!speeds.has(kindOf(trial.arm)))
      speeds.set(kindOf(trial.arm), await calibrate(trial, dataset));
  const timeOf = (trial: Trial) => times(trial, dataset, speeds.get(kindOf(trial.arm)) as Speed);
  const total = (trials: readonly Trial[]): number =>
    trials.reduce((sum, trial) => sum + timeOf(trial).training + timeOf(trial).measuring, 0);
  const tuning = [...decayCandidates(config), ...rateCandidates(config, config.arms)].flatMap(
    ({ trials }) => trials,
  );
  const perSeed = config.seeds.length * main.length;
  const matched = conditionsOf(config).filter(({ checkpoint }) => checkpoint !== "epochs").length;
  const wave = (name: WaveEstimate["wave"], trials: number, seconds: number): WaveEstimate[] =>
    trials === 0 ? [] : [{ wave: name, trials, epochs: config.epochs, seconds }];
  const whole = total(main) * config.seeds.length;
  const waves = [
    ...wave("tuning", tuning.length, total(tuning)),
    ...wave("arms", config.rates.length * perSeed, config.rates.length * whole),
    ...wave("checkpoints", matched * perSeed, matched * whole),
  ];
  const [first] = main;
  const { training, measuring, measures } = timeOf(first);
  return {
    waves,
    measures,
    trainSeconds: training,
    measureSeconds: measuring,
    seconds: waves.reduce((sum, { seconds }) => sum + seconds, 0) / workers,
  };
}

/** Seconds of a trial's training and measuring on one thread. */
function times(
  trial: Trial,
  whole: Dataset,
  { training, forward, backward, recalibration }: Speed,
) {
  const dataset = imagesOf(whole, trial);
  const [train, validation] = [dataset.train.images.count, dataset.validation.images.count];
  const steps = trial.epochs * Math.ceil(train / trial.batchSize);
  const work = workloadOf(startOf(trial, dataset), {
    train,
    validation,
    explained: Math.min(trial.explained, validation),
    batchSize: trial.batchSize,
    steps,
    checkpoints: Math.max(1, trial.epochs),
    snapshots: Math.min(SNAPSHOTS, steps),
  });
  const { rows } = costsOf(trial.measures, work, trial.measureOptions);
  const seconds = ({ cost }: CostRow): number =>
    ARITHMETIC * (cost.forward * forward + cost.backward * backward);
  const measures = rows.map((row) => ({ ...row, seconds: seconds(row) }));
  // Beside the measures: statistics over the training images, both splits once, the maps in the course of training.
  const moments = trial.pictured === 0 ? 0 : trial.epochs;
  const looking =
    (train + moments * Math.min(EARLIER_IMAGES, train)) * recalibration +
    (train + 2 * validation) * forward;
  return {
    training: trial.epochs * (train * training + validation * forward),
    measuring: looking + measures.reduce((sum, row) => sum + row.seconds, 0),
    measures: measures.sort((a, b) => inForwardPasses(b.cost) - inForwardPasses(a.cost)),
  };
}
