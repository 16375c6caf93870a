/** From a study's numbers to its conclusions: every contrast, then the verdict on every claim. */

import { expandMeasures, isTiming } from "../measures/index.js";
import { claims, judge } from "./claims/index.js";
import { contrast } from "./contrast.js";
import { holm } from "./statistics/index.js";
import type { Conclusions, Contrast, Study, TrialTimings } from "./types.js";

/** Contrasts of all measures and arms, and the claims about arms with Batch Norm against a baseline without any norm.
 *  Without `timings` the measures of time are missing; nothing else depends on them. */
export function concludeStudy(study: Study, timings: readonly TrialTimings[] = []): Conclusions {
  const { arms } = study.config;
  const baseline = arms.find((arm) => arm.name === study.config.baseline) ?? arms[0];
  const others = arms.filter((arm) => arm !== baseline);
  const names = measuredNames(study, timings);
  const raw = others.flatMap((arm) =>
    names.map((measure) => contrast(study, measure, arm.name, baseline.name, timings)),
  );
  const judged = baseline.norm === "none" ? others.filter(({ norm }) => norm === "batch") : [];
  const contrasts = correct(raw, new Set(judged.map(({ name }) => name)));
  const results = judged.flatMap((arm) =>
    Object.entries(claims).map(([name, claim]) => judge(name, claim, arm.name, contrasts)),
  );
  return { contrasts, claims: results };
}

/** Measures that some trial has, in the order of the table. */
function measuredNames(study: Study, timings: readonly TrialTimings[]): string[] {
  const found = new Set(
    [...study.trials, ...timings].flatMap((trial) => Object.keys(trial.measures)),
  );
  return [...expandMeasures([...found], [])];
}

/** Holm's correction over the primary contrasts of the judged arms. Times have a family of their own, so that no
 *  other number depends on the clock. */
function correct(contrasts: readonly Contrast[], judged: ReadonlySet<string>): Contrast[] {
  const primaries = new Set<string>(
    Object.values(claims).flatMap(({ evidence }) =>
      evidence.filter(({ primary }) => primary).map(({ measure }) => measure),
    ),
  );
  const family = (timing: boolean): Contrast[] =>
    contrasts.filter(
      ({ measure, arm, pValue }) =>
        judged.has(arm) &&
        primaries.has(measure) &&
        pValue !== null &&
        isTiming(measure) === timing,
    );
  const adjusted = new Map<Contrast, number>();
  for (const members of [family(false), family(true)]) {
    const corrected = holm(members.map(({ pValue }) => pValue ?? 1));
    members.forEach((member, i) => {
      adjusted.set(member, corrected[i]);
    });
  }
  return contrasts.map((item) => ({ ...item, holmP: adjusted.get(item) ?? null }));
}
