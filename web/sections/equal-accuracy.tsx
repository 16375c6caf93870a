/** Whether a difference is more than a difference in accuracy: what is left of it between equally accurate networks. */
import { useMemo } from "preact/hooks";
import type { ReportAdjusted, ReportContrast, ReportData } from "../../src/report/report-data.js";
import { brief, plain } from "../../src/report/words/index.js";
import {
  type EqualAccuracyRow,
  equalAccuracy,
  equalAccuracyHeight,
} from "../figures/equal-accuracy.js";
import type { Frame } from "../figures/frame.js";
import { ArmChoice } from "../kit/controls.js";
import { Figure } from "../kit/figure.js";
import { rich } from "../kit/rich.js";
import { useMessages, useView, type View } from "../view.js";

interface Adjusted {
  readonly contrast: ReportContrast;
  readonly left: ReportAdjusted;
}

/** Every comparison of an arm that decides some claim, once. */
function adjustedOf({ claims }: Pick<ReportData, "claims">, arm: string): Adjusted[] {
  const all = claims.flatMap(({ evidence }) =>
    evidence.flatMap(({ primary, contrast, atEqualAccuracy: left }) =>
      primary && contrast?.arm === arm && contrast.interval && left ? [{ contrast, left }] : [],
    ),
  );
  const name = ({ contrast }: Adjusted) => `${contrast.measure} ${contrast.baseline}`;
  return all.filter((each, i) => all.findIndex((other) => name(other) === name(each)) === i);
}

/** Whether networks of equal accuracy were compared as well. */
const isStopped = ({ specifications }: Pick<ReportData, "specifications">): boolean =>
  specifications.some((curve) =>
    curve.specifications.some(({ condition }) => condition.checkpoint === "accuracy"),
  );

export function EqualAccuracy() {
  const view = useView();
  const { sure: m, effects } = useMessages();
  const { selected, baseline, data, compared, language } = view;
  const facts = useMemo(() => adjustedOf(data, selected.name), [data, selected.name]);
  const rows = useMemo(() => facts.map((fact) => rowOf(fact, view)), [facts, language]);
  const draw = useMemo(() => {
    const words = { lower: effects.lower(selected.name), higher: effects.higher(selected.name) };
    return (frame: Frame) => equalAccuracy(rows, words, frame);
  }, [rows, selected.name, effects]);
  if (!compared.some(({ name }) => adjustedOf(data, name).length > 0)) return null;
  const beyond = facts.filter(({ left }) => left.extrapolated).length;
  const kept = facts.filter(
    ({ contrast, left }) =>
      left.interval[0] * left.interval[1] > 0 && left.adjusted * (contrast.difference ?? 0) > 0,
  );
  return (
    <div class="part">
      <h3>{m.equalAccuracy}</h3>
      <p class="intro">{m.equalAccuracyIntro}</p>
      {compared.length > 1 && (
        <div class="controls">
          <ArmChoice />
        </div>
      )}
      {facts.length === 0 ? (
        <p class="empty">{m.notAdjusted(selected.name)}</p>
      ) : (
        <Figure
          name={`equal-accuracy-${selected.name}`.replace(/[^\w-]+/g, "-")}
          draw={draw}
          height={equalAccuracyHeight(rows.length, 1000)}
          label={m.equalAccuracyLabel(selected.name, baseline.name, kept.length, facts.length)}
          caption={
            <>
              {m.equalAccuracyCaption} {beyond > 0 && m.extrapolated(beyond, facts.length)}{" "}
              {rich(m.stopped[isStopped(data) ? "yes" : "no"])}
            </>
          }
          numbers={() => numbersOf(facts, view, m.equalColumns)}
        />
      )}
    </div>
  );
}

function rowOf(
  { contrast, left: { adjusted, interval, extrapolated } }: Adjusted,
  { measure, numbers, text }: View,
): EqualAccuracyRow {
  const of = measure(contrast.measure);
  const value = contrast.difference ?? 0;
  const [low, high] = contrast.interval ?? [value, value];
  return {
    key: `${contrast.measure} ${contrast.baseline}`,
    title: text(of.title),
    aside: numbers.changeTo(brief(of), contrast, value, adjusted),
    measured: { value, low, high },
    adjusted: { value: adjusted, low: interval[0], high: interval[1] },
    extrapolated,
  };
}

interface Columns {
  readonly measure: string;
  readonly baseline: string;
  readonly difference: string;
  readonly low: string;
  readonly high: string;
  readonly adjusted: string;
  readonly slope: string;
  readonly extrapolated: string;
}

function numbersOf(facts: readonly Adjusted[], { measure, numbers, text }: View, c: Columns) {
  const change = (value: number, row: number) =>
    numbers.change(measure(facts[row].contrast.measure), facts[row].contrast, value);
  return {
    columns: [
      { title: c.measure },
      { title: c.baseline },
      { title: c.difference, show: change },
      { title: c.adjusted, show: change },
      { title: c.low, show: change },
      { title: c.high, show: change },
      { title: c.slope, show: plain },
      { title: c.extrapolated },
    ],
    rows: facts.map(({ contrast, left }) => [
      text(measure(contrast.measure).title),
      contrast.baseline,
      contrast.difference,
      left.adjusted,
      left.interval[0],
      left.interval[1],
      left.slope,
      left.extrapolated ? "×" : "",
    ]),
  };
}
