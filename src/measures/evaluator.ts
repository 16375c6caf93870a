/** Scores a trained model by any list of measures. The policy lives here and in the bench, once:
 *  - Inference mode throughout; the predicted class is explained.
 *  - Explanations are scored on a random list of validation images, the same for all arms of a seed. Per-image scores
 *    are kept with the information which images the model got right: contrasts use those that both models got
 *    right, and a model's own value is the mean over those that it got right.
 *  - Channels are summed or the strongest is taken, as the explainer says; |a|, a or a⁺, and the scale, as the measure
 *    says (`reading.ts`).
 *  - Maps that are all zero, constant or not finite are states: counted, not scored. So are maps that a measure has
 *    no score for, such as those of images without object, and explainers that cannot explain the model.
 *  - Random, constant and Sobel maps are scored beside the real ones. */

import { controlNames, type ExplainerName } from "../explain/index.js";
import { fail, random } from "../tensor/index.js";
import { type Bench, prepare } from "./bench.js";
import { lossDirection } from "./calibration.js";
import type { InputContext } from "./context.js";
import { type Costs, costsOf, inForwardPasses, workloadOf } from "./cost.js";
import { storable } from "./details.js";
import { isOfMaps, isTiming, type KeyParts, parseKey } from "./key.js";
import { finite, type MapScores, type Scores, scoresOfMaps } from "./map-scores.js";
import { free, type MeasureResult, type OfMaps, type Options, type Trained } from "./measure.js";
import { type Due, type EvaluationProgress, type Watch, watch } from "./progress.js";
import { mapState } from "./reading.js";

export interface EvaluationOptions {
  /** Keys: measures, those of maps with their explainer, some with settings of their own (src/measures/key.ts). */
  readonly measures: readonly string[];
  /** Settings by measure that differ from its defaults; a key's own go before them. */
  readonly measureOptions?: Readonly<Record<string, Options>>;
  /** Number of validation images on which explanations are scored. */
  readonly explained: number;
  readonly signal?: AbortSignal;
  /** Called before each measure, and now and then within long ones. */
  readonly onProgress?: (progress: EvaluationProgress) => void;
}

export interface Evaluation {
  /** Everything but the timing measures. */
  readonly results: Record<string, MeasureResult>;
  readonly timings: Record<string, number | null>;
  readonly explained: { indices: number[]; correct: boolean[] };
}

export function evaluateMeasures(trained: Trained, options: EvaluationOptions): Evaluation {
  const keys = options.measures.map(known);
  const costs = costsOf(options.measures, workOf(trained, options), options.measureOptions);
  const watched = watch(keys.length, costs.total, options.signal, options.onProgress);
  const bench = prepare(trained, options.explained, watched.spend);
  const score = scorer(trained, bench, watched);
  const results: Record<string, MeasureResult> = {};
  const timings: Record<string, number | null> = {};
  const dues = duesOf(keys, costs);
  for (const [i, parts] of keys.entries()) {
    const { key, name, measure } = parts;
    watched.begin(key, dues[i]);
    const settings = { ...measure.defaults, ...options.measureOptions?.[name], ...parts.options };
    const result = score(parts, settings);
    if (isTiming(key)) timings[key] = result.value;
    else results[key] = result;
  }
  const correct = bench.images.map((image) => image.correct);
  return { results, timings, explained: { indices: [...bench.indices], correct } };
}

/** What is declared of each measure. */
function duesOf(keys: readonly Known[], { rows }: Costs): Due[] {
  let until = 0;
  let row = 0;
  return keys.map(({ key, measure }) => {
    const last = rows.findIndex(({ what }) => what === key);
    for (; row <= last; row++) until += inForwardPasses(rows[row].cost);
    return { own: measure.of === "model" && last >= 0 ? rows[last].cost : free(), until };
  });
}

type Known = KeyParts & { readonly key: string };

function known(key: string): Known {
  const parts = parseKey(key);
  return "problem" in parts ? fail("option", `measures: ${parts.problem}`) : { key, ...parts };
}

const workOf = (
  { model, dataset, batchSize, steps, checkpoints, snapshots }: Trained,
  { explained }: EvaluationOptions,
) =>
  workloadOf(model, {
    train: dataset.train.images.count,
    validation: dataset.validation.images.count,
    explained: Math.min(explained, dataset.validation.images.count),
    batchSize,
    steps: steps.length,
    checkpoints: checkpoints.length,
    snapshots: snapshots.length,
  });

/** Scores single measures; keeps what measures share. */
function scorer(trained: Trained, bench: Bench, { spend, tick }: Watch) {
  const mapScores = scoresOfMaps(trained, bench);
  return ({ measure, explainer }: Known, settings: Options): MeasureResult => {
    if (isOfMaps(measure))
      return explainer === undefined
        ? fail("option", "measures: got a measure of maps without an explainer")
        : scoreMaps(measure, explainer, settings, bench, mapScores);
    if (measure.of === "model") {
      const { value, states, details } = measure.score(trained, settings, tick);
      const kept = details && { details: storable(details) };
      return { value: finite(value), states: { ...states }, ...kept };
    }
    const context = inputContext(trained.seed, bench, spend);
    const scores = measure.score(context, settings).map(finite);
    const zeroGradient = scores.filter((score) => score === null).length;
    return { value: meanOfCorrect(scores, bench), images: scores, states: { zeroGradient } };
  };
}

/** Mean over the images that the model got right and that have a score. */
function meanOfCorrect(scores: Scores, { images }: Bench): number | null {
  const counted = scores.filter((score, i): score is number => score !== null && images[i].correct);
  return counted.length === 0 ? null : counted.reduce((sum, x) => sum + x, 0) / counted.length;
}

function inputContext(
  seed: number,
  { batch, labels, run }: Bench,
  spend: Watch["spend"],
): InputContext {
  return {
    images: batch,
    labels,
    lossGradient(images) {
      const { gradient } = run.inputGradient(images, (logits, from) =>
        lossDirection(logits, labels.subarray(from, from + logits.shape[0])),
      );
      spend({ forward: images.shape[0], backward: images.shape[0] });
      return gradient;
    },
    noise(draw) {
      const stream = random(seed).split("input noise").split(draw);
      return Float32Array.from({ length: batch.data.length }, () => stream.normal());
    },
  };
}

/** The result of a measure of maps: scores, states, controls. */
function scoreMaps(
  measure: OfMaps,
  explainer: ExplainerName,
  settings: Options,
  bench: Bench,
  scoresOf: MapScores,
): MeasureResult {
  const all = bench.images.length;
  if (measure.needsMask && bench.images.some(({ mask }) => mask === undefined))
    return { value: null, states: { noMask: all } };
  const found = bench.maps(explainer);
  const raw = "state" in found ? found : scoresOf(measure, explainer, settings);
  if ("state" in raw) return { value: null, states: { [raw.state]: all } };
  const states: Record<string, number> = { allZero: 0, notFinite: 0, singleValue: 0 };
  if ("isFolded" in found && found.isFolded) states.folded = all;
  const scores = raw.map((score, i) => {
    const state = "maps" in found ? mapState(found.maps[i].map) : undefined;
    if (state !== undefined) states[state]++;
    else if (score === null) states.noScore = (states.noScore ?? 0) + 1;
    return state === undefined ? score : null;
  });
  const controls: Record<string, number | null> = {};
  for (const name of controlNames) {
    const values = scoresOf(measure, name, settings);
    controls[name] = "state" in values ? null : meanOfCorrect(values, bench);
  }
  return { value: meanOfCorrect(scores, bench), images: scores, states, controls };
}
