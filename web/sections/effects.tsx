/** All contrasts at once. */
import { useCallback, useMemo } from "preact/hooks";
import type { ReportContrast, ReportMeasure } from "../../src/report/report-data.js";
import { Figure, type Numbers } from "../figures/figure.js";
import { type ForestRow, forest } from "../figures/forest.js";
import { amount, changeWithInterval, fromTo, plain, pValue } from "../format.js";
import { ArmChoice, Heading, ReadingBadge, readingWord } from "../parts.js";
import { useView } from "../view.js";

export function Effects() {
  const { selected, baseline, contrasts, measure } = useView();
  const rows = useMemo(
    () => contrasts(selected.name).map((contrast) => rowOf(contrast, measure(contrast.measure))),
    [contrasts, measure, selected],
  );
  const draw = useCallback(
    (width: number) => forest(rows, { arm: selected.name }, width),
    [rows, selected],
  );
  const clear = rows.filter((row) => row.contrast.reading !== "unclear").length;
  return (
    <>
      <Heading id="effects" title={`How ${selected.name} differs from ${baseline.name}`}>
        One row for each measure: the mean difference over the pairs with its 95 % interval, in
        standard deviations of the paired differences, so that measures with different units can
        stand side by side. The further from the middle, the more alike the pairs say it. Means in
        their own units stand at the right, or below among the numbers.
      </Heading>
      <ArmChoice />
      {rows.length === 0 ? (
        <p class="empty">No pairs of trials share a measure, so there is nothing to compare.</p>
      ) : (
        <Figure
          draw={draw}
          label={`Forest plot: ${selected.name} against ${baseline.name}, ${rows.length} measures, ${clear} with a clear difference`}
          numbers={numbersOf(rows, baseline.name, selected.name)}
          caption={
            <>
              <ReadingBadge reading="better" /> <ReadingBadge reading="worse" />{" "}
              <ReadingBadge reading="higher" /> or lower, where neither is better{" "}
              <ReadingBadge reading="unclear" />: the interval holds nought. The scale is linear
              near nought and logarithmic beyond 1.
            </>
          }
        />
      )}
    </>
  );
}

function rowOf(contrast: ReportContrast, measure: ReportMeasure): ForestRow {
  const { reading, standardised } = contrast;
  return {
    contrast,
    title: measure.title,
    family: measure.family,
    means: fromTo(measure, contrast.baselineMean, contrast.armMean),
    tip: [
      measure.title,
      `${contrast.baseline}: ${amount(measure, contrast.baselineMean)}   ${contrast.arm}: ${amount(measure, contrast.armMean)}`,
      `change: ${changeWithInterval(measure, contrast)}`,
      `standardised: ${plain(standardised?.value ?? null)}   p = ${pValue(contrast.pValue)}`,
      readingWord(reading),
    ].join("\n"),
  };
}

function numbersOf(rows: readonly ForestRow[], baseline: string, arm: string): Numbers {
  const { measure } = useView();
  return {
    columns: [
      "measure",
      baseline,
      arm,
      "difference [95 %]",
      "standardised",
      "share of pairs higher",
      "p",
      "reading",
    ],
    rows: rows.map(({ contrast, title }) => [
      title,
      amount(measure(contrast.measure), contrast.baselineMean),
      amount(measure(contrast.measure), contrast.armMean),
      changeWithInterval(measure(contrast.measure), contrast),
      plain(contrast.standardised?.value ?? null),
      contrast.superiority === null ? "–" : `${Math.round(contrast.superiority * 100)} %`,
      pValue(contrast.pValue),
      contrast.reading,
    ]),
  };
}
