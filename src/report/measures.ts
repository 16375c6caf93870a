/** What the measures of a report are, and how exactly they were taken. */

import { partsOf, titleOf } from "../measures/index.js";
import type { Conclusions } from "../study/conclusions.js";
import type { Study, StudyConfig } from "../study/types.js";
import type { ReportMeasure } from "./report-data.js";

/** The settings of a measure: its own, those of the study, those that its key gives. */
export function settingsOf(
  { measureOptions }: StudyConfig,
  key: string,
): ReportMeasure["settings"] {
  const parts = partsOf(key);
  if (parts === undefined) return {};
  return { ...parts.measure.defaults, ...measureOptions[parts.name], ...parts.options };
}

/** Every measure that some contrast or claim tells of. */
export function measuresOf({ config }: Study, { contrasts, claims }: Conclusions): ReportMeasure[] {
  const told = claims.flatMap(({ evidence }) =>
    evidence.flatMap(({ measure, contrast }) => [
      measure,
      ...(contrast?.against ? [contrast.against] : []),
    ]),
  );
  const keys = [...new Set([...contrasts.map((contrast) => contrast.measure), ...told])];
  return keys.flatMap((key) => {
    const parts = partsOf(key);
    if (parts === undefined) return [];
    const { question, zh, family, unit, better, reference } = parts.measure;
    return {
      name: key,
      title: { en: titleOf(key), zh: titleOf(key, "zh") },
      question: { en: question, zh: zh.question },
      family,
      unit,
      better,
      reference,
      settings: settingsOf(config, key),
    };
  });
}
