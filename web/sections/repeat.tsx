/** How to make the same report again, and what to compare it by. */
import { useState } from "preact/hooks";
import { whole } from "../../src/report/words/index.js";
import { Heading } from "../kit/badges.js";
import { Fold } from "../kit/fold.js";
import { type Numbers, Scrolling, Table } from "../kit/table.js";
import { useMessages, useView } from "../view.js";

export function Repeat() {
  const { data } = useView();
  const m = useMessages().repeat;
  const { command, library, config } = data.repeat;
  const { dataset } = data.setup;
  return (
    <>
      <Heading id="repeat" title={m.title}>
        {m.intro}
      </Heading>
      <Command text={command} />
      <dl class="versions">
        <dt>NormLens</dt>
        <dd>{library}</dd>
        <dt>{m.data}</dt>
        <dd>
          {dataset.name}, SHA-256 <code class="hash">{dataset.fingerprint}</code>
        </dd>
      </dl>
      <Fold summary={m.trials}>{() => <Trials />}</Fold>
      <Fold summary={m.design}>
        {() => (
          <Scrolling class="design" title={m.design}>
            <pre>{config}</pre>
          </Scrolling>
        )}
      </Fold>
    </>
  );
}

function Trials() {
  const { data } = useView();
  const m = useMessages().repeat;
  const c = m.columns;
  const seconds = (s: number) => s.toFixed(1);
  const numbers: Numbers = {
    columns: [
      { title: c.arm },
      { title: c.seed, show: (n) => `${n}` },
      { title: c.steps, show: whole },
      { title: c.hash },
      { title: c.weights },
      { title: c.training, show: seconds },
      { title: c.measuring, show: seconds },
    ],
    rows: data.repeat.trials.map((trial) => [
      trial.arm,
      trial.seed,
      trial.steps,
      trial.hash.slice(0, 16),
      trial.weights.slice(0, 16),
      trial.trainSeconds,
      trial.measureSeconds,
    ]),
  };
  return <Table title={m.trials} numbers={numbers} />;
}

function Command({ text }: { text: string }) {
  const m = useMessages().repeat;
  const [state, setState] = useState<"copy" | "copied" | "select">("copy");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState("copied"),
      () => setState("select"),
    );
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" onClick={copy} aria-live="polite">
        {m[state]}
      </button>
    </div>
  );
}
