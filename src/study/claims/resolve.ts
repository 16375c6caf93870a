/** Which claims a design can judge, by which of its arms: known before anything runs. */

import { expandMeasures, measureNames } from "../../measures/index.js";
import { zoo } from "../../model/index.js";
import type { Compared, Missing } from "../conclusions.js";
import type { Arm, StudyConfig } from "../types.js";
import type { ArmPattern, Claim, Evidence } from "./claim.js";
import { claims } from "./table.js";

/** One measure of a claim with the contrast that decides it, or what the design lacks. */
export interface ResolvedEvidence {
  readonly evidence: Evidence;
  readonly compared: Compared | null;
  readonly missing: readonly Missing[];
}

export interface ResolvedClaim {
  readonly name: string;
  readonly claim: Claim;
  /** The arm that is spoken of. */
  readonly arm: string;
  readonly evidence: readonly ResolvedEvidence[];
}

export interface UnresolvedClaim {
  readonly name: string;
  readonly claim: Claim;
  readonly missing: readonly Missing[];
}

type Design = Pick<StudyConfig, "arms" | "measures" | "explainers" | "model" | "batchSize">;

/** The claims that a design can judge, once for each arm that they may speak of, and the others. */
export function resolveClaims(
  design: Design,
  classes = 10,
  table: Readonly<Record<string, Claim>> = claims,
): { readonly judged: readonly ResolvedClaim[]; readonly unjudged: readonly UnresolvedClaim[] } {
  const measured = new Set(expandMeasures(design.measures ?? measureNames, design.explainers));
  const judged: ResolvedClaim[] = [];
  const unjudged: UnresolvedClaim[] = [];
  for (const [name, claim] of Object.entries(table)) {
    const lacking = unmet(claim, design);
    const spokenOf = design.arms.filter((arm) => fits(arm, subject(claim)));
    const cases = spokenOf.map((arm) => ({
      name,
      claim,
      arm: arm.name,
      evidence: claim.evidence.map((item) => resolve(item, arm, design, measured, classes)),
    }));
    const [able, unable] = [cases.filter(decidable), cases.filter((one) => !decidable(one))];
    if (lacking.length === 0) judged.push(...able);
    if (lacking.length > 0 || able.length === 0)
      unjudged.push({ name, claim, missing: unique([...lacking, ...reasons(claim, unable)]) });
  }
  return { judged, unjudged };
}

/** The arm that the first deciding measure speaks of. */
const subject = ({ evidence }: Claim): ArmPattern =>
  (evidence.find(({ primary }) => primary) ?? evidence[0]).arm;

/** Whether what decides is there: all of it, or of facets of one thing any. */
function decidable({ claim: { rule }, evidence }: ResolvedClaim): boolean {
  const there = evidence
    .filter((item) => item.evidence.primary)
    .map(({ compared }) => compared !== null);
  return rule === "every" ? there.every(Boolean) : there.some(Boolean);
}

const reasons = (claim: Claim, cases: readonly ResolvedClaim[]): readonly Missing[] =>
  cases.length === 0
    ? [{ code: "arm", arm: subject(claim) }]
    : cases.flatMap(({ evidence }) =>
        evidence.filter((item) => item.evidence.primary).flatMap(({ missing }) => missing),
      );

const unique = (missing: readonly Missing[]): Missing[] => {
  const seen = new Set<string>();
  return missing.filter((item) => seen.size !== seen.add(JSON.stringify(item)).size);
};

/** What a claim needs of the study as a whole and does not find. */
function unmet({ needs = {} }: Claim, { model, batchSize }: Design): Missing[] {
  const networks: readonly string[] | undefined = needs.networks;
  const depth = model.depth ?? usualDepth(model.name);
  return [
    ...(networks && !networks.includes(model.name) ? [{ code: "network" as const, networks }] : []),
    ...(needs.depth !== undefined && depth < needs.depth
      ? [{ code: "depth" as const, depth: needs.depth }]
      : []),
    ...(needs.batchSize !== undefined && batchSize < needs.batchSize
      ? [{ code: "batchSize" as const, batchSize: needs.batchSize }]
      : []),
  ];
}

const usualDepth = (network: string): number =>
  Object.entries<{ readonly depth?: number }>(zoo).find(([name]) => name === network)?.[1].depth ??
  0;

/** Settings that a pattern need not name. */
const FREE = ["placement", "learningRate"] as const;

/** Whether an arm sets what the pattern names, and nothing else. */
function fits(arm: Arm, pattern: ArmPattern): boolean {
  const { name: _, ...settings } = arm;
  const free: readonly string[] = FREE.filter((setting) => pattern[setting] === undefined);
  const keys = new Set([...Object.keys(settings), ...Object.keys(pattern)]);
  const [own, wanted]: Readonly<Record<string, unknown>>[] = [settings, pattern];
  return [...keys].every((key) => free.includes(key) || own[key] === wanted[key]);
}

/** The arm of a pattern that is most like another in what patterns leave open. */
function closest(arms: readonly Arm[], pattern: ArmPattern, to: Arm): Arm | undefined {
  const likeness = (arm: Arm): number =>
    FREE.filter((setting) => arm[setting] === to[setting]).length;
  return arms
    .filter((arm) => fits(arm, pattern))
    .reduce<Arm | undefined>(
      (best, arm) => (best !== undefined && likeness(best) >= likeness(arm) ? best : arm),
      undefined,
    );
}

function resolve(
  evidence: Evidence,
  spokenOf: Arm,
  { arms }: Design,
  measured: ReadonlySet<string>,
  classes: number,
): ResolvedEvidence {
  const { measure, against } = evidence;
  const missing: Missing[] = [];
  const find = (pattern: ArmPattern): string => {
    const found = fits(spokenOf, pattern) ? spokenOf : closest(arms, pattern, spokenOf);
    if (found === undefined) missing.push({ code: "arm", arm: pattern });
    return found?.name ?? "";
  };
  const arm = find(evidence.arm);
  const reference = {
    baseline: "arm" in against ? find(against.arm) : "measure" in against ? arm : "",
    ...("measure" in against && { against: against.measure }),
    ...("value" in against && { value: against.value }),
    ...("aboveChance" in against && { value: 1 / classes + against.aboveChance }),
  };
  const keys: readonly string[] = "measure" in against ? [measure, against.measure] : [measure];
  for (const key of keys) if (!measured.has(key)) missing.push({ code: "measure", measure: key });
  const compared = missing.length === 0 ? { measure, arm, ...reference } : null;
  return { evidence, compared, missing };
}
