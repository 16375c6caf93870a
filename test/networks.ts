/** Networks and batches that several tests train on. */

import type { Dataset } from "../src/data/dataset.js";
import { initialise, type Model } from "../src/model/model.js";
import type { NormName } from "../src/model/norms.js";
import { type ZooName, zoo } from "../src/model/zoo.js";
import { random } from "../src/tensor/random.js";
import type { Tensor } from "../src/tensor/tensor.js";

export interface Batch {
  readonly x: Tensor;
  readonly labels: number[];
}

/** Images in [0, 1] whose brightest band tells the class, with noise. */
export function batch(n: number, [C, H, W]: readonly number[], seed = "batch"): Batch {
  const stream = random(seed);
  const labels = Array.from({ length: n }, () => stream.below(10));
  const data = Float32Array.from({ length: n * C * H * W }, (_, i) => {
    const row = Math.floor(i / W) % H;
    const label = labels[Math.floor(i / (C * H * W))];
    return Math.min(1, stream.uniform(0, 0.5) + (Math.floor((row * 10) / H) === label ? 0.5 : 0));
  });
  return { x: { shape: [n, C, H, W], data }, labels };
}

export const fresh = (name: ZooName, norm: NormName = "batch"): Model =>
  initialise(zoo[name]({ norm }), random("model"));

/** A small dataset of such images. */
export function bands(
  train: number,
  validation: number,
  shape: readonly [number, number, number] = [1, 28, 28],
): Dataset {
  const split = (n: number, seed: string) => {
    const { x, labels } = batch(n, shape, seed);
    return {
      images: { shape, count: n, data: x.data as Float32Array },
      labels: Uint8Array.from(labels),
    };
  };
  return {
    name: "bands",
    classes: Array.from({ length: 10 }, (_, k) => `band ${k}`),
    train: split(train, "train"),
    validation: split(validation, "validation"),
    fingerprint: `bands-${train}-${validation}-${shape}`,
  };
}
