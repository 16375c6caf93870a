/** How to make the same report again, and what to compare it by. */
import { useState } from "preact/hooks";
import { Table } from "../figures/figure.js";
import { whole } from "../format.js";
import { Heading } from "../parts.js";
import { useView } from "../view.js";

export function Repeat() {
  const { data } = useView();
  const { command, library, config, trials } = data.repeat;
  const { dataset } = data.setup;
  const seconds = (s: number | null) => (s === null ? "–" : `${s.toFixed(1)} s`);
  return (
    <>
      <Heading id="repeat" title="How to repeat it">
        The same command gives the same weights and the same results, bit for bit, on any machine
        and with any number of threads; only times differ.
      </Heading>
      <Command text={command} />
      <dl class="versions">
        <dt>NormLens</dt>
        <dd>{library}</dd>
        <dt>Data</dt>
        <dd>
          {dataset.name}, SHA-256 <code class="hash">{dataset.fingerprint}</code>
        </dd>
      </dl>
      <details>
        <summary>Trials: configuration and weights by SHA-256</summary>
        <Table
          title="Trials"
          numbers={{
            columns: ["arm", "seed", "steps", "configuration", "weights", "training", "measuring"],
            rows: trials.map((trial) => [
              trial.arm,
              `${trial.seed}`,
              whole(trial.steps),
              trial.hash.slice(0, 16),
              trial.weights.slice(0, 16),
              seconds(trial.trainSeconds),
              seconds(trial.measureSeconds),
            ]),
          }}
        />
      </details>
      <details>
        <summary>The whole design</summary>
        <pre>{config}</pre>
      </details>
    </>
  );
}

function Command({ text }: { text: string }) {
  const [state, setState] = useState("Copy");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState("Copied"),
      () => setState("Select and copy"),
    );
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" onClick={copy} aria-live="polite">
        {state}
      </button>
    </div>
  );
}
