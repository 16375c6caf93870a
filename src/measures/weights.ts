/** A network whose weights are moved about: loss and gradient anywhere in the space of weights, on one batch at a time,
 *  without compiling it anew. Running statistics never change, and neither does the model given. */

import { executor } from "../engine/executor.js";
import { writeImages } from "../engine/images.js";
import type { Graph } from "../model/model.js";
import type { Stats } from "../ops/op.js";
import type { Tensor } from "../tensor/tensor.js";

export interface WeightSpace {
  /** Stands at these parameters; without some of them, those stay where they are. */
  put(parameters: Readonly<Record<string, Tensor>>): void;
  /** The trainable weights as one vector, padding (always 0) included. */
  weights(): Float32Array;
  /** Stands at from − rate·along. */
  move(from: Float32Array, along: Float32Array, rate: number): void;
  /** Where a trainable parameter lies in these vectors. */
  part(vector: Float32Array, key: string): Float32Array;
  /** The batch that losses and gradients are of. */
  see(images: Tensor, labels: ArrayLike<number>): void;
  /** Mean loss of the batch and how many of it are right. */
  loss(): { loss: number; correct: number };
  /** Mean loss and its gradient with respect to the trainable weights. */
  gradient(): { loss: number; gradient: Float32Array };
}

/** The space of a graph for batches of at most `batch` images; batch statistics unless told otherwise. */
export function weightSpace(
  graph: Graph,
  batch: number,
  { stats = "batch", gradients = true }: { stats?: Stats; gradients?: boolean } = {},
): WeightSpace {
  const e = executor(graph, {
    batch,
    stats,
    training: false,
    wants: { input: false, parameters: gradients },
    loss: "crossEntropy",
    fuse: true,
    retain: [],
    backend: "wasm",
  });
  const { places, trainable } = e.buffers;
  const numbers = e.numbers;
  const first = [...places.values()][0];
  const start = first === undefined ? 0 : e.address(first.value);
  let n = batch;

  const forward = () => {
    e.run("prepare");
    e.run("forward");
    let loss = 0;
    let correct = 0;
    for (let i = 0; i < n; i++) {
      loss += numbers[e.address(e.plan.losses, i)];
      correct += numbers[e.address(e.plan.correct, i)];
    }
    return { loss: loss / n, correct };
  };

  return {
    put(parameters) {
      for (const [key, { data }] of Object.entries(parameters)) {
        const place = places.get(key);
        if (!place) continue;
        const at = e.address(place.value);
        place.memory.runs((from, step, to, stride, count) => {
          for (let k = 0; k < count; k++) numbers[at + to + k * stride] = data[from + k * step];
        });
      }
    },
    weights: () => Float32Array.from(numbers.subarray(start, start + trainable)),
    move(from, along, rate) {
      for (let p = 0; p < trainable; p++) numbers[start + p] = from[p] - rate * along[p];
    },
    part(vector, key) {
      const place = places.get(key);
      if (!place) return vector.subarray(0, 0);
      const at = e.address(place.value) - start;
      return vector.subarray(at, at + place.memory.size);
    },
    see(images, labels) {
      n = images.shape[0];
      e.withBatch(n);
      writeImages(e, e.plan.input.place, e.plan.input.layout, images, 0, n);
      for (let i = 0; i < n; i++) numbers[e.address(e.plan.labels, i)] = labels[i];
    },
    loss: forward,
    gradient() {
      const { loss } = forward();
      e.run("backward");
      const at = e.address({ ...first.value, buffer: e.buffers.gradients });
      return { loss, gradient: Float32Array.from(numbers.subarray(at, at + trainable)) };
    },
  };
}
