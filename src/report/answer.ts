/** Which facts make the answer: the strongest findings, and what a reader should hold against them. */

import { isTiming } from "../measures/index.js";
import { claims } from "../study/claims/index.js";
import type { ClaimResult, Conclusions, Contrast, Study } from "../study/types.js";
import { pow } from "../tensor/math.js";
import type { Caution, Finding } from "./report-data.js";

/** Findings told in the answer itself; the others stand among the claims. */
const told = 5;

const size = (contrast: Contrast): number => Math.abs(contrast.hedgesG ?? 0);

/** The largest effect of each claim with a verdict, the strongest first; without claims, of each clear contrast. */
export function findings({ claims: results, contrasts }: Conclusions): Finding[] {
  const candidates = results.length > 0 ? ofClaims(results, contrasts) : ofContrasts(contrasts);
  return candidates
    .sort((a, b) => size(b.contrast) - size(a.contrast))
    .slice(0, told)
    .map(({ contrast: { measure, arm }, claim }) => ({ measure, arm, ...(claim && { claim }) }));
}

interface Candidate {
  readonly contrast: Contrast;
  readonly claim?: string;
}

const ofClaims = (results: readonly ClaimResult[], contrasts: readonly Contrast[]): Candidate[] =>
  results.flatMap((claim) => {
    const contrast = strongest(claim, contrasts);
    return contrast === undefined ? [] : [{ contrast, claim: claim.claim }];
  });

const ofContrasts = (contrasts: readonly Contrast[]): Candidate[] =>
  contrasts
    .filter(({ interval, fewSeeds }) => interval && !fewSeeds && interval[0] * interval[1] > 0)
    .map((contrast) => ({ contrast }));

/** The largest effect that made the claim's verdict; undefined if there is no verdict. */
function strongest(claim: ClaimResult, contrasts: readonly Contrast[]): Contrast | undefined {
  if (claim.verdict === "inconclusive") return undefined;
  const deciding = claim.evidence
    .filter((evidence) => evidence.primary && evidence.verdict === claim.verdict)
    .map((evidence) => evidence.measure);
  return contrasts
    .filter((contrast) => contrast.arm === claim.arm && deciding.includes(contrast.measure))
    .sort((a, b) => size(b) - size(a))[0];
}

/** Reasons to doubt the answer that the numbers themselves give. */
export function cautions(study: Study, { contrasts }: Conclusions): Caution[] {
  const found: Caution[] = [];
  const { seeds, arms } = study.config;
  const measures = primaries();
  if (contrasts.some((contrast) => contrast.fewSeeds))
    found.push({ kind: "fewSeeds", seeds: seeds.length });
  else if (contrasts.length > 0 && seeds.length < needed(measures))
    found.push({ kind: "weak", seeds: seeds.length, measures, needed: needed(measures) });
  const of = arms.length * seeds.length;
  const missing = of - study.trials.length;
  if (missing > 0) found.push({ kind: "missing", missing, of });
  const trials = study.trials
    .filter(({ history }) =>
      history.epochs.some((epoch) => epoch.trainLoss === null || epoch.validationLoss === null),
    )
    .map(({ arm, seed }) => ({ arm, seed }));
  if (trials.length > 0) found.push({ kind: "diverged", trials });
  return found;
}

/** The fewest seeds with which the smallest p of a sign-flip test, 2/2ⁿ, survives correction for so many measures. */
function needed(measures: number): number {
  let seeds = 1;
  while (pow(2, 1 - seeds) > 0.05 / measures) seeds++;
  return seeds;
}

/** How many measures the claims declare as deciding and correct for one another: those of time stand apart. */
const primaries = (): number =>
  new Set(
    Object.values(claims).flatMap(({ evidence }) =>
      evidence
        .filter((item) => item.primary && !isTiming(item.measure))
        .map((item) => item.measure),
    ),
  ).size;
