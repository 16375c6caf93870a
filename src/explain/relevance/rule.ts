/** What a relevance rule is: data that one engine reads (`redistribute.ts`). */

/** One modified copy of the layer, applied to one modified copy of its input. Missing fields mean "unchanged".
 *  The functions work element by element; on padding of a convolution they do nothing, it stays 0. */
export interface Term {
  readonly input?: (a: number) => number;
  readonly weight?: (w: number) => number;
  readonly bias?: (b: number) => number;
  /** Defaults to 1. */
  readonly sign?: 1 | -1;
}

/** The halves of a number. The engine knows these two: where all inputs have one sign, as after a ReLU, it neither
 *  copies nor multiplies. */
export const positive = (v: number): number => Math.max(v, 0);
export const negative = (v: number): number => Math.min(v, 0);

/** Terms with one common denominator. */
export interface Share {
  readonly terms: readonly Term[];
  /** The fraction of the relevance that they hand down; defaults to 1. Fractions of all shares add up to 1. */
  readonly fraction?: number;
  /** Only outputs whose unmodified z is of this sign take part. */
  readonly when?: "positive" | "negative";
}

/** A rule for layers that are linear in their input, given the weights. */
export interface LinearRule {
  readonly name: string;
  readonly shares: readonly Share[];
  /** Added to the denominator with its sign (that of 0 is +); defaults to 1e-6. */
  readonly stabilizer?: number;
}

/** A rule that moves relevance without weighing inputs.
 *  - `pass`: element by element, unchanged.
 *  - `gradient`: along the gradient: the winner of a max-pool takes all, both inputs of a sum get everything. */
export interface Transport {
  readonly name: string;
  readonly transport: "pass" | "gradient";
}

export type Rule = LinearRule | Transport;
