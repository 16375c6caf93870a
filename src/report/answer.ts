/** Which facts make the answer: the strongest findings, and what a reader should hold against them. */

import type { ClaimResult, Conclusions, Contrast } from "../study/conclusions.js";
import { sideOf } from "../study/reading.js";
import { FEW_SEEDS, seedsNeeded } from "../study/statistics/index.js";
import type { Study } from "../study/types.js";
import type { Caution, Finding } from "./report-data.js";

/** Findings told in the answer itself; the others stand among the claims. */
const told = 5;

const size = (contrast: Contrast): number => Math.abs(contrast.hedgesG ?? 0);

/** The largest effect of each claim with a verdict, the strongest first; without any, of each clear contrast. */
export function findings({ claims: results, contrasts }: Conclusions): Finding[] {
  const decided = ofClaims(results);
  return (decided.length > 0 ? decided : ofContrasts(contrasts))
    .sort((a, b) => size(b.contrast) - size(a.contrast))
    .filter(
      ({ contrast }, i, all) => all.findIndex((each) => isSame(each.contrast, contrast)) === i,
    )
    .slice(0, told)
    .map(({ contrast: { measure, arm }, claim }) =>
      claim === undefined ? { measure, arm } : { measure, arm: claim.arm, claim: claim.claim },
    );
}

/** One number is told once, whatever it decides. */
const isSame = (a: Contrast, b: Contrast): boolean =>
  a.measure === b.measure && a.arm === b.arm && a.baseline === b.baseline;

interface Candidate {
  readonly contrast: Contrast;
  readonly claim?: ClaimResult;
}

const ofClaims = (results: readonly ClaimResult[]): Candidate[] =>
  results.flatMap((claim) => {
    const contrast = strongest(claim);
    return contrast === undefined ? [] : [{ contrast, claim }];
  });

const ofContrasts = (contrasts: readonly Contrast[]): Candidate[] =>
  contrasts.filter((contrast) => sideOf(contrast) !== undefined).map((contrast) => ({ contrast }));

/** The largest effect that made the claim's verdict; undefined if there is no verdict. */
function strongest({ verdict, evidence }: ClaimResult): Contrast | undefined {
  if (verdict === "inconclusive") return undefined;
  return evidence
    .filter((item) => item.primary && item.verdict === verdict)
    .flatMap(({ contrast }) => contrast ?? [])
    .sort((a, b) => size(b) - size(a))[0];
}

/** Reasons to doubt the answer that the numbers themselves give. */
export function cautions(study: Study, { contrasts, family }: Conclusions): Caution[] {
  const found: Caution[] = [];
  const { seeds, arms } = study.config;
  const needed = seedsNeeded(family);
  if (contrasts.length > 0 && seeds.length <= FEW_SEEDS)
    found.push({ kind: "fewSeeds", seeds: seeds.length });
  else if (contrasts.length > 0 && seeds.length < needed)
    found.push({ kind: "weak", seeds: seeds.length, measures: family, needed });
  const of = arms.length * seeds.length;
  const missing = of - study.trials.length;
  if (missing > 0) found.push({ kind: "missing", missing, of });
  const trials = study.trials
    .filter(
      ({ state, history }) =>
        state === "diverged" ||
        history.epochs.some((epoch) => epoch.trainLoss === null || epoch.validationLoss === null),
    )
    .map(({ arm, seed }) => ({ arm, seed }));
  if (trials.length > 0) found.push({ kind: "diverged", trials });
  return found;
}
