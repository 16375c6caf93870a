/** What the parts of the rewriting share: its state, and what it says of every merge. */

import type { Node } from "../model/model.js";
import type { Draft, Pending } from "./draft.js";

/** What happens to a batch norm that no layer can take up, because a residual sum, another norm or the model's output
 *  reads it, or a pooling that does not commute.
 *  - `refuse`: an error that says why.
 *  - `convolution`: it becomes a 1×1 depthwise convolution (of a vector: a diagonal dense layer). */
export type Leftover = "refuse" | "convolution";

/** One place where one or more batch norms went. */
export interface Merge {
  /** Ids of the batch norms, in the order they apply. */
  readonly norms: readonly string[];
  readonly into: string;
  readonly direction: "backward" | "forward" | "kept";
  /** Kinds from end to end: "conv2d → batchNorm", "batchNorm → maxPool2d → flatten → dense". */
  readonly order: string;
  readonly bias: "scalar" | "map";
  /** Ids of the ops between the batch norms and `into` that the map commuted with on its way forward. */
  readonly past: readonly string[];
  /** The map that moved, per output channel of `into` (backward) or input channel or feature of it. */
  readonly s: Float64Array;
  readonly t: Float64Array;
}

/** A rewriting under way. */
export interface Rewriter {
  readonly d: Draft;
  readonly merges: Merge[];
  readonly leftover: Leftover;
  /** Maps that have become layers of their own, by the original value. */
  readonly made: Map<string, string>;
}

/** Kinds from end to end. */
export const orderOf = (p: Pending, end?: string): string =>
  [...p.through, ...(end === undefined ? [] : [end])].join(" → ");

/** A mean commutes unless zeros of the padding count in it: they would dilute the shift. */
export const dilutes = (node: Node): boolean =>
  node.kind === "avgPool2d" && node.attributes.countPadding && node.attributes.padding > 0;
