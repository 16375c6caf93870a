/** What a fold shows for itself: where each batch norm went, and how far the logits moved. */

import { session } from "../engine/session.js";
import type { Model } from "../model/model.js";
import { random } from "../tensor/random.js";
import { size, slice, type Tensor, tensor } from "../tensor/tensor.js";
import type { Merge } from "./rewriter.js";

/** One batch norm at one place where it went. */
export interface NormEvidence {
  readonly norm: string;
  readonly into: string;
  readonly direction: Merge["direction"];
  /** Kinds of the ops from end to end, e.g. "conv2d → batchNorm". */
  readonly order: string;
  readonly bias: Merge["bias"];
  readonly channels: number;
  /** Smallest and largest scale s = γ/√(σ² + ε). */
  readonly scale: readonly [number, number];
  /** Channels with γ < 0, and with |γ| at most a hundredth of the layer's largest. */
  readonly negative: number;
  readonly nearZero: number;
  /** Smallest and largest |t|, t = β − μ·s. */
  readonly shift: readonly [number, number];
  /** Smallest running variance, and the ε it is added to. */
  readonly variance: number;
  readonly epsilon: number;
}

/** How far two models' outputs are apart on one set of inputs. */
export interface Difference {
  readonly inputs: string;
  readonly count: number;
  readonly absolute: number;
  /** Of the largest output in the set. */
  readonly relative: number;
  /** Number of the input where it is largest. */
  readonly worst: number;
}

const range = (values: ArrayLike<number>): readonly [number, number] => {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [low, high];
};

/** s and t of a batch norm under its running statistics, with what they are made of. */
export function normFacts(model: Model, id: string) {
  const node = model.nodes.find((other) => other.id === id);
  if (node?.kind !== "batchNorm") return undefined;
  const of = (name: string) => model.parameters[`${id}.${name}`]?.data;
  const variance = of("runningVariance");
  const gamma = node.attributes.scale ? of("gamma") : variance.map(() => 1);
  const beta = node.attributes.center ? of("beta") : variance.map(() => 0);
  const mean = of("runningMean");
  const { epsilon } = node.attributes;
  const s = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c] + epsilon));
  const t = s.map((sc, c) => beta[c] - mean[c] * sc);
  return { s, t, gamma, beta, mean, variance, epsilon };
}

export function normEvidence(model: Model, merges: readonly Merge[]): NormEvidence[] {
  return merges.flatMap(({ norms, into, direction, order, bias }) =>
    norms.flatMap((norm) => {
      const facts = normFacts(model, norm);
      if (!facts) return [];
      const { s, t, gamma, variance, epsilon } = facts;
      const largest = range(gamma.map(Math.abs))[1];
      const count = (test: (g: number) => boolean) => gamma.filter(test).length;
      return [
        {
          norm,
          into,
          direction,
          order,
          bias,
          channels: s.length,
          scale: range(s),
          negative: count((g) => g < 0),
          nearZero: count((g) => Math.abs(g) <= largest / 100),
          shift: range(t.map(Math.abs)),
          variance: range(variance)[0],
          epsilon,
        },
      ];
    }),
  );
}

/** Gaussian noise, constants (which show errors at borders), and whatever inputs are given. */
export function probes(
  inputShape: readonly number[],
  count: number,
  given: Tensor | undefined,
): Record<string, Tensor> {
  const stream = random("fold");
  const each = size(inputShape);
  const noise = Float32Array.from({ length: count * each }, () => stream.normal());
  const levels = [0, 0.5, 1];
  const constants = levels.flatMap((level) => new Array<number>(each).fill(level));
  return {
    random: tensor([count, ...inputShape], noise),
    constant: tensor([levels.length, ...inputShape], Float32Array.from(constants)),
    ...(given ? { given: slice(given, 0, Math.min(given.shape[0], 2 * count)) } : {}),
  };
}

/** The largest distance of two models' outputs on each set of inputs. */
export function differences(
  before: Model,
  after: Model,
  sets: Readonly<Record<string, Tensor>>,
  backend: "wasm" | "reference",
): Difference[] {
  const [a, b] = [before, after].map((model) => session(model, { backend }));
  return Object.entries(sets).map(([inputs, x]) => {
    const [from, to] = [a.forward(x).data, b.forward(x).data];
    const count = x.shape[0];
    const outputs = from.length / count;
    let [absolute, largest, worst] = [0, 0, 0];
    for (let i = 0; i < from.length; i++) {
      const gap = Math.abs(from[i] - to[i]);
      largest = Math.max(largest, Math.abs(from[i]));
      if (!(gap <= absolute)) [absolute, worst] = [gap, Math.floor(i / outputs)];
    }
    const relative = absolute === 0 ? 0 : absolute / largest;
    return { inputs, count, absolute, relative, worst };
  });
}
