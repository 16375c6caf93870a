/** From a study's numbers to its conclusions: every contrast, then the verdict on every claim. */

import { expandMeasures, isTiming } from "../measures/index.js";
import {
  combine,
  foundingClaims,
  type ResolvedClaim,
  type ResolvedEvidence,
  resolveClaims,
  verdictOf,
} from "./claims/index.js";
import { contrast } from "./contrast.js";
import {
  CLOCK,
  correct,
  correctEquivalence,
  largestFamily,
  marginKey,
  type Test,
} from "./corrections.js";
import { atEqualAccuracy } from "./equal-accuracy.js";
import { specificationCurves } from "./specifications.js";
import type {
  ClaimResult,
  Compared,
  Conclusions,
  Contrast,
  EvidenceResult,
  Study,
  TrialTimings,
} from "./types.js";

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
  const tests = judged.flatMap((claim) => testsOf(claim, once, known));
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
  const found = [...study.trials, ...timings].flatMap((trial) => Object.keys(trial.measures));
  const measures = expandMeasures([...new Set(found)], []);
  return arms
    .filter((arm) => arm !== baseline)
    .flatMap((arm) =>
      measures.map((measure) => ({ measure, arm: arm.name, baseline: baseline.name })),
    );
}

const keyOf = ({ measure, arm, baseline, against, value }: Compared): string =>
  JSON.stringify([measure, arm, baseline, against ?? null, value ?? null]);

function testsOf(
  { name, evidence }: ResolvedClaim,
  once: (compared: Compared) => string,
  known: ReadonlyMap<string, Contrast>,
): Test[] {
  return evidence.flatMap(({ evidence: { primary, margin }, compared }) => {
    if (compared === null) return [];
    const key = once(compared);
    if (!primary || (known.get(key)?.pValue ?? null) === null) return [];
    const clock = isTiming(compared.measure) ? CLOCK : "";
    const family = `${Object.hasOwn(foundingClaims, name) ? "founding" : "published"}${clock}`;
    return [{ key, family, margin }];
  });
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
