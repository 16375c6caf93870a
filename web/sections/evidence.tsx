/** What measures say for a claim: one row each, the interval beside the published size. */
import { useMemo } from "preact/hooks";
import type { ReportClaim, ReportContrast, ReportEvidence } from "../../src/report/report-data.js";
import { pValue, terms } from "../../src/report/words/index.js";
import type { Frame } from "../figures/frame.js";
import { type IntervalFacts, interval, intervalHeight } from "../figures/interval.js";
import { VerdictBadge } from "../kit/badges.js";
import { Drawing } from "../kit/drawing.js";
import { useMessages, useView } from "../view.js";
import { PairPanels } from "./pair.js";

export function EvidenceList({ items }: { items: readonly ReportEvidence[] }) {
  return (
    <ul class="evidence">
      {items.map((item) => (
        <EvidenceRow
          key={`${item.measure} ${item.contrast?.arm} ${item.contrast?.baseline}`}
          item={item}
        />
      ))}
    </ul>
  );
}

const isMeasured = (contrast: ReportContrast | null): contrast is ReportContrast =>
  contrast !== null && contrast.armMean !== null && contrast.baselineMean !== null;

function EvidenceRow({ item }: { item: ReportEvidence }) {
  const { say, text, language, data } = useView();
  const m = useMessages().claims;
  const { contrast, expected, verdict } = item;
  const title = data.measures.find(({ name }) => name === item.measure)?.title;
  return (
    <li>
      <VerdictBadge verdict={verdict} />
      <span>
        {title === undefined ? item.measure : text(title)}
        <small>
          {isMeasured(contrast) ? <Values item={item} contrast={contrast} /> : m.notMeasured}
        </small>
      </span>
      {isMeasured(contrast) && contrast.difference !== null ? (
        <Interval item={item} contrast={contrast} label={say.evidence(item)} />
      ) : (
        <small>{m.expected(terms[language].expected[expected])}</small>
      )}
    </li>
  );
}

interface RowProps {
  readonly item: ReportEvidence;
  readonly contrast: ReportContrast;
}

/** "406 → 131 steps, ×0.322 [×0.306, ×0.339], p 0.021". */
function Values({ item, contrast }: RowProps) {
  const { measure, numbers } = useView();
  const m = useMessages().claims;
  const of = measure(item.measure);
  const p = contrast.holmP === null ? "" : m.p(pValue(contrast.holmP));
  const why = item.undecided === null ? "" : m.undecided[item.undecided];
  return (
    <>
      {numbers.fromTo(of, contrast.baselineMean, contrast.armMean)}
      {m.comma}
      {numbers.changeWithInterval(of, contrast)}
      {p}
      {why}
    </>
  );
}

function Interval({ item, contrast, label }: RowProps & { readonly label: string }) {
  const m = useMessages().claims;
  const facts = useMemo(() => intervalFacts(item, contrast, m), [item, contrast, m]);
  const draw = useMemo(() => (frame: Frame) => interval(facts, frame), [facts]);
  return <Drawing draw={draw} label={label} height={intervalHeight} />;
}

/** Differences of log₂ values are factors to a reader. */
function intervalFacts(
  { expected, verdict, margin, published }: ReportEvidence,
  { scale, difference, interval: range }: ReportContrast,
  m: { readonly published: string; readonly publishedAbout: string },
): IntervalFacts {
  const isFactor = scale === "ratio";
  const shown = (value: number): number => (isFactor ? 2 ** value : value);
  const middle = difference ?? 0;
  const [low, high] = range ?? [middle, middle];
  return {
    value: shown(middle),
    low: shown(low),
    high: shown(high),
    isFactor,
    expected,
    verdict,
    ...(margin !== undefined && { margin: shown(margin) }),
    ...(published !== undefined &&
      (!isFactor || published.effect > 0) && {
        published: {
          value: published.effect,
          label: published.approximate ? m.publishedAbout : m.published,
        },
      }),
  };
}

/** Everything behind a claim: measures that are only shown, the pairs, definitions and settings. */
export function Evidence({ claim }: { claim: ReportClaim }) {
  const { say } = useView();
  const m = useMessages().claims;
  const own = claim.evidence.flatMap(({ contrast }) => (isMeasured(contrast) ? [contrast] : []));
  const others = claim.evidence.filter((item) => !item.primary);
  return (
    <>
      <ul class="sentences">
        {claim.evidence
          .filter((item) => item.primary)
          .map((item) => (
            <li key={`${item.measure} ${item.contrast?.arm}`}>{say.evidence(item)}</li>
          ))}
      </ul>
      {others.length > 0 && (
        <>
          <h4>{m.shown}</h4>
          <EvidenceList items={others} />
        </>
      )}
      <PairPanels contrasts={own} />
      <Definitions measures={own.map((contrast) => contrast.measure)} />
    </>
  );
}

/** What the measures are, and how exactly they were taken. */
function Definitions({ measures }: { measures: readonly string[] }) {
  const { measure, text } = useView();
  const m = useMessages().claims;
  return (
    <dl class="definitions">
      {[...new Set(measures)].map((name) => {
        const { title, question, reference, settings } = measure(name);
        const set = Object.entries(settings).map(([option, value]) => `${option} ${value}`);
        return (
          <div key={name}>
            <dt>{text(title)}</dt>
            <dd>
              {text(question)}{" "}
              {reference !== "" && (
                <>
                  {m.source}: {reference}.{" "}
                </>
              )}
              {m.settings}: {set.length === 0 ? m.noSettings : <code>{set.join(", ")}</code>}.
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
