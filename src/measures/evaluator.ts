/** Scores a trained model by any list of measures. The policy lives here, once:
 *  - Inference mode throughout; the predicted class is explained.
 *  - Explanations are scored on a random list of validation images, the same for all arms of a seed. Per-image scores
 *    are kept with the information which images the model got right: contrasts use those that both models got
 *    right, and a model's own value is the mean over those that it got right.
 *  - Channels are summed or the strongest is taken, as the explainer says; |a|, a or a⁺, as the measure says.
 *  - Maps that are all zero, constant or not finite are states: counted, not scored. So are maps that a measure has
 *    no score for, such as those of images without object.
 *  - Random, constant and Sobel maps are scored beside the real ones. */

import { explainers } from "../explain/index.js";
import { checkCancelled, fail, random } from "../tensor/index.js";
import { type Bench, prepare } from "./bench.js";
import { lossDirection } from "./calibration.js";
import { storable } from "./details.js";
import { isTiming, parseKey, type ScoredExplainer } from "./key.js";
import type {
  InputContext,
  MapMeasure,
  Measure,
  MeasureResult,
  Options,
  Reading,
  Trained,
} from "./measure.js";

export interface EvaluationOptions {
  /** Keys: measures, those of maps with their explainer, some with settings of their own (src/measures/key.ts). */
  readonly measures: readonly string[];
  /** Settings by measure that differ from its defaults; a key's own go before them. */
  readonly measureOptions?: Readonly<Record<string, Options>>;
  /** Number of validation images on which explanations are scored. */
  readonly explained: number;
  readonly signal?: AbortSignal;
  /** Called before each measure. */
  readonly onMeasure?: (key: string, done: number, total: number) => void;
}

export interface Evaluation {
  /** Everything but the timing measures. */
  readonly results: Record<string, MeasureResult>;
  readonly timings: Record<string, number | null>;
  readonly explained: { indices: number[]; correct: boolean[] };
}

export function evaluateMeasures(trained: Trained, options: EvaluationOptions): Evaluation {
  const bench = prepare(trained, options.explained);
  const results: Record<string, MeasureResult> = {};
  const timings: Record<string, number | null> = {};
  const keys = options.measures.map((key) => {
    const parts = parseKey(key);
    return "problem" in parts ? fail("option", `measures: ${parts.problem}`) : { key, ...parts };
  });
  keys.forEach(({ key, name, measure, explainer, options: own }, done) => {
    checkCancelled(options.signal, "measures");
    options.onMeasure?.(key, done, keys.length);
    const settings = { ...measure.defaults, ...options.measureOptions?.[name], ...own };
    const result = scoreOne(measure, explainer, settings, trained, bench);
    if (isTiming(key)) timings[key] = result.value;
    else results[key] = result;
  });
  const correct = bench.images.map((image) => image.correct);
  return { results, timings, explained: { indices: [...bench.indices], correct } };
}

function scoreOne(
  measure: Measure,
  explainer: ScoredExplainer | undefined,
  settings: Options,
  trained: Trained,
  bench: Bench,
): MeasureResult {
  switch (measure.of) {
    case "model": {
      const { value, states, details } = measure.score(trained, settings);
      const kept = details && { details: storable(details) };
      return { value: finite(value), states: { ...states }, ...kept };
    }
    case "input": {
      const scores = measure.score(inputContext(trained.seed, bench), settings).map(finite);
      const zeroGradient = scores.filter((score) => score === null).length;
      return { value: meanOfCorrect(scores, bench), images: scores, states: { zeroGradient } };
    }
    case "map":
      return explainer === undefined
        ? fail("option", "measures: got a measure of maps without an explainer")
        : scoreMaps(measure, explainer, settings, bench);
  }
}

const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

/** Mean over the images that the model got right and that have a score. */
function meanOfCorrect(scores: readonly (number | null)[], { images }: Bench): number | null {
  const counted = scores.filter((score, i): score is number => score !== null && images[i].correct);
  return counted.length === 0 ? null : counted.reduce((sum, x) => sum + x, 0) / counted.length;
}

function inputContext(seed: number, { batch, labels, run }: Bench): InputContext {
  return {
    images: batch,
    labels,
    lossGradient(images) {
      let from = 0; // the session makes the seed for a part of the batch at a time, in order
      return run.inputGradient(images, (logits) => {
        const own = labels.subarray(from, (from += logits.shape[0]));
        return lossDirection(logits, own);
      }).gradient;
    },
    noise(draw) {
      const stream = random(seed).split("input noise").split(draw);
      return Float32Array.from({ length: batch.data.length }, () => stream.normal());
    },
  };
}

/** Why a map cannot be scored. */
export function mapState(
  map: ArrayLike<number>,
): "notFinite" | "allZero" | "singleValue" | undefined {
  let constant = true;
  for (let p = 0; p < map.length; p++) {
    if (!Number.isFinite(map[p])) return "notFinite";
    if (map[p] !== map[0]) constant = false;
  }
  return constant ? (map[0] === 0 ? "allZero" : "singleValue") : undefined;
}

const readings = {
  absolute: Math.abs,
  signed: (a: number) => a,
  positive: (a: number) => Math.max(a, 0),
} as const satisfies Record<Exclude<Reading, "evidence">, (a: number) => number>;

/** How a measure reads the maps of an explainer. */
function readingOf({ reading }: MapMeasure, explainer: ScoredExplainer): (a: number) => number {
  const speaks = explainers[explainer].kind === "attribution";
  return readings[reading === "evidence" ? (speaks ? "signed" : "absolute") : reading];
}

function scoreMaps(
  measure: MapMeasure,
  explainer: ScoredExplainer,
  settings: Options,
  bench: Bench,
): MeasureResult {
  const states: Record<string, number> = { allZero: 0, notFinite: 0, singleValue: 0 };
  if (measure.needsMask && bench.images.some(({ mask }) => mask === undefined))
    return { value: null, states: { noMask: bench.images.length } };
  const read = readingOf(measure, explainer);
  const scores = bench.maps(explainer).map((map, i) => {
    const state = mapState(map);
    if (state !== undefined) {
      states[state]++;
      return null;
    }
    const score = finite(measure.score({ ...bench.images[i], map: map.map(read) }, settings));
    if (score === null) states.noScore = (states.noScore ?? 0) + 1;
    return score;
  });
  const controls: Record<string, number | null> = {};
  for (const [name, values] of Object.entries(bench.controls(measure, settings)))
    controls[name] = meanOfCorrect(values, bench);
  return { value: meanOfCorrect(scores, bench), images: scores, states, controls };
}
