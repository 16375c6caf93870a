/** The account of relevance: where it went, layer by layer. */

import type { OpKind } from "../../ops/index.js";
import type { Numbers, Tensor } from "../../tensor/tensor.js";
import { imageSums } from "../arrays.js";

/** The account of one layer, per image: arrived = handed + bias + stabilizer, to rounding. */
export interface LedgerEntry {
  readonly node: string;
  readonly kind: OpKind;
  readonly rule: string;
  /** Relevance at its outputs. */
  readonly arrived: Float64Array;
  /** Relevance at its inputs. */
  readonly handed: Float64Array;
  /** Kept by its bias or shift. */
  readonly bias: Float64Array;
  /** Lost to the stabilizer; negative where a rule made relevance, as a sum that gives both inputs everything. */
  readonly stabilizer: Float64Array;
}

/** From the output down, in the order of the walk. */
export type Ledger = readonly LedgerEntry[];

const knownSums = new WeakMap<Numbers, Float64Array>();

/** Σ per image, once per array: relevance that passes keeps its array. */
export function sumsOf(t: Tensor): Float64Array {
  const known = knownSums.get(t.data) ?? imageSums(t);
  knownSums.set(t.data, known);
  return known;
}
