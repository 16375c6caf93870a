/** A study's trials in the order in which they can be known: what is tuned first, then the arms themselves, then the
 *  checkpoints that depend on how those turned out. Within a wave trials are independent. Pure: nothing runs here. */

import { expandMeasures, usualMeasures } from "../measures/index.js";
import { isControl } from "./arms.js";
import type { CheckpointRule, RateRule } from "./config.js";
import type { Arm, Condition, StudyConfig, Trial, TrialResult, TuningResult } from "./types.js";

/** A value to be tried for a setting of an arm: one trial for each tuning seed. */
export interface Candidate {
  readonly arm: string;
  readonly setting: TuningResult["setting"];
  readonly value: number;
  readonly trials: readonly Trial[];
}

/** All trials of given arms, seed by seed, the arms of a seed one after another. */
export function trialsOf(config: StudyConfig, arms: readonly Arm[] = config.arms): Trial[] {
  const { dataset, model, epochs, batchSize, optimiser, explained, pictured } = config;
  const { arithmetic, statistics, measureOptions } = config;
  const measures = expandMeasures(config.measures ?? usualMeasures, config.explainers);
  return config.seeds.flatMap((seed) =>
    arms.map((arm) => ({
      arm: withoutUsualRate(arm, config),
      seed,
      dataset,
      model,
      epochs: arm.training === "none" ? 0 : epochs,
      batchSize,
      optimiser,
      arithmetic,
      statistics,
      measures,
      measureOptions,
      explained,
      pictured,
    })),
  );
}

/** The arm without a learning rate that says what the study says: tuned or not, it is the same trial. */
function withoutUsualRate(arm: Arm, { optimiser }: StudyConfig): Arm {
  if (arm.learningRate !== optimiser.learningRate) return arm;
  const { learningRate: _, ...rest } = arm;
  return rest;
}

/** Candidates for the decays to be tuned, at the study's learning rate. */
export const decayCandidates = (config: StudyConfig): Candidate[] =>
  config.arms
    .filter(({ weightDecay }) => weightDecay === "tuned")
    .flatMap((arm) => candidates(config, arm, "weightDecay", config.tuning.decays));

/** Candidates for the learning rate of every arm that has none of its own; controls train as the study does. */
export const rateCandidates = (config: StudyConfig, arms: readonly Arm[]): Candidate[] =>
  config.rates.includes("tuned")
    ? arms
        .filter(isRateTuned)
        .flatMap((arm) => candidates(config, arm, "learningRate", config.tuning.rates))
    : [];

const isRateTuned = (arm: Arm): boolean =>
  arm.learningRate === undefined && arm.rateFactor === undefined && !isControl(arm);

/** First seed that tuning takes, out of the way of those that people choose. */
const TUNING_SEEDS = 1_000_000;

function tuningSeeds({ seeds, tuning }: StudyConfig): number[] {
  const taken = new Set(seeds);
  const found: number[] = [];
  for (let seed = TUNING_SEEDS; found.length < tuning.seeds; seed++)
    if (!taken.has(seed)) found.push(seed);
  return found;
}

function candidates(
  config: StudyConfig,
  arm: Arm,
  setting: Candidate["setting"],
  values: readonly number[],
): Candidate[] {
  const design = {
    ...config,
    seeds: tuningSeeds(config),
    measures: ["validationAccuracy"],
    measureOptions: {},
    explained: 1,
    pictured: 0,
  };
  return [...new Set(values)]
    .sort((a, b) => a - b)
    .map((value) => ({
      arm: arm.name,
      setting,
      value,
      trials: trialsOf(design, [{ ...arm, [setting]: value }]).map((trial) => ({
        ...trial,
        purpose: "tuning",
      })),
    }));
}

/** For each tuned setting the value with the best mean accuracy, the smallest among equals. A value under which some
 *  model diverged is worse than any other. */
