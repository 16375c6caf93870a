/** The verdict rule, fixed beforehand.
 *
 *  One measure that is expected to be higher or lower agrees if the 95 % interval of its contrast lies on that side of
 *  0, and disagrees if it lies on the other; a deciding measure does either only if it is significant after Holm's
 *  correction. If a margin was declared and the 90 % interval lies within it, the difference is negligible, whatever its
 *  sign. One that is expected to be equal agrees in just that case, and disagrees if the 95 % interval lies beyond the
 *  margin. Otherwise, or with too few seeds, nothing is decided: a wide interval around 0 is no equality. */

import type { Contrast, EvidenceResult, Verdict } from "../conclusions.js";
import { ALPHA } from "../statistics/index.js";
import type { Claim, Evidence } from "./claim.js";

type Judgement = Pick<EvidenceResult, "verdict" | "undecided">;

const open = (undecided: EvidenceResult["undecided"]): Judgement => ({
  verdict: "inconclusive",
  undecided,
});
const decided = (verdict: Verdict): Judgement => ({ verdict, undecided: null });

/** What one contrast says about one expectation. `equivalenceP` is needed where a margin decides. */
export function verdictOf(
  { expected, margin, primary }: Pick<Evidence, "expected" | "margin" | "primary">,
  contrast: Contrast | null,
  equivalenceP: number | null = null,
): Judgement {
  if (contrast === null || contrast.pairs.length === 0) return open("notMeasured");
  const { interval, interval90, fewSeeds, holmP } = contrast;
  if (fewSeeds || interval === null || interval90 === null) return open("fewSeeds");
  const isSignificant = (p: number | null): boolean => !primary || (p !== null && p < ALPHA);
  const isNegligible =
    margin !== undefined &&
    interval90[0] > -margin &&
    interval90[1] < margin &&
    isSignificant(equivalenceP);
  if (isNegligible) return decided(expected === "equal" ? "supported" : "negligible");
  const bound = expected === "equal" ? (margin ?? 0) : 0;
  const side = interval[0] > bound ? "higher" : interval[1] < -bound ? "lower" : undefined;
  if (side === undefined) return open(expected === "equal" ? "tooWide" : "holdsNone");
  if (!isSignificant(holmP)) return open("notSignificant");
  return decided(side === expected ? "supported" : "refuted");
}

/** One verdict from those of the primary measures. */
export function combine(rule: Claim["rule"], verdicts: readonly Verdict[]): Verdict {
  const are = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  const [supported, refuted] = [are("supported"), are("refuted")];
  if (verdicts.length > 0 && are("negligible") === verdicts.length) return "negligible";
  if (rule === "every") {
    if (refuted > 0) return "refuted";
    return supported > 0 && supported === verdicts.length ? "supported" : "inconclusive";
  }
  if (supported > 0 && refuted > 0) return "inconclusive";
  return supported > 0 ? "supported" : refuted > 0 ? "refuted" : "inconclusive";
}
