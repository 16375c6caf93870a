/** The order of elements: Keras has channels last, we have them first. */

import { size } from "../../tensor/tensor.js";
import type { Weights } from "../translation/weights.js";

/** An array with its axes in another order: axis k of the result is axis `axes[k]` of w. */
export function axesMoved(w: Weights, axes: readonly number[]): Weights {
  const shape = axes.map((axis) => w.shape[axis]);
  const strides = w.shape.map((_, k) => size(w.shape.slice(k + 1)));
  const steps = axes.map((axis) => strides[axis]);
  const data = new Float32Array(w.data.length);
  const place = shape.map(() => 0);
  for (let i = 0, from = 0; i < data.length; i++) {
    data[i] = w.data[from];
    for (let k = shape.length - 1; k >= 0; k--) {
      from += steps[k];
      if (++place[k] < shape[k]) break;
      from -= steps[k] * shape[k];
      place[k] = 0;
    }
  }
  return { ...w, shape, data };
}

/** Rows of an array, one for each element of an image flattened as [H,W,C], in the order [C,H,W]. */
export function rowsByChannel(w: Weights, [C, H, W]: readonly [number, number, number]): Weights {
  const inner = w.shape.slice(1);
  const split = { ...w, shape: [H * W, C, size(inner)] };
  return { ...axesMoved(split, [1, 0, 2]), shape: w.shape };
}
