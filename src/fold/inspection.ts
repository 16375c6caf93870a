/** What can be said of a model without running it: its ops and their cost, where the norms stand and in which order,
 *  each batch norm's health from its own numbers, and what of it can be folded away. */

import { analyse, type Model, macsOf, outputOf } from "../model/model.js";
import type { OpKind } from "../ops/index.js";
import { NormLensError } from "../tensor/errors.js";
import { type Shape, size } from "../tensor/tensor.js";
import { normFacts } from "./evidence.js";
import { foldGraph } from "./fold.js";
import { type FoldTraces, foldTraces } from "./traces.js";

export interface InspectedNode {
  readonly id: string;
  readonly kind: OpKind;
  readonly inputs: readonly string[];
  /** Of one sample. */
  readonly shape: Shape;
  /** Attributes that are not the op's default. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly parameters: number;
  readonly macs: number;
}

export interface InspectedNorm {
  readonly id: string;
  readonly kind: OpKind;
  readonly channels: number;
  /** "conv2d → batchNorm → relu". */
  readonly order: string;
  /** Of batch norms alone. */
  readonly health?: InspectedHealth;
}

/** A batch norm's numbers; s = γ/√(σ² + ε), t = β − μ·s. */
export interface InspectedHealth {
  readonly epsilon: number;
  /** Smallest and largest scale s. */
  readonly scale: readonly [number, number];
  /** Channels with γ < 0, and with |γ| at most a hundredth of the layer's largest. */
  readonly negative: number;
  readonly nearZero: number;
  /** Smallest running variance, and channels whose variance is below ε, which then sets the scale. */
  readonly variance: number;
  readonly belowEpsilon: number;
  /** Mean 0 and variance 1 in every channel: the statistics were never observed. */
  readonly isUntouched: boolean;
  /** Numbers that are not finite, or variances below 0. */
  readonly broken: number;
}

export interface InspectedFold {
  readonly norm: string;
  readonly into: string;
  readonly order: string;
  /** - `backward`, `forward`: into the layer before or after it, exactly.
   *  - `kept`: no layer can take it up; it would stay as a layer of its own. */
  readonly direction: "backward" | "forward" | "kept";
}

export interface Inspection {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly nodes: readonly InspectedNode[];
  readonly norms: readonly InspectedNorm[];
  /** Numbers that training changes by gradient, and those kept beside them. */
  readonly parameters: number;
  readonly statistics: number;
  /** Multiply-accumulates of one image. */
  readonly macs: number;
  readonly folds: readonly InspectedFold[];
  /** Why the model cannot be folded as a whole, in the words of `fold`. */
  readonly foldRefusal?: string;
  /** Whether norms seem to have been folded away already. */
  readonly traces: FoldTraces;
}

const isNorm = (kind: OpKind): boolean => kind.endsWith("Norm");

export function inspect(model: Model): Inspection {
  const facts = analyse(model);
  const nodes = facts.map(({ node, output, parameters, macs }) => ({
    id: node.id,
    kind: node.kind,
    inputs: node.inputs,
    shape: output.shape,
    attributes: node.attributes as Readonly<Record<string, unknown>>,
    parameters: parameters.reduce((sum, spec) => sum + size(spec.shape), 0),
    macs,
  }));
  const specs = facts.flatMap(({ parameters }) => parameters);
  const count = (trainable: boolean) =>
    specs.reduce((sum, spec) => sum + (spec.trainable === trainable ? size(spec.shape) : 0), 0);
  return {
    inputShape: model.inputShape,
    outputShape: outputOf(model),
    nodes,
    norms: facts
      .filter(({ node }) => isNorm(node.kind))
      .map(({ node, inputs }) => inspectedNorm(model, node.id, node.kind, inputs[0].C)),
    parameters: count(true),
    statistics: count(false),
    macs: macsOf(model),
    ...foldability(model),
    traces: foldTraces(model),
  };
}

function inspectedNorm(model: Model, id: string, kind: OpKind, channels: number): InspectedNorm {
  const node = model.nodes.find((other) => other.id === id);
  const before = model.nodes.find((other) => other.id === node?.inputs[0])?.kind ?? "input";
  const after = model.nodes.filter((other) => other.inputs.includes(id)).map((other) => other.kind);
  const order = [before, kind, [...new Set(after)].join(" and ") || "output"].join(" → ");
  const health = healthOf(model, id);
  return { id, kind, channels, order, ...(health ? { health } : {}) };
}

function healthOf(model: Model, id: string): InspectedHealth | undefined {
  const norm = normFacts(model, id);
  if (!norm) return undefined;
  const { s, t, gamma, mean, variance, epsilon } = norm;
  const count = (values: ArrayLike<number>, test: (v: number) => boolean) =>
    Array.from(values).filter(test).length;
  const largest = Math.max(...Array.from(gamma, Math.abs));
  return {
    epsilon,
    scale: [Math.min(...s), Math.max(...s)],
    negative: count(gamma, (g) => g < 0),
    nearZero: count(gamma, (g) => Math.abs(g) <= largest / 100),
    variance: Math.min(...variance),
    belowEpsilon: count(variance, (v) => v < epsilon),
    isUntouched: count(mean, (m) => m !== 0) === 0 && count(variance, (v) => v !== 1) === 0,
    broken:
      count(s, (v) => !Number.isFinite(v)) +
      count(t, (v) => !Number.isFinite(v)) +
      count(variance, (v) => v < 0),
  };
}

/** Where every batch norm would go, and whether all of them find a layer. */
function foldability(model: Model): Pick<Inspection, "folds" | "foldRefusal"> {
  if (!model.nodes.some(({ kind }) => kind === "batchNorm")) return { folds: [] };
  try {
    const { merges } = foldGraph(model, { leftover: "convolution" });
    const folds = merges.flatMap(({ norms, into, order, direction }) =>
      norms.map((norm) => ({ norm, into, order, direction })),
    );
    const isWhole = folds.every(({ direction }) => direction !== "kept");
    return { folds, ...(isWhole ? {} : { foldRefusal: refusal(model) }) };
  } catch (error) {
    if (error instanceof NormLensError) return { folds: [], foldRefusal: error.message };
    throw error;
  }
}

function refusal(model: Model): string {
  try {
    foldGraph(model);
    return "";
  } catch (error) {
    if (error instanceof NormLensError) return error.message;
    throw error;
  }
}
