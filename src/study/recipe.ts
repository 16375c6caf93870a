/** What a trial's configuration stands for: its images, its network, its start, its optimiser. */

import { type Dataset, type Split, take } from "../data/dataset.js";
import { type Graph, initialise, type Model, norms, wellScaled, zoo } from "../model/index.js";
import { fail, random } from "../tensor/index.js";
import { adam, adamW, type FitOptions, type Optimiser, sgd } from "../training/index.js";
import type { StudyConfig, Trial } from "./types.js";

/** The images of a trial: at most as many as it asks for, held out and with shuffled labels if it wants that. */
export function imagesOf(dataset: Dataset, trial: Trial): Dataset {
  const { train, validation } = trial.dataset;
  const whole = {
    ...dataset,
    train: take(dataset.train, train ?? dataset.train.images.count),
    validation: take(dataset.validation, validation ?? dataset.validation.images.count),
  };
  const own = trial.purpose === "tuning" ? heldOut(whole) : whole;
  if (trial.arm.labels !== "shuffled") return own;
  const order = random(trial.seed).split("shuffled labels").permutation(own.train.labels.length);
  const labels = own.train.labels.map((_, k) => own.train.labels[order[k]]);
  return { ...own, train: { ...own.train, labels } };
}

/** Share of the training images that tuning compares models on. */
const HELD_OUT = 1 / 6;

function heldOut(dataset: Dataset): Dataset {
  const { images } = dataset.train;
  const out = Math.max(1, Math.round(images.count * HELD_OUT));
  const kept = images.count - out;
  if (kept < 1)
    fail("option", `tuning: got ${images.count} training image, expected at least 2; take more`);
  return { ...dataset, train: take(dataset.train, kept), validation: rest(dataset.train, kept) };
}

/** The images from number `from` on; masks and concepts, which tuning does not look at, are left behind. */
function rest({ images, labels }: Split, from: number): Split {
  const [C, H, W] = images.shape;
  const count = images.count - from;
  const data = images.data.subarray(from * C * H * W);
  return { images: { ...images, count, data }, labels: labels.subarray(from) };
}

/** The network of a trial: the arm decides about norm and placement, the data about input and classes. */
export function graphOf({ arm, model }: Trial, dataset: Dataset): Graph {
  const names = Object.keys(zoo) as (keyof typeof zoo)[];
  const name = names.find((known) => known === model.name);
  const norm = (Object.keys(norms) as (keyof typeof norms)[]).find((known) => known === arm.norm);
  if (!name || !norm)
    return fail(
      "option",
      `trial: got model "${model.name}" with norm "${arm.norm}", expected known names`,
    );
  return zoo[name]({
    norm,
    inputShape: dataset.train.images.shape,
    classes: dataset.classes.length,
    ...(arm.placement && { placement: arm.placement }),
    ...(model.depth !== undefined && { depth: model.depth }),
  });
}

/** The network as training starts. Streams of the seed alone: the arms of a seed share initial convolutions. */
export function startOf(trial: Trial, dataset: Dataset): Model {
  const model = initialise(graphOf(trial, dataset), random(trial.seed).split("initial"));
  return trial.arm.start === "wellScaled" ? wellScaled(model) : model;
}

/** What an arm leaves as it is. */
export const learnsOf = ({ arm }: Trial): FitOptions["learns"] =>
  arm.learns === "norm" ? ({ name }) => name === "gamma" || name === "beta" : undefined;

/** The learning rate of a trial; the arm's goes before the study's. */
export const learningRateOf = ({ optimiser, arm }: Pick<Trial, "optimiser" | "arm">): number =>
  (arm.learningRate ?? optimiser.learningRate) * (arm.rateFactor ?? 1);

/** The optimiser of a trial. With a weight decay of the arm's own, Adam becomes AdamW. */
export function optimiserOf({ optimiser, arm }: Trial): Optimiser {
  const learningRate = learningRateOf({ optimiser, arm });
  const { momentum, nesterov } = optimiser;
  if (arm.weightDecay === "tuned")
    return fail(
      "option",
      `trial: got weight decay "tuned" in arm "${arm.name}", expected a number`,
    );
  const decay = arm.weightDecay ?? optimiser.weightDecay;
  const decaying = { learningRate, ...(decay !== undefined && { decay }) };
  const rows = {
    adam: () => (decay === undefined ? adam({ learningRate }) : adamW(decaying)),
    adamw: () => adamW(decaying),
    sgd: () =>
      sgd({
        ...decaying,
        ...(momentum !== undefined && { momentum }),
        ...(nesterov !== undefined && { nesterov }),
      }),
  } as const satisfies Record<StudyConfig["optimiser"]["name"], () => Optimiser>;
  return rows[optimiser.name]();
}
