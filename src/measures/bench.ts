/** What the measures of one trained model share: the explained images, a session, the maps and the scores of the
 *  controls, each made once and only if a measure asks for it. */

import { imageBatch } from "../data/dataset.js";
import { type Session, session } from "../engine/session.js";
import {
  controlNames,
  type ExplainerName,
  explainers,
  reduceChannels,
  top,
} from "../explain/index.js";
import { type Random, random, slice, type Tensor, tensor } from "../tensor/index.js";
import { classProbability } from "./calibration.js";
import type { MapContext, MapMeasure, Options, Trained } from "./measure.js";

/** The validation images explained under a seed: drawn without replacement, ascending. */
export function explainedImages(available: number, count: number, seed: number): Int32Array {
  const order = random(seed).split("explained images").permutation(available);
  return order.subarray(0, Math.min(count, available)).sort();
}

/** One image to be explained. */
export interface Item extends Omit<MapContext, "map"> {
  readonly correct: boolean;
}

export interface Bench {
  readonly indices: Int32Array;
  readonly batch: Tensor;
  readonly labels: Uint8Array;
  readonly images: readonly Item[];
  readonly run: Session;
  maps(explainer: ExplainerName): readonly Float64Array[];
  controls(measure: MapMeasure, settings: Options): Record<string, (number | null)[]>;
}

export function prepare({ model, dataset, seed, temperature }: Trained, explained: number): Bench {
  const { images, labels: allLabels, masks } = dataset.validation;
  const indices = explainedImages(images.count, explained, seed);
  const batch = imageBatch(images, indices);
  const labels = Uint8Array.from(indices, (image) => allLabels[image]);
  const run = session(model, { stats: "running" });
  const target = top(run.forward(batch));
  const [, H, W] = images.shape;
  const items = Array.from(indices, (index, i): Item => {
    const probabilities = (variants: Tensor): Float64Array =>
      classProbability(run.forward(variants), target[i], temperature);
    return {
      image: tensor(images.shape, slice(batch, i, i + 1).data),
      mask: masks?.subarray(index * H * W, (index + 1) * H * W),
      tieOrder: random(seed)
        .split("ties")
        .split(index)
        .permutation(H * W),
      probabilities,
      correct: target[i] === labels[i],
    };
  });
  const mapsOf = new Map<ExplainerName, Float64Array[]>();
  const maps = (name: ExplainerName): Float64Array[] => {
    const known = mapsOf.get(name);
    if (known) return known;
    const options = { random: random(seed).split("control maps") };
    const made = explain(name, run, batch, options);
    mapsOf.set(name, made);
    return made;
  };
  const bench = { indices, batch, labels, images: items, run, maps };
  return { ...bench, controls: controlScores(items, maps) };
}

/** Images per call of an explainer: bounds memory, and changes no bit of the result. */
const BATCH = 32;

function explain(
  name: ExplainerName,
  run: Session,
  batch: Tensor,
  options: { random: Random },
): Float64Array[] {
  const explainer = explainers[name];
  const maps: Float64Array[] = [];
  for (let from = 0; from < batch.shape[0]; from += BATCH) {
    const part = slice(batch, from, Math.min(from + BATCH, batch.shape[0]));
    maps.push(...reduceChannels(explainer.explain(run, part, options).values, explainer.reduction));
  }
  return maps;
}

/** Scores of the control maps. Measures that share their score function and settings share them. */
function controlScores(
  items: readonly Item[],
  maps: (name: ExplainerName) => readonly Float64Array[],
): Bench["controls"] {
  const known: { score: unknown; key: string; scores: Record<string, (number | null)[]> }[] = [];
  return (measure, settings) => {
    const key = JSON.stringify(settings);
    const found = known.find((entry) => entry.score === measure.score && entry.key === key);
    if (found) return found.scores;
    const scores: Record<string, (number | null)[]> = {};
    for (const name of controlNames)
      scores[name] = maps(name).map((map, i) => measure.score({ ...items[i], map }, settings));
    known.push({ score: measure.score, key, scores });
    return scores;
  };
}
