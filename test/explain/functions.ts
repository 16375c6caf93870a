/** Models given by formulas: sessions whose logits and input gradients are known in closed form. float64. */
import { soloCrew } from "../../src/engine/crew.js";
import type { Session } from "../../src/engine/session.js";
import { slice, type Tensor, tensor } from "../../src/tensor/tensor.js";

/** One logit as a function of the d numbers of an image, with its gradient. */
export interface Logit {
  readonly value: (x: ArrayLike<number>) => number;
  readonly gradient: (x: ArrayLike<number>) => number[];
}

/** b + Σ wⱼxⱼ. */
export const linear = (w: readonly number[], b = 0): Logit => ({
  value: (x) => w.reduce((sum, wj, j) => sum + wj * x[j], b),
  gradient: () => [...w],
});

/** Σ cⱼxⱼᵖ. */
export const powers = (c: readonly number[], p: number): Logit => ({
  value: (x) => c.reduce((sum, cj, j) => sum + cj * x[j] ** p, 0),
  gradient: (x) => c.map((cj, j) => cj * p * x[j] ** (p - 1)),
});

/** A session over the given logits. */
export function formula(logits: readonly Logit[]): Session {
  const rows = (x: Tensor): ArrayLike<number>[] => {
    const d = x.data.length / x.shape[0];
    return Array.from({ length: x.shape[0] }, (_, i) => x.data.slice(i * d, (i + 1) * d));
  };
  const forward = (x: Tensor): Tensor =>
    tensor(
      [x.shape[0], logits.length],
      Float64Array.from(rows(x).flatMap((row) => logits.map(({ value }) => value(row)))),
    );
  const unused = (): never => {
    throw new Error("formula: not needed by explainers");
  };
  return {
    model: { inputShape: [1, 1, 1], nodes: [], output: "", parameters: {} },
    stats: "running",
    backend: "reference",
    arithmetic: "exact",
    crew: soloCrew,
    close() {},
    forward,
    activations: unused,
    activationGradients: unused,
    losses: unused,
    lossGradient: unused,
    parameterGradients: unused,
    inputGradient(x, seed) {
      // Two images at a time: explainers must not take a part for the whole.
      const d = x.data.length / x.shape[0];
      const gradient = new Float64Array(x.data.length);
      for (let from = 0; from < x.shape[0]; from += 2) {
        const part = slice(x, from, Math.min(from + 2, x.shape[0]));
        const dy = seed(forward(part), from);
        rows(part).forEach((row, i) => {
          logits.forEach((logit, k) => {
            logit.gradient(row).forEach((g, j) => {
              gradient[(from + i) * d + j] += dy.data[i * logits.length + k] * g;
            });
          });
        });
      }
      return { logits: forward(x), gradient: tensor(x.shape, gradient) };
    },
  };
}
