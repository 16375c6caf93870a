/** Precise batch norm: running statistics re-estimated from passes over given images, instead of the moving average
 *  that training leaves behind. Every BN then normalises with the statistics of exactly these images. */

import { type Images, imageBatch } from "../data/dataset.js";
import { session } from "../engine/session.js";
import type { Model } from "../model/model.js";
import { size, type Tensor, tensor } from "../tensor/tensor.js";

/** The model with running mean and (biased) variance of every batchNorm taken over the batches of `images`, each batch
 *  normalised by its own statistics on its way: μ = mean of μ_b, σ² = mean of (σ_b² + μ_b²) − μ². float64. */
export function recalibrate(
  model: Model,
  images: Images,
  { batchSize = 128 }: { batchSize?: number } = {},
): Model {
  const norms = model.nodes.filter((node) => node.kind === "batchNorm");
  if (norms.length === 0) return model;
  const s = session(model, { stats: "batch" });
  const inputs = [...new Set(norms.map((node) => node.inputs[0]))].filter((id) => id !== "input");
  const sums = new Map(norms.map((node) => [node.id, new Moments()]));
  for (const [from, to] of batches(images.count, batchSize)) {
    const x = imageBatch(images, from, to);
    const values = inputs.length > 0 ? s.activations(x, inputs) : {};
    for (const node of norms)
      sums.get(node.id)?.add(node.inputs[0] === "input" ? x : values[node.inputs[0]]);
  }
  const parameters = { ...model.parameters };
  for (const [id, moments] of sums) Object.assign(parameters, moments.running(id));
  return { ...model, parameters };
}

/** Batches of equal weight; a rest too small to have statistics of its own joins the last batch. */
function batches(count: number, batchSize: number): [number, number][] {
  const whole = Math.max(1, Math.floor(count / batchSize));
  return Array.from({ length: whole }, (_, i) => [
    i * batchSize,
    i === whole - 1 ? count : (i + 1) * batchSize,
  ]);
}

/** Σ x and Σ x² per channel, about the first value of each channel so that large means lose nothing. */
class Moments {
  #channels = 0;
  #count = 0;
  #shift = new Float64Array();
  #sum = new Float64Array();
  #squares = new Float64Array();

  add(x: Tensor): void {
    const [n, C] = x.shape;
    const P = size(x.shape) / (n * C);
    if (this.#count === 0) {
      this.#channels = C;
      this.#shift = Float64Array.from({ length: C }, (_, c) => x.data[c * P]);
      this.#sum = new Float64Array(C);
      this.#squares = new Float64Array(C);
    }
    const [shift, sum, squares] = [this.#shift, this.#sum, this.#squares];
    for (let i = 0; i < n; i++)
      for (let c = 0; c < C; c++)
        for (let p = 0, at = (i * C + c) * P; p < P; p++, at++) {
          const d = x.data[at] - shift[c];
          sum[c] += d;
          squares[c] += d * d;
        }
    this.#count += n * P;
  }

  running(id: string): Record<string, Tensor> {
    const mean = new Float32Array(this.#channels);
    const variance = new Float32Array(this.#channels);
    for (let c = 0; c < this.#channels; c++) {
      const d = this.#sum[c] / this.#count;
      mean[c] = this.#shift[c] + d;
      variance[c] = Math.max(0, this.#squares[c] / this.#count - d * d);
    }
    return {
      [`${id}.runningMean`]: tensor([this.#channels], mean),
      [`${id}.runningVariance`]: tensor([this.#channels], variance),
    };
  }
}
