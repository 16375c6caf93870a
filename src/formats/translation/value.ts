/** What a graph of another program computes, as seen while it is translated. */

import type { Shape } from "../../tensor/tensor.js";

/** A value computed from the model's input. */
export interface Value {
  /** Our node (or "input"). */
  readonly id: string;
  /** Shape of one sample as our node has it. */
  readonly ours: Shape;
  /** Shape of one sample as the file has it: the same elements in the same row-major order. */
  readonly theirs: Shape;
  /** Nothing else reads it, so that what follows may be merged into its node. */
  readonly sole: boolean;
}

/** The operator or layer that asks for a node, by the file's name for it. */
export interface Origin {
  readonly name: string;
}
