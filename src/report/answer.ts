/** The answer in words: what was asked, what was found, what a reader should hold against it. */

import { isTiming, partsOf, titleOf } from "../measures/index.js";
import { claims } from "../study/claims/index.js";
import { number, quantity } from "../study/claims/words.js";
import type { ClaimResult, Conclusions, Contrast, Study, Verdict } from "../study/types.js";
import { pow } from "../tensor/math.js";
import { armTitle } from "./arms.js";

/** Findings told in the answer itself; the others stand among the claims. */
const told = 4;

/** "a", "a and b", "a, b and c". */
const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

export function question({ config }: Study): string {
  const baseline = config.baseline ?? config.arms[0].name;
  const others = config.arms.filter((arm) => arm.name !== baseline);
  const where = `the network “${config.model.name}” on ${config.dataset.name}`;
  const [only] = others;
  if (others.length === 0) return `How does ${where} train and explain itself?`;
  return others.length === 1 && only.norm !== "none"
    ? `What does ${armTitle(only)} do to ${where}?`
    : `What does the choice among ${list(config.arms.map((arm) => arm.name))} do to ${where}?`;
}

export function sentences(study: Study, { claims: results, contrasts }: Conclusions): string[] {
  const { arms, seeds, epochs } = study.config;
  const trainings = `${arms.length * seeds.length} networks were trained for ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
  const [group, groups] = arms.length === 2 ? ["pair", "pairs"] : ["group", "groups"];
  const intro =
    arms.length === 1
      ? `${trainings}, all in the same way.`
      : `${trainings}, in ${seeds.length === 1 ? `one ${group}` : `${seeds.length} ${groups}`} that share starting ` +
        `weights, images and their order, so that the normalisation is all that differs within a ${group}.`;
  const findings = results
    .map((claim) => ({ claim, contrast: strongest(claim, contrasts) }))
    .filter((f): f is { claim: ClaimResult; contrast: Contrast } => f.contrast !== undefined)
    .sort((a, b) => size(b.contrast) - size(a.contrast))
    .slice(0, told)
    .map(
      ({ claim, contrast }) =>
        `${finding(contrast)}, which ${verb[claim.verdict]} “${claim.title}”.`,
    );
  return [intro, ...findings, ...undecided(results)];
}

const verb: Record<Verdict, string> = {
  supported: "supports",
  refuted: "speaks against",
  inconclusive: "leaves open",
};

const size = (contrast: Contrast): number => Math.abs(contrast.hedgesG ?? 0);

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

/** "Validation accuracy rose from 95.1 % to 96.4 % with batch (95 % interval +0.9 to +1.6 points)". */
function finding(contrast: Contrast): string {
  const { arm, armMean, baselineMean, difference, interval, scale } = contrast;
  const title = titleOf(contrast.measure);
  const unit = partsOf(contrast.measure)?.measure.unit ?? "";
  const deed = (difference ?? 0) > 0 ? "rose" : "fell";
  const to = quantity(armMean ?? 0, unit);
  const tail = /\s\S+$/.exec(to)?.[0] ?? ""; // the unit, said once
  const from = quantity(baselineMean ?? 0, unit).slice(0, tail === "" ? undefined : -tail.length);
  const sign = (value: number) => (value > 0 ? `+${number(value)}` : number(value));
  const end = (value: number) =>
    scale === "ratio" ? `×${number(pow(2, value))}` : sign(unit === "share" ? value * 100 : value);
  const points = scale === "difference" && unit === "share" ? " points" : "";
  const range = interval
    ? ` (95 % interval ${end(interval[0])} to ${end(interval[1])}${points})`
    : "";
  return `${title} ${deed} from ${from} to ${to} with ${arm}${range}`;
}

function undecided(results: readonly ClaimResult[]): string[] {
  const open = results.filter((claim) => claim.verdict === "inconclusive");
  if (open.length === 0) return [];
  const titles = list(open.map((claim) => `“${claim.title}”`));
  return [`Nothing was settled about ${titles}: the differences may be chance.`];
}

/** Reasons to doubt the answer that the numbers themselves give. */
export function cautions(study: Study, { contrasts }: Conclusions): string[] {
  const found: string[] = [];
  const { seeds, arms } = study.config;
  if (contrasts.some((contrast) => contrast.fewSeeds))
    found.push(
      `Pairs of ${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"}: intervals from so few are too narrow, so no verdict is given.`,
    );
  else if (pow(2, 1 - seeds.length) > 0.05 / primaries())
    found.push(
      `With ${seeds.length} seeds no measure can reach significance after correction for ${primaries()} measures; ` +
        "take at least 9.",
    );
  const missing = arms.length * seeds.length - study.trials.length;
  if (missing > 0) found.push(`${missing} of ${arms.length * seeds.length} trials are missing.`);
  const broken = study.trials.filter(({ history }) =>
    history.epochs.some((epoch) => epoch.trainLoss === null || epoch.validationLoss === null),
  );
  if (broken.length > 0)
    found.push(
      `Training diverged in ${broken.map(({ arm, seed }) => `${arm}, seed ${seed}`).join("; ")}.`,
    );
  return found;
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
