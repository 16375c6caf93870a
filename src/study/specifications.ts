/** Specification curves: one question answered in every way that could be defended. The ways are the settings and
 *  explainers under which its measure was taken, the moment at which models are compared and how they got their learning
 *  rates. A finding that holds in one of them alone is one of that choice, not of Batch Norm. */

import { partsOf } from "../measures/index.js";
import { random } from "../tensor/random.js";
import type { ResolvedClaim } from "./claims/index.js";
import type { Compared, Contrast, Specification, SpecificationCurve } from "./conclusions.js";
import { type StudyUnder, studiesUnder } from "./conditions.js";
import { contrast } from "./contrast.js";
import { measuredKeys } from "./measured.js";
import { ALPHA, jointSignFlip, quantile } from "./statistics/index.js";
import type { Study } from "./types.js";

/** A curve for each deciding measure of the judged claims that compares arms, if there is more than one way to ask. */
export function specificationCurves(
  study: Study,
  judged: readonly ResolvedClaim[],
): SpecificationCurve[] {
  const studies = studiesUnder(study);
  const curves = new Map<string, SpecificationCurve>();
  for (const { evidence } of judged)
    for (const { evidence: item, compared } of evidence) {
      const { primary, expected, against } = item;
      if (!primary || expected === "equal" || !("arm" in against) || compared === null) continue;
      const name = partsOf(compared.measure)?.name ?? compared.measure;
      const key = JSON.stringify([name, compared.arm, compared.baseline]);
      if (curves.has(key)) continue;
      const ways = keysOf(study, name).flatMap((measure) =>
        studies.flatMap((under) => specification(under, { ...compared, measure })),
      );
      if (ways.length > 1) curves.set(key, curveOf(name, compared, expected, ways));
    }
  return [...curves.values()];
}

/** The keys under which a measure was taken. */
const keysOf = (study: Study, name: string): string[] =>
  measuredKeys(study).filter((key) => partsOf(key)?.name === name);

/** One way to ask, or none if nothing was measured in this way. */
function specification(
  { condition, study }: StudyUnder,
  compared: Compared,
): { specification: Specification; contrast: Contrast }[] {
  const found = contrast(study, compared);
  const { measure, difference, interval, pValue, pairs, scale } = found;
  if (difference === null) return [];
  const own = { measure, condition, scale, difference, interval, pValue, pairs: pairs.length };
  return [{ specification: own, contrast: found }];
}

function curveOf(
  measure: string,
  { arm, baseline }: Compared,
  expected: "higher" | "lower",
  ways: readonly { specification: Specification; contrast: Contrast }[],
): SpecificationCurve {
  const sign = expected === "higher" ? 1 : -1;
  const sorted = ways
    .map(({ specification: own }) => own)
    .sort((a, b) => a.difference - b.difference);
  const share = (holds: (own: Specification) => boolean): number =>
    sorted.filter(holds).length / sorted.length;
  const isSignificant = ({ pValue }: Specification): boolean => pValue !== null && pValue < ALPHA;
  return {
    measure,
    arm,
    baseline,
    expected,
    specifications: sorted,
    median: quantile(
      sorted.map(({ difference }) => difference),
      0.5,
    ),
    shareExpected: share(({ difference }) => sign * difference > 0),
    shareSignificant: share((own) => sign * own.difference > 0 && isSignificant(own)),
    shareAgainst: share((own) => sign * own.difference < 0 && isSignificant(own)),
    jointP: jointP(
      ways.map((way) => way.contrast),
      `${measure}/${arm}/${baseline}`,
    ),
  };
}

/** The joint test over the seeds that all contrasts have. */
function jointP(contrasts: readonly Contrast[], name: string): number | null {
  const [first, ...others] = contrasts.map(
    ({ pairs }) => new Map(pairs.map((pair) => [pair.seed, pair.difference])),
  );
  const seeds = [...first.keys()].filter((seed) => others.every((own) => own.has(seed)));
  return jointSignFlip(
    [first, ...others].map((own) => seeds.map((seed) => own.get(seed) ?? 0)),
    random("specifications").split(name),
  );
}
