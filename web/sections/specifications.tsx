/** Every question in every way that could be defended. */
import { useMemo } from "preact/hooks";
import type { ReportSpecifications } from "../../src/report/report-data.js";
import { percent, plain, pValue } from "../../src/report/words/index.js";
import type { Frame } from "../figures/frame.js";
import {
  specifications,
  specificationsHeight,
  type Way,
  type Ways,
} from "../figures/specifications.js";
import { Figure } from "../kit/figure.js";
import { Fold } from "../kit/fold.js";
import type { Messages } from "../messages/table.js";
import { useMessages, useView, type View } from "../view.js";

export function Specifications() {
  const { data } = useView();
  const m = useMessages().sure;
  const curves = data.specifications;
  if (curves.length === 0) return null;
  return (
    <Fold summary={m.specifications(curves.length)}>
      {() => (
        <>
          <p class="intro">{m.specificationsIntro}</p>
          <div class="panels">
            {curves.map((curve) => (
              <Curve key={`${curve.measure} ${curve.arm} ${curve.baseline}`} curve={curve} />
            ))}
          </div>
        </>
      )}
    </Fold>
  );
}

/** The measure's own words, without the explainer of one of its ways. */
function titleOf({ measure, specifications: ways }: ReportSpecifications, view: View): string {
  const known = view.data.measures.find(({ name }) => name === measure || name === ways[0].measure);
  return known === undefined ? measure : view.text(known.title);
}

function Curve({ curve }: { curve: ReportSpecifications }) {
  const view = useView();
  const m = useMessages().sure;
  const facts = useMemo(() => waysOf(curve, view), [curve, view.language]);
  const draw = useMemo(() => (frame: Frame) => specifications(facts, frame), [facts]);
  const title = `${titleOf(curve, view)}: ${curve.arm} − ${curve.baseline}`;
  const { shareExpected, shareSignificant, shareAgainst, jointP } = curve;
  const summary = m.ways(
    curve.specifications.length,
    percent(shareExpected, 0),
    percent(shareSignificant, 0),
    percent(shareAgainst, 0),
    pValue(jointP),
  );
  return (
    <div>
      <h3>{title}</h3>
      <Figure
        name={`ways-${curve.measure}-${curve.arm}`.replace(/[^\w-]+/g, "-")}
        draw={draw}
        height={specificationsHeight}
        label={`${title}. ${summary}`}
        caption={summary}
        numbers={() => numbersOf(curve, m)}
      />
    </div>
  );
}

function waysOf(curve: ReportSpecifications, { numbers, measure, data }: View): Ways {
  const isFactor = curve.specifications.every(({ scale }) => scale === "ratio");
  const shown = (value: number): number => (isFactor ? 2 ** value : value);
  const sign = curve.expected === "higher" ? 1 : -1;
  const ways = curve.specifications.map((way): Way => {
    const [low, high] = way.interval ?? [way.difference, way.difference];
    const isClear = low * high > 0;
    const known = data.measures.some(({ name }) => name === way.measure);
    const change = known
      ? numbers.change(measure(way.measure), way, way.difference)
      : plain(shown(way.difference));
    return {
      value: shown(way.difference),
      low: shown(low),
      high: shown(high),
      says: isClear ? (way.difference * sign > 0 ? "expected" : "against") : "nothing",
      tip: `${way.measure}\n${way.condition.rates}, ${way.condition.checkpoint}\n${change}`,
    };
  });
  return { ways, isFactor, format: plain };
}

const numbersOf = (curve: ReportSpecifications, { columns: c }: Messages["sure"]) => ({
  columns: [
    { title: c.way },
    { title: c.rates },
    { title: c.checkpoint },
    { title: c.difference },
    { title: c.low },
    { title: c.high },
    { title: c.p, show: pValue },
    { title: c.pairs },
  ],
  rows: curve.specifications.map(
    ({ measure, condition, difference, interval, pValue: p, pairs }) => [
      measure,
      condition.rates,
      condition.checkpoint,
      difference,
      interval?.[0] ?? null,
      interval?.[1] ?? null,
      p,
      pairs,
    ],
  ),
});
