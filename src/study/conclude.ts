/** From a study's numbers to its conclusions: every contrast, then the verdict on every claim. */

import {
  combine,
  type ResolvedClaim,
  type ResolvedEvidence,
  resolveClaims,
  verdictOf,
} from "./claims/index.js";
import type {
  ClaimResult,
  Compared,
  Conclusions,
  Contrast,
  EvidenceResult,
} from "./conclusions.js";
import { contrast } from "./contrast.js";
import {
  correct,
  correctEquivalence,
  decidingTests,
  keyOf,
  largestFamily,
  marginKey,
} from "./corrections.js";
import { atEqualAccuracy } from "./equal-accuracy.js";
import { measuredKeys } from "./measured.js";
import { specificationCurves } from "./specifications.js";
import type { Study, TrialTimings } from "./types.js";

/** Contrasts of all measures and arms, and the claims that the study's arms allow to judge. Without `timings` the
 *  measures of time are missing; nothing else depends on them. */
export function concludeStudy(study: Study, timings: readonly TrialTimings[] = []): Conclusions {
  const { judged, unjudged } = resolveClaims(study.config, study.dataset.classes.length);
  const known = new Map<string, Contrast>();
  const once = (compared: Compared): string => {
    const key = keyOf(compared);
    if (!known.has(key)) known.set(key, contrast(study, compared, timings));
    return key;
  };
  const overview = againstBaseline(study, timings).map(once);
  for (const { evidence } of judged)
    for (const { compared } of evidence) if (compared !== null) once(compared);
  const tests = decidingTests(judged).filter(({ key }) => known.get(key)?.pValue !== null);
  const corrected = correct(known, tests);
  const equivalences = correctEquivalence(tests, known);
  return {
    contrasts: overview.flatMap((key) => corrected.get(key) ?? []),
    claims: judged.map((claim) => judge(claim, { contrasts: corrected, equivalences, study })),
    unjudged: unjudged.map(({ name, claim: { title, zh, source }, missing }) => ({
      claim: name,
      title,
      zh,
      source,
      missing,
    })),
    family: largestFamily(tests),
    specifications: specificationCurves(study, judged),
  };
}

/** Every measure that some trial has, in the order of the table, for every arm against the study's baseline. */
function againstBaseline(study: Study, timings: readonly TrialTimings[]): Compared[] {
  const { arms } = study.config;
  const baseline = arms.find((arm) => arm.name === study.config.baseline) ?? arms[0];
  const measures = measuredKeys(study, timings);
  return arms
    .filter((arm) => arm !== baseline)
    .flatMap((arm) =>
      measures.map((measure) => ({ measure, arm: arm.name, baseline: baseline.name })),
    );
}

/** What the verdicts are made of. */
interface Facts {
  readonly contrasts: ReadonlyMap<string, Contrast>;
  readonly equivalences: ReadonlyMap<string, number>;
  readonly study: Study;
}

function judge({ name, claim, arm, evidence }: ResolvedClaim, facts: Facts): ClaimResult {
  const results = evidence.map((item) => evidenceOf(item, facts));
  const primaries = results.filter(({ primary }) => primary);
  const verdict = combine(
    claim.rule,
    primaries.map((item) => item.verdict),
  );
  const { title, zh, source } = claim;
  return { claim: name, title, zh, source, arm, verdict, evidence: results };
}

function evidenceOf(
  { evidence, compared }: ResolvedEvidence,
  { contrasts, equivalences, study }: Facts,
): EvidenceResult {
  const { measure, expected, margin, published, primary, against } = evidence;
  const key = compared === null ? "" : keyOf(compared);
  const found = contrasts.get(key) ?? null;
  const equivalenceP = equivalences.get(marginKey(key, margin)) ?? null;
  return {
    measure,
    primary,
    expected,
    ...(margin !== undefined && { margin }),
    ...(published !== undefined && { published }),
    contrast: found,
    equivalenceP,
    atEqualAccuracy: found && "arm" in against ? atEqualAccuracy(study, found) : null,
    ...verdictOf(evidence, found, equivalenceP),
  };
}
