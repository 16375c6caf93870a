/** Training whose Batch Norm is frozen after a warm-up: from then on it normalises with the mean and variance over all
 *  training images, taken once as the warm-up ends. γ and β go on learning. */

import type { Dataset } from "../data/dataset.js";
import type { Model } from "../model/model.js";
import { type Checkpoint, type FitOptions, type FitRecord, fit } from "./fit.js";
import { recalibrate } from "./recalibrate.js";

/** `fit` under batch statistics for `warmUp` epochs, then under the frozen ones. */
export async function* fitThenFreeze(
  model: Model,
  dataset: Dataset,
  { warmUp, ...options }: FitOptions & { readonly warmUp: number },
): AsyncGenerator<FitRecord, { readonly model: Model }> {
  let warm: Checkpoint | undefined;
  const first = fit(model, dataset, {
    ...options,
    onCheckpoint: (checkpoint) => {
      if (checkpoint.epoch === warmUp + 1) warm = checkpoint;
    },
  });
  for (let next = await first.next(); ; next = await first.next()) {
    if (next.done) return next.value; // the run is no longer than its warm-up
    yield next.value;
    if (next.value.kind === "epoch" && next.value.epoch === warmUp) break;
  }
  await first.return({ model }); // frees the warm-up's memory
  if (!warm) throw new Error("fitThenFreeze: no checkpoint");
  const frozen = { ...warm, model: recalibrate(warm.model, dataset.train.images) };
  return yield* fit(model, dataset, { ...options, stats: "running", resume: frozen });
}
