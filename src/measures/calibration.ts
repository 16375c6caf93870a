/** Probabilities from logits at a temperature, and the temperature that calibrates a model. Scores that read
 *  probabilities would otherwise measure the scale of the logits. Guo et al. 2017. */

import { exp, log } from "../tensor/math.js";
import { type Tensor, tensor } from "../tensor/tensor.js";

/** softmax(logits/T) of row i, written to `out`. */
function softmaxRow(logits: Tensor, i: number, temperature: number, out: Float64Array): void {
  const K = logits.shape[1];
  let largest = -Infinity;
  for (let k = 0; k < K; k++) largest = Math.max(largest, logits.data[i * K + k]);
  let sum = 0;
  for (let k = 0; k < K; k++) sum += out[k] = exp((logits.data[i * K + k] - largest) / temperature);
  for (let k = 0; k < K; k++) out[k] /= sum;
}

/** The probability of one class in every row of logits [n, K]. */
export function classProbability(logits: Tensor, label: number, temperature: number): Float64Array {
  const row = new Float64Array(logits.shape[1]);
  return Float64Array.from({ length: logits.shape[0] }, (_, i) => {
    softmaxRow(logits, i, temperature, row);
    return row[label];
  });
}

/** The gradient of each row's cross-entropy with respect to its logits, p − onehot(label), divided by 1 − p_label:
 *  −1 at the label and the shares of the other classes elsewhere. Saturated models keep every digit, because 1 − p
 *  is never formed. The division is a positive factor per image, which directions do not see. */
export function lossDirection(logits: Tensor, labels: ArrayLike<number>): Tensor {
  const [n, K] = logits.shape;
  const data =
    logits.data instanceof Float64Array ? new Float64Array(n * K) : new Float32Array(n * K);
  const shares = new Float64Array(K);
  for (let i = 0; i < n; i++) {
    let largest = -Infinity;
    for (let k = 0; k < K; k++)
      if (k !== labels[i]) largest = Math.max(largest, logits.data[i * K + k]);
    let sum = 0;
    for (let k = 0; k < K; k++)
      if (k !== labels[i]) sum += shares[k] = exp(logits.data[i * K + k] - largest);
    for (let k = 0; k < K; k++) data[i * K + k] = k === labels[i] ? -1 : shares[k] / sum;
  }
  return tensor(logits.shape, data);
}

/** Temperatures looked at: a model that separates its validation images perfectly ends at the lower one. */
const COLDEST = 1 / 20;
const HOTTEST = 20;

/** The temperature of least cross-entropy. The loss is convex in β = 1/T, so its slope Σ (E_p[z] − z_label) has one
 *  sign change, which bisection finds. */
export function fitTemperature(logits: Tensor, labels: ArrayLike<number>): number {
  const [n, K] = logits.shape;
  const row = new Float64Array(K);
  const slope = (temperature: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      softmaxRow(logits, i, temperature, row);
      for (let k = 0; k < K; k++) sum += row[k] * logits.data[i * K + k];
      sum -= logits.data[i * K + labels[i]];
    }
    return sum;
  };
  let low = log(COLDEST);
  let high = log(HOTTEST);
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    // A rising loss in β means that β is too large, so T must rise.
    if (slope(exp(middle)) > 0) low = middle;
    else high = middle;
  }
  return exp((low + high) / 2);
}
