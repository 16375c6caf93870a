/** The explainers whose maps a study kept, and the scores that belong to each. */

import { explainers } from "../explain/index.js";
import { ownTitleOf, partsOf } from "../measures/index.js";
import { measuredKeys } from "../study/measured.js";
import type { MapResult, Study, TrialResult } from "../study/types.js";
import type { Method } from "./report-data.js";
import { rounded } from "./rounding.js";
import { sameText, titleText } from "./words/index.js";

export function methodsOf(study: Study): Method[] {
  const names = new Set(study.trials.flatMap(({ maps }) => maps.map(({ method }) => method)));
  const keys = measuredKeys(study);
  return [...names].map((name) => {
    const known = Object.entries(explainers).find(([key]) => key === name)?.[1];
    return {
      name,
      title: known === undefined ? sameText(name) : titleText(known),
      scale: known?.kind === "attribution" ? "diverging" : "sequential",
      scores: keys
        .filter((key) => partsOf(key)?.explainer === name)
        .map((measure) => ({
          measure,
          title: { en: ownTitleOf(measure), zh: ownTitleOf(measure, "zh") },
        })),
    };
  });
}

/** What the measures of its explainer gave this very map, in their order; empty where none was taken map by map. */
export function scoresOf(
  { image, method }: Pick<MapResult, "image" | "method">,
  { explained, measures }: TrialResult,
  methods: readonly Method[],
): (number | null)[] {
  const at = explained.indices.indexOf(image);
  const scores = methods.find(({ name }) => name === method)?.scores ?? [];
  const values = scores.map(({ measure }) => measures[measure]?.images?.[at] ?? null);
  return values.every((value) => value === null) ? [] : values.map((value) => rounded(value, 3));
}
