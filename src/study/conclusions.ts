/** What is concluded from a study: contrasts between arms, and what they say about claims. */

import type { ArmPattern, Evidence } from "./claims/claim.js";
import type { Ancova } from "./statistics/ancova.js";
import type { Condition } from "./types.js";

/** Two numbers, low and high. */
export type Interval = readonly [number, number];

/** What a contrast compares. */
export interface Compared {
  readonly measure: string;
  readonly arm: string;
  /** An arm; empty if a number stands in its place. */
  readonly baseline: string;
  /** The baseline's measure, if it is another. */
  readonly against?: string;
  /** The number that stands in the baseline's place. */
  readonly value?: number;
}

/** Arm minus baseline of one measure, paired by seed. */
export interface Contrast extends Compared {
  /** `difference`: arm − baseline. `ratio`: every difference below is of log₂ values, so 1 means twice as large. */
  readonly scale: "difference" | "ratio";
  /** Per seed, in the order of the design; only pairs in which both arms have a value. For measures of images,
   *  means over those images that both models classify correctly. */
  readonly pairs: readonly {
    readonly seed: number;
    readonly arm: number;
    readonly baseline: number;
    readonly difference: number;
    /** Images behind the two means. */
    readonly images?: number;
  }[];
  readonly armMean: number | null;
  readonly baselineMean: number | null;
  readonly difference: number | null;
  /** 95 % interval of the mean difference; null with five pairs or fewer. */
  readonly interval: Interval | null;
  /** The 90 % interval, by which differences are called negligible. */
  readonly interval90: Interval | null;
  /** Five pairs or fewer: no test of them can be significant, so nothing is decided. */
  readonly fewSeeds: boolean;
  /** Hedges' g_z; null if all differences are equal. */
  readonly hedgesG: number | null;
  /** Share of pairs in which the arm's value is larger, ties counted half, with Wilson's interval. */
  readonly superiority: number | null;
  readonly superiorityInterval: Interval | null;
  readonly cliffsDelta: number | null;
  /** Two-sided: the larger of the exact sign-flip test's and, from six pairs, the studentised bootstrap's. */
  readonly pValue: number | null;
  /** Adjusted by Holm over the deciding measures of the judged claims; null for all others. */
  readonly holmP: number | null;
  /** Adjusted by Benjamini and Hochberg over all the others, the exploratory rest; null for those that decide. */
  readonly fdrP: number | null;
}

/** What a study says about a claim. `negligible`: a difference that is certainly smaller than the margin which was
 *  declared as worth speaking of. */
export type Verdict = "supported" | "refuted" | "negligible" | "inconclusive";

/** Why one measure decides nothing.
 *  - `notMeasured`: no pair has both values.
 *  - `fewSeeds`: five pairs or fewer.
 *  - `holdsNone`: the interval contains no difference.
 *  - `notSignificant`: the interval does not, but p is too large after correction.
 *  - `tooWide`: the interval reaches beyond the margin of what counts as equal. */
export type Undecided = "notMeasured" | "fewSeeds" | "holdsNone" | "notSignificant" | "tooWide";

/** What one measure says for a claim. */
export interface EvidenceResult extends Pick<Evidence, "expected" | "margin" | "published"> {
  readonly measure: string;
  /** Primary measures decide, the others are shown beside them. */
  readonly primary: boolean;
  readonly verdict: Verdict;
  /** Null if something is decided. */
  readonly undecided: Undecided | null;
  /** Null if the design has no such arm or measure. */
  readonly contrast: Contrast | null;
  /** p of "the difference reaches the margin", adjusted by Holm over all such deciding tests. */
  readonly equivalenceP: number | null;
  /** What is left of the difference between arms of equal validation accuracy, by a straight line through the pairs;
   *  null where no two arms are compared, or accuracy itself. */
  readonly atEqualAccuracy: Ancova | null;
}

/** One way to ask a question. */
export interface Specification extends Pick<Contrast, "measure" | "scale" | "interval" | "pValue"> {
  /** What was held equal when the arms were compared. */
  readonly condition: Condition;
  readonly difference: number;
  readonly pairs: number;
}

/** One question answered in every way that could be defended, by ascending difference. */
export interface SpecificationCurve {
  /** The measure's name, without explainer and settings. */
  readonly measure: string;
  readonly arm: string;
  readonly baseline: string;
  readonly expected: "higher" | "lower";
  readonly specifications: readonly Specification[];
  readonly median: number;
  /** Shares of the specifications: of the expected sign; significant by themselves, with it and against it. */
  readonly shareExpected: number;
  readonly shareSignificant: number;
  readonly shareAgainst: number;
  /** One p for all of them together: the signs of a seed are turned in all at once. */
  readonly jointP: number | null;
}

/** What a study says about one claim. */
export interface ClaimResult {
  readonly claim: string;
  readonly title: string;
  /** The title in Chinese. */
  readonly zh: { readonly title: string };
  readonly source: string;
  readonly arm: string;
  readonly verdict: Verdict;
  readonly evidence: readonly EvidenceResult[];
}

/** What a design lacks to judge a claim. */
export type Missing =
  | { readonly code: "arm"; readonly arm: ArmPattern }
  | { readonly code: "measure"; readonly measure: string }
  | { readonly code: "network"; readonly networks: readonly string[] }
  | { readonly code: "depth"; readonly depth: number }
  | { readonly code: "batchSize"; readonly batchSize: number };

/** A claim that a study says nothing about, and why. */
export interface UnjudgedClaim {
  readonly claim: string;
  readonly title: string;
  readonly zh: { readonly title: string };
  readonly source: string;
  readonly missing: readonly Missing[];
}

export interface Conclusions {
  /** Every measure of every arm against the study's baseline. */
  readonly contrasts: readonly Contrast[];
  readonly claims: readonly ClaimResult[];
  readonly unjudged: readonly UnjudgedClaim[];
  /** Deciding tests that are corrected for one another: of the larger family, those with the clock apart. */
  readonly family: number;
  readonly specifications: readonly SpecificationCurve[];
}
