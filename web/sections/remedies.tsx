/** What can be done about the harm: each remedy that the study tried, with its gain and its price. */
import type { Remedy, ReportContrast } from "../../src/report/report-data.js";
import { plain, terms } from "../../src/report/words/index.js";
import { Heading, ReadingBadge, Swatch } from "../kit/badges.js";
import { FigureFiles } from "../kit/figure.js";
import type { Numbers } from "../kit/table.js";
import { useMessages, useView } from "../view.js";

/** So many gains and prices are told; all stand in the table. */
const told = 4;

export function Remedies() {
  const { data } = useView();
  const m = useMessages().remedies;
  return (
    <>
      <Heading id="remedies" title={m.title}>
        {m.intro}
      </Heading>
      <div class="remedies">
        {data.remedies.map((remedy) => (
          <RemedyItem key={remedy.remedy} remedy={remedy} />
        ))}
      </div>
    </>
  );
}

function RemedyItem({ remedy }: { remedy: Remedy }) {
  const { text } = useView();
  const m = useMessages().remedies;
  const { gains, prices, compared, accuracy, stepTime, arm, instead } = remedy;
  return (
    <article class="remedy">
      <h3>{text(remedy.title)}</h3>
      <p class="source">
        <Swatch arm={instead} />
        {instead} → <Swatch arm={arm} />
        {arm} · {m.when[remedy.when]} · {m.tally(gains.length, prices.length, compared)}
      </p>
      <Besides contrasts={[accuracy, stepTime]} />
      <div class="balance">
        <Side title={m.gains} contrasts={gains} none={m.noGain} />
        <Side title={m.prices} contrasts={prices} none={m.noPrice} />
      </div>
      <RemedyNumbers remedy={remedy} ordered={[...gains, ...prices]} />
    </article>
  );
}

/** What everybody asks first, whether it differs or not. */
function Besides({ contrasts }: { contrasts: readonly (ReportContrast | null)[] }) {
  const { measure, numbers, text } = useView();
  const known = contrasts.filter((contrast) => contrast !== null);
  return (
    <dl class="besides">
      {known.map((contrast) => {
        const of = measure(contrast.measure);
        return (
          <div key={contrast.measure}>
            <dt>{text(of.title)}</dt>
            <dd>
              <b>{numbers.fromTo(of, contrast.baselineMean, contrast.armMean)}</b>{" "}
              <ReadingBadge reading={contrast.reading} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

interface SideProps {
  readonly title: string;
  readonly contrasts: readonly ReportContrast[];
  readonly none: string;
}

function Side({ title, contrasts, none }: SideProps) {
  const { measure, numbers, text } = useView();
  return (
    <div>
      <h4>{title}</h4>
      {contrasts.length === 0 && <p class="empty">{none}</p>}
      <ul class="plain-list">
        {contrasts.slice(0, told).map((contrast) => {
          const of = measure(contrast.measure);
          return (
            <li key={contrast.measure}>
              <ReadingBadge reading={contrast.reading} /> {text(of.title)}{" "}
              <small class="values">
                {numbers.fromTo(of, contrast.baselineMean, contrast.armMean)}
              </small>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function RemedyNumbers({
  remedy,
  ordered,
}: {
  remedy: Remedy;
  ordered: readonly ReportContrast[];
}) {
  const { measure, numbers, text, language } = useView();
  const all = useMessages();
  const c = all.effects.columns;
  const of = (row: number) => measure(ordered[row].measure);
  const amount = (value: number, row: number) => numbers.amount(of(row), value);
  const change = (value: number, row: number) => numbers.change(of(row), ordered[row], value);
  const table: Numbers = {
    columns: [
      { title: c.measure },
      { title: remedy.instead, show: amount },
      { title: remedy.arm, show: amount },
      { title: c.difference, show: change },
      { title: c.low, show: change },
      { title: c.high, show: change },
      { title: c.standardised, show: plain },
      { title: c.reading },
    ],
    rows: ordered.map((contrast) => [
      text(measure(contrast.measure).title),
      contrast.baselineMean,
      contrast.armMean,
      contrast.difference,
      contrast.interval?.[0] ?? null,
      contrast.interval?.[1] ?? null,
      contrast.standardised?.value ?? null,
      terms[language].readings[contrast.reading],
    ]),
  };
  return (
    <FigureFiles
      name={`remedy-${remedy.remedy}`}
      title={`${all.remedies.more}: ${text(remedy.title)}`}
      numbers={table}
    />
  );
}
