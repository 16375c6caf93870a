/** What a plan is: a model compiled for one batch size and one purpose, as lists of kernel calls. */

import type { Arithmetic } from "../kernels/arithmetic.js";
import type { KernelName } from "../kernels/kernels.js";
import type { GraphParameter } from "../model/model.js";
import type { Layout } from "../ops/layout.js";
import type { Arg, Buffer, ParameterMemory, Place, Stats } from "../ops/op.js";
import type { BackwardName } from "./backward.js";

/** One kernel call, its addresses not yet known. */
export interface Call {
  readonly kernel: KernelName;
  readonly args: readonly Arg[];
  /** Length that a `late` call is cut over. */
  readonly length?: number;
}

/** Calls between two barriers.
 *  - `each`: `before` at the start of every chunk of images, `calls` for every tile of the chunk, `after` at its end.
 *  - `once`: by one thread.
 *  - `late`: every call cut in as many ranges as there are chunks. */
export interface Phase {
  readonly kind: "each" | "once" | "late";
  readonly before: Call[];
  readonly calls: Call[];
  readonly after: Call[];
}

/** All calls of a phase in the order in which a chunk meets them. */
export const callsOf = ({ before, calls, after }: Phase): readonly Call[] => [
  ...before,
  ...calls,
  ...after,
];

/** What a plan is for. */
export interface PlanOptions {
  /** Images per batch. */
  readonly batch: number;
  readonly stats: Stats;
  /** Running statistics follow and noise is drawn. */
  readonly training: boolean;
  /** Gradients wanted: of the input, of the parameters. */
  readonly wants: { readonly input: boolean; readonly parameters: boolean };
  /** Loss at the end of the forward pass; without one the caller writes the output's gradient. */
  readonly loss?: LossName;
  /** Whether neighbouring ops are merged. The unfused graph gives the same bits. */
  readonly fuse: boolean;
  /** `fused` also allows transforms with larger roundings, on any backend. Defaults to "exact". */
  readonly arithmetic?: Arithmetic;
  /** Whether convolutions are computed as they are defined, by no algorithm that takes fewer multiplications. Defaults to
   *  true on the reference backend, else to false. */
  readonly plain?: boolean;
  /** Nodes whose values are read afterwards. */
  readonly retain: readonly string[];
  /** Nodes whose gradients are read afterwards: of Σ seed·output, or of the loss. Defaults to none. */
  readonly gradients?: readonly string[];
  /** What goes backward; defaults to the gradient. Anything else runs unfused. */
  readonly backward?: BackwardName;
}

export type LossName = "crossEntropy" | "crossEntropyDense" | "squaredError";

/** Which trainable parameters training changes. */
export type Learns = (parameter: GraphParameter) => boolean;

/** Memory that the model owns, the same for every plan of an executor. */
export interface ModelBuffers {
  /** Trainable parameters (decaying ones first), then the rest. */
  readonly parameters: Buffer;
  /** Gradients of the trainable ones, in the same order. */
  readonly gradients: Buffer;
  /** Random keys for noise, four words per node, then the number of the step. */
  readonly noise: Buffer;
  readonly noiseKeys: Place;
  readonly noiseStep: Place;
  /** Elements of the trainable parameters, and of those that decay. */
  readonly trainable: number;
  readonly decaying: number;
  readonly places: ReadonlyMap<string, ParameterPlace>;
  readonly noiseNodes: readonly string[];
}

export interface ParameterPlace {
  readonly spec: GraphParameter;
  /** How it lies there. */
  readonly memory: ParameterMemory;
  readonly isPacked: boolean;
  readonly value: Place;
  readonly gradient?: Place;
}

/** A value that can be read after the forward pass. */
export interface Readable {
  readonly place: Place;
  readonly layout: Layout;
}

export interface Plan {
  readonly options: PlanOptions;
  /** Calls that depend on parameters alone; then the passes in order. */
  readonly prepare: readonly Phase[];
  readonly forward: readonly Phase[];
  readonly backward: readonly Phase[];
  readonly tables: readonly { readonly place: Place; readonly values: ArrayLike<number> }[];
  readonly input: Readable;
  readonly inputGradient?: Readable;
  readonly output: Readable;
  readonly outputGradient: Place;
  /** One number per image: class index. */
  readonly labels: Place;
  /** A row per image, laid out as the output: for losses on dense targets. */
  readonly targets: Place;
  /** Per image. */
  readonly losses: Place;
  readonly correct: Place;
  readonly values: ReadonlyMap<string, Readable>;
  /** Of the nodes that \`gradients\` names and the output depends on. */
  readonly gradients: ReadonlyMap<string, Readable>;
}
