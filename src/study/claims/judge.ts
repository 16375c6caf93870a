/** The verdict rule, fixed beforehand. One measure agrees if the 95 % interval of its contrast lies on the expected
 *  side of 0 and, for a primary measure, the Holm-adjusted p is below 0.05; it disagrees if the interval lies on the
 *  other side; otherwise, or with too few seeds, nothing is decided.
 *
 *  The correction is asked of agreement alone: whoever makes a claim must show it, and many measures give many chances
 *  to be right by luck. To contradict one, its interval is enough. So "refuted" is the weaker word of the two: among
 *  measures without any effect each is refuted about as often as one end of the interval misses (scripts/coverage.mjs
 *  counts both), and its p-value stands beside it. */

import type { ClaimResult, Contrast, Verdict } from "../types.js";
import type { Claim, Evidence } from "./claim.js";

/** Holm-adjusted p-values below this are significant. */
const ALPHA = 0.05;

/** What one contrast says about one expectation. */
export function verdictOf(evidence: Evidence, contrast: Contrast | undefined): Verdict {
  if (!contrast?.interval || contrast.fewSeeds) return "inconclusive";
  const [low, high] = contrast.interval;
  const side = low > 0 ? "higher" : high < 0 ? "lower" : "neither";
  if (side === "neither") return "inconclusive";
  if (side !== evidence.expected) return "refuted";
  const significant = !evidence.primary || (contrast.holmP !== null && contrast.holmP < ALPHA);
  return significant ? "supported" : "inconclusive";
}

/** One verdict from those of the primary measures. */
export function combine(rule: Claim["rule"], verdicts: readonly Verdict[]): Verdict {
  const supported = verdicts.filter((verdict) => verdict === "supported").length;
  const refuted = verdicts.filter((verdict) => verdict === "refuted").length;
  if (rule === "every") {
    if (refuted > 0) return "refuted";
    return supported > 0 && supported === verdicts.length ? "supported" : "inconclusive";
  }
  if (supported > 0 && refuted > 0) return "inconclusive";
  return supported > 0 ? "supported" : refuted > 0 ? "refuted" : "inconclusive";
}

/** Judges one claim about `arm` by the contrasts of a study. */
export function judge(
  name: string,
  claim: Claim,
  arm: string,
  contrasts: readonly Contrast[],
): ClaimResult {
  const evidence = claim.evidence.map((item) => {
    const contrast = contrasts.find((c) => c.measure === item.measure && c.arm === arm);
    const verdict = verdictOf(item, contrast);
    return { ...item, verdict };
  });
  const primaries = evidence.filter(({ primary }) => primary);
  const verdict = combine(
    claim.rule,
    primaries.map((item) => item.verdict),
  );
  const { title, zh, source } = claim;
  return { claim: name, title, zh, source, arm, verdict, evidence };
}
