/** The images that a report shows, and the maps of each trial for them. The choice depends on the dataset alone, so
 *  all trials show the same images. */

import { type Dataset, imageBatch, type Split } from "../data/dataset.js";
import { session } from "../engine/session.js";
import { type ExplainerName, explainers, reduceChannels } from "../explain/index.js";
import { spread } from "../measures/means.js";
import type { Model } from "../model/index.js";
import type { EarlierMaps, MapResult, Picture } from "./types.js";

/** The methods whose maps are kept. */
const METHODS = ["saliency", "integratedGradients"] as const satisfies readonly ExplainerName[];
type PicturedMethod = (typeof METHODS)[number];

/** Indices of validation images: the first of each class, then the second of each, and so on. */
export function picturedImages({ labels }: Split, classes: number, count: number): number[] {
  const byClass = Array.from({ length: classes }, () => [] as number[]);
  labels.forEach((label, i) => {
    byClass[label].push(i);
  });
  const rounds = Math.max(...byClass.map((images) => images.length));
  const order = Array.from({ length: rounds }, (_, round) =>
    byClass.flatMap((images) => images.slice(round, round + 1)),
  ).flat();
  return order.slice(0, count);
}

/** The pictured images themselves, as bytes, with their objects' masks. */
export function pictures({ validation, classes }: Dataset, count: number): Picture[] {
  const { images, labels, masks } = validation;
  const [C, H, W] = images.shape;
  return picturedImages(validation, classes.length, count).map((image) => ({
    image,
    label: labels[image],
    shape: [C, H, W],
    pixels: Array.from(imageBatch(images, [image]).data, (value) =>
      Math.round(255 * Math.min(Math.max(value, 0), 1)),
    ),
    ...(masks && { mask: Array.from(masks.subarray(image * H * W, (image + 1) * H * W)) }),
  }));
}

/** The methods whose maps are kept from the course of training, and at most so many moments of it. */
const EARLIER_METHODS: readonly PicturedMethod[] = ["saliency"];
const EARLIER = 3;

/** The maps of the pictured images at moments of training before its end. `finish` makes of a model in training one
 *  that can be explained. */
export function earlierMaps(
  checkpoints: readonly { readonly model: Model }[],
  finish: (model: Model) => Model,
  dataset: Dataset,
  count: number,
): EarlierMaps[] {
  const epochs = spread([...checkpoints.keys()].slice(0, -1), EARLIER);
  return epochs.map((place) => ({
    epoch: place + 1,
    maps: pictureMaps(finish(checkpoints[place].model), dataset, count, EARLIER_METHODS),
  }));
}

/** Maps of the pictured images, of the predicted class. */
export function pictureMaps(
  model: Model,
  dataset: Dataset,
  count: number,
  methods: readonly PicturedMethod[] = METHODS,
): MapResult[] {
  const { images, labels } = dataset.validation;
  const chosen = picturedImages(dataset.validation, dataset.classes.length, count);
  if (chosen.length === 0) return [];
  const run = session(model, { stats: "running" });
  const batch = imageBatch(images, chosen);
  return methods.flatMap((method) => {
    const { values, target } = explainers[method].explain(run, batch);
    return reduceChannels(values, explainers[method].reduction).map((map, i) => ({
      image: chosen[i],
      label: labels[chosen[i]],
      prediction: target[i],
      method,
      shape: [images.shape[1], images.shape[2]] as [number, number],
      ...quantise(map),
    }));
  });
}

/** A map as integers −127 … 127 of its largest magnitude. What is not finite becomes 0. */
export function quantise(map: Float64Array): { peak: number; values: number[] } {
  const clean = map.map((value) => (Number.isFinite(value) ? value : 0));
  const peak = clean.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return {
    peak,
    // + 0: no negative zeros.
    values: Array.from(clean, (value) => (peak === 0 ? 0 : Math.round((127 * value) / peak) + 0)),
  };
}
