/** Published claims that the study says nothing about, and what it would take. */
import type { Missing } from "../../src/report/report-data.js";
import { Fold } from "../kit/fold.js";
import type { Messages } from "../messages/table.js";
import { useMessages, useView, type View } from "../view.js";

export function Unjudged() {
  const { data, untested } = useView();
  const m = useMessages().claims;
  const all = data.unjudged.length + untested.length;
  return all === 0 ? null : <Fold summary={m.unjudged(all)}>{() => <UnjudgedList />}</Fold>;
}

function UnjudgedList() {
  const view = useView();
  const m = useMessages().claims;
  const { data, untested, text, measure } = view;
  const unmeasured = untested.map(({ claim, arm, title, source, evidence }) => ({
    key: `${claim} ${arm}`,
    title,
    source,
    lack: evidence
      .filter(({ primary }) => primary)
      .map((item) => m.missing.measure(text(measure(item.measure).title))),
  }));
  const unjudged = data.unjudged.map(({ claim, title, source, missing }) => ({
    key: claim,
    title,
    source,
    lack: missing.map((each) => lackWords(each, view, m)),
  }));
  return (
    <dl class="definitions">
      {[...unmeasured, ...unjudged].map(({ key, title, source, lack }) => (
        <div key={key}>
          <dt>
            {text(title)} <small>{source}</small>
          </dt>
          <dd>{[...new Set(lack)].join(m.between)}</dd>
        </div>
      ))}
    </dl>
  );
}

function lackWords(lack: Missing, { text, numbers }: View, m: Messages["claims"]): string {
  switch (lack.code) {
    case "arm":
      return m.missing.arm(text(lack.title));
    case "measure":
      return m.missing.measure(text(lack.title));
    case "network":
      return m.missing.network(numbers.list(lack.networks));
    case "depth":
      return m.missing.depth(lack.depth);
    case "batchSize":
      return m.missing.batchSize(lack.batchSize);
  }
}
