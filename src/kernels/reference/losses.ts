/** Reference kernels of softmax and the losses. */

import { exp, log } from "../../tensor/math.js";
import type { Kernels } from "../kernels.js";

type Names = "softmax" | "softmaxBackward" | "crossEntropy" | "crossEntropyDense" | "squaredError";

/** Position of the first largest number. */
const argmax = (values: ArrayLike<number>): number => {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[best]) best = c;
  return best;
};

/** softmax(x) and ln softmax(x). */
function probabilities(x: Float64Array): { p: Float64Array; logP: Float64Array } {
  const max = x[argmax(x)];
  const sum = x.reduce((total, value) => total + exp(value - max), 0);
  const logSum = log(sum);
  return { p: x.map((v) => exp(v - max) / sum), logP: x.map((v) => v - max - logSum) };
}

export const losses = (m: Float64Array): Pick<Kernels, Names> => ({
  softmax(x, y, n, C, cs) {
    for (let i = 0; i < n * cs; i += cs) {
      const { p } = probabilities(m.subarray(x + i, x + i + C));
      m.fill(0, y + i, y + i + cs).set(p, y + i);
    }
  },

  softmaxBackward(y, dy, dx, n, C, cs) {
    for (let i = 0; i < n * cs; i += cs) {
      let dot = 0;
      for (let c = 0; c < C; c++) dot += m[dy + i + c] * m[y + i + c];
      for (let c = 0; c < cs; c++) m[dx + i + c] = c < C ? m[y + i + c] * (m[dy + i + c] - dot) : 0;
    }
  },

  crossEntropy(x, labels, loss, correct, dx, n, C, cs, scale) {
    for (let i = 0; i < n; i++) {
      const logits = m.subarray(x + i * cs, x + i * cs + C);
      const label = m[labels + i];
      const { p, logP } = probabilities(logits);
      m[loss + i] = -logP[label];
      m[correct + i] = argmax(logits) === label ? 1 : 0;
      if (dx < 0) continue;
      const gradient = p.map((value, c) => scale * (value - (c === label ? 1 : 0)));
      m.fill(0, dx + i * cs, dx + (i + 1) * cs).set(gradient, dx + i * cs);
    }
  },

  crossEntropyDense(x, targets, loss, correct, dx, n, C, cs, scale) {
    for (let i = 0; i < n; i++) {
      const logits = m.subarray(x + i * cs, x + i * cs + C);
      const t = m.subarray(targets + i * cs, targets + i * cs + C);
      const { p, logP } = probabilities(logits);
      m[loss + i] = -t.reduce((sum, value, c) => sum + value * logP[c], 0);
      m[correct + i] = argmax(logits) === argmax(t) ? 1 : 0;
      if (dx < 0) continue;
      const total = t.reduce((sum, value) => sum + value, 0);
      const gradient = p.map((value, c) => scale * (total * value - t[c]));
      m.fill(0, dx + i * cs, dx + (i + 1) * cs).set(gradient, dx + i * cs);
    }
  },

  squaredError(x, targets, loss, correct, dx, n, C, cs, scale) {
    for (let i = 0; i < n; i++) {
      const logits = m.subarray(x + i * cs, x + i * cs + C);
      const t = m.subarray(targets + i * cs, targets + i * cs + C);
      m[loss + i] = logits.reduce((sum, value, c) => sum + (value - t[c]) ** 2, 0) / C;
      m[correct + i] = argmax(logits) === argmax(t) ? 1 : 0;
      if (dx < 0) continue;
      const gradient = logits.map((value, c) => (scale * 2 * (value - t[c])) / C);
      m.fill(0, dx + i * cs, dx + (i + 1) * cs).set(gradient, dx + i * cs);
    }
  },
});