export function settle(
  all: readonly Candidate[],
  resultOf: (trial: Trial) => TrialResult,
): TuningResult[] {
  const nameOf = ({ arm, setting }: Candidate): string => `${setting} ${arm}`;
  return [...new Set(all.map(nameOf))].map((name) => {
    const group = all.filter((candidate) => nameOf(candidate) === name);
    const tried = group.map(({ value, trials }) => ({
      value,
      accuracy: meanOrNull(
        trials.map((trial) => resultOf(trial).measures.validationAccuracy?.value ?? null),
      ),
    }));
    const best = tried.reduce((a, b) => ((b.accuracy ?? -1) > (a.accuracy ?? -1) ? b : a));
    const atEdge = best === tried[0] || best === tried[tried.length - 1];
    const [{ arm, setting }] = group;
    return { arm, setting, tried, chosen: best.value, atEdge };
  });
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum / values.length;
}

/** The arms with what was chosen for them. */
export const tunedArms = (arms: readonly Arm[], tuning: readonly TuningResult[]): Arm[] =>
  arms.map((arm) => {
    const own = tuning.filter((result) => result.arm === arm.name);
    return { ...arm, ...Object.fromEntries(own.map(({ setting, chosen }) => [setting, chosen])) };
  });

/** The arms under a rule for their learning rates. */
export const armsUnder = (
  { arms }: StudyConfig,
  rule: RateRule,
  tuning: readonly TuningResult[],
): Arm[] =>
  tunedArms(
    arms,
    tuning.filter(({ setting }) => rule === "tuned" || setting === "weightDecay"),
  );

/** What is compared with what, the first of it first. */
export const conditionsOf = ({ rates, checkpoints }: StudyConfig): Condition[] =>
  rates.flatMap((rule) => checkpoints.map((checkpoint) => ({ rates: rule, checkpoint })));

/** Whether an epoch has come as far as another. */
const reaches = {
  accuracy: { of: "validationAccuracy", better: (a: number, b: number) => a >= b },
  loss: { of: "trainLoss", better: (a: number, b: number) => a <= b },
} as const;

/** The trials of a wave again, each up to the first epoch that has come as far as the arm of its seed that got least far
 *  in the end. Training is deterministic, so that is the very model that the longer trial had there. Controls and
 *  diverged trials set no bar and stay as they are. */
export function matchedTrials(
  trials: readonly Trial[],
  rule: CheckpointRule,
  resultOf: (trial: Trial) => TrialResult,
): Trial[] {
  if (rule === "epochs") return [...trials];
  const { of, better } = reaches[rule];
  const curve = (trial: Trial): (number | null)[] =>
    resultOf(trial).history.epochs.map((epoch) => epoch[of]);
  const isMatched = (trial: Trial): boolean =>
    !isControl(trial.arm) && resultOf(trial).state === "trained";
  return trials.map((trial) => {
    if (!isMatched(trial)) return trial;
    const ends = trials
      .filter((other) => other.seed === trial.seed && isMatched(other))
      .map((other) => curve(other).at(-1) ?? null)
      .filter((end) => end !== null);
    if (ends.length === 0) return trial;
    const bar = ends.reduce((a, b) => (better(a, b) ? b : a));
    const first = curve(trial).findIndex((value) => value !== null && better(value, bar));
    return first < 0 ? trial : { ...trial, epochs: first + 1 };
  });
}

/** How many trials a study has in all; some of them may turn out to be the same. */
export function trialCount(config: StudyConfig): number {
  const count = (all: readonly Candidate[]): number =>
    all.reduce((sum, { trials }) => sum + trials.length, 0);
  const { arms, seeds } = config;
  const before = config.checkpoints.includes("epochs") ? 0 : config.rates.length;
  return (
    count(decayCandidates(config)) +
    count(rateCandidates(config, arms)) +
    (conditionsOf(config).length + before) * arms.length * seeds.length
  );
}
