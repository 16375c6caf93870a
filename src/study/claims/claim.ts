/** A claim: a sentence from the literature with the contrasts and directions that would support it. */

import type { MeasureKey } from "../../measures/index.js";
import type { ZooName } from "../../model/index.js";
import type { Arm } from "../types.js";

/** Which arm: all that it sets. Whatever a pattern leaves open the arm must leave open too, except where the norm
 *  stands and at what rate it learns: there both sides of a contrast are taken as alike as the study has them. */
export type ArmPattern = Omit<Arm, "name">;

/** A measure, with settings of its own if it needs any. Rows are made of these, so that a wrong name does not compile;
 *  stored they are plain text, for which the compiler is grateful. */
type ClaimKey = MeasureKey | `${MeasureKey}?${string}`;

/** What an arm is compared with. */
export type Reference =
  /** Another arm. */
  | { readonly arm: ArmPattern }
  /** Another measure of the same models. */
  | { readonly measure: string }
  /** A number that follows from theory. */
  | { readonly value: number }
  /** What guessing reaches, one of the number of classes, and so much more. */
  | { readonly aboveChance: number };

/** The size that was published: a difference in the measure's unit, or a factor where arms are compared by ratios. */
export interface Published {
  readonly effect: number;
  /** Network and data. */
  readonly where: string;
  /** Read off a plot, or said to be about so much. */
  readonly approximate?: true;
}

export interface Evidence {
  readonly measure: string;
  readonly arm: ArmPattern;
  readonly against: Reference;
  /** Where the arm lies, compared with its reference, if the claim is true. `equal`: within the margin. */
  readonly expected: "higher" | "lower" | "equal";
  /** A difference smaller than this is not worth speaking of; log₂ of a factor where arms are compared by ratios. */
  readonly margin?: number;
  /** Primary measures decide, and are corrected for their number; the others are shown beside them. */
  readonly primary: boolean;
  /** Absent if the source gives no number. */
  readonly published?: Published;
}

export interface Claim {
  readonly title: string;
  /** The same in Chinese. */
  readonly zh: { readonly title: string };
  readonly source: string;
  /** How several primary measures make one verdict.
   *  - `every`: the claim says all of it at once. Supported if all are, refuted if one is.
   *  - `some`: facets of one thing. Supported if one is and none is refuted; refuted the other way round. */
  readonly rule: "every" | "some";
  /** Without these a study says nothing about the claim. */
  readonly needs?: {
    readonly networks?: readonly ZooName[];
    /** Layers or blocks, at least. */
    readonly depth?: number;
    /** Images per batch, at least. */
    readonly batchSize?: number;
  };
  readonly evidence: readonly Evidence[];
}

export const batch: ArmPattern = { norm: "batch" };
export const none: ArmPattern = { norm: "none" };

/** What a row may say beyond measure and direction. By default Batch Norm is compared with no norm. */
type Further = Partial<Omit<Evidence, "measure" | "expected" | "primary">>;

const evidence =
  (primary: boolean) =>
  (measure: ClaimKey, expected: Evidence["expected"], further: Further = {}): Evidence => ({
    arm: batch,
    against: { arm: none },
    measure,
    expected,
    primary,
    ...further,
  });

/** Another measure of the same models. */
export const measured = (measure: ClaimKey): Reference => ({ measure });

/** A measure that decides. */
export const primary = evidence(true);

/** A measure that is only shown. */
export const secondary = evidence(false);
