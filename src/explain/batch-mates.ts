/** How far the map of one image moves when only its batch mates change: 0 with running statistics, and no small number
 *  with those of the batch, which many published notebooks use without knowing. */

import { session } from "../engine/session.js";
import type { Model } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import { type Random, random as rootStream } from "../tensor/random.js";
import { slice, type Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";
import type { Explainer, ExplainOptions } from "./explanation.js";
import { again, choose, top } from "./target.js";

export interface BatchMateOptions {
  /** Images per batch, the explained one included; defaults to 16. */
  readonly batch?: number;
  /** Batches drawn for each image; defaults to 4. */
  readonly draws?: number;
  /** Defaults to "batch"; with "running" the answer is 0. */
  readonly stats?: "batch" | "running";
  readonly backend?: "wasm" | "reference";
  /** Root of the streams that batch mates are drawn from. */
  readonly random?: Random;
}

export interface BatchMateSensitivity {
  /** Per image ‖map − mean map‖/‖mean map‖ over the draws: mean and largest. */
  readonly mean: Float64Array;
  readonly largest: Float64Array;
}

/** Explains every image among mates drawn from the same images, several times, and compares its maps. */
export function batchMateSensitivity<O extends ExplainOptions>(
  model: Model,
  explainer: Explainer<O>,
  images: Tensor,
  { batch = 16, draws = 4, stats = "batch", backend = "wasm", random }: BatchMateOptions = {},
  options?: O,
): BatchMateSensitivity {
  const [n] = images.shape;
  if (!(Number.isInteger(batch) && batch >= 2 && batch <= n))
    fail("option", `batchMateSensitivity: got batches of ${batch}, expected 2 to ${n}, the images`);
  if (!(Number.isInteger(draws) && draws >= 2))
    fail("option", `batchMateSensitivity: got ${draws} draws, expected a whole number from 2`);
  const own = session(model, { stats, backend });
  // The same class throughout, or a map would also move because the prediction did.
  const chosen = choose(options?.target ?? top, session(model, { backend }).forward(images));
  const streams = (random ?? rootStream("batch mates")).split("batch mates");
  const mean = new Float64Array(n);
  const largest = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const maps = Array.from({ length: draws }, (_, k) => {
      const mates = streams
        .split(`${i}/${k}`)
        .permutation(n)
        .filter((j) => j !== i);
      const members = [i, ...mates.slice(0, batch - 1)];
      const pick = (labels: Int32Array) => Int32Array.from(members, (j) => labels[j]);
      const target = again({
        target: pick(chosen.target),
        ...(chosen.against && { against: pick(chosen.against) }),
      });
      const given: O = Object.assign({}, options, { target });
      return slice(explainer.explain(own, gathered(images, members), given).values, 0, 1).data;
    });
    const apart = distances(maps);
    mean[i] = apart.reduce((a, b) => a + b, 0) / draws;
    largest[i] = Math.max(...apart);
  }
  return { mean, largest };
}

function gathered(images: Tensor, members: readonly number[]): Tensor {
  const out = zeros(images, [members.length, ...images.shape.slice(1)]);
  members.forEach((j, k) => {
    slice(out, k, k + 1).data.set(slice(images, j, j + 1).data);
  });
  return out;
}

/** ‖a − mean‖/‖mean‖ of each map. */
function distances(maps: readonly ArrayLike<number>[]): number[] {
  const length = maps[0].length;
  const centre = Float64Array.from(
    { length },
    (_, p) => maps.reduce((sum, map) => sum + map[p], 0) / maps.length,
  );
  const norm = Math.sqrt(centre.reduce((sum, v) => sum + v * v, 0));
  return maps.map((map) => {
    const apart = Math.sqrt(centre.reduce((sum, v, p) => sum + (map[p] - v) ** 2, 0));
    return norm > 0 ? apart / norm : 0;
  });
}
