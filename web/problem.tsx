/** What stands on the page when there is no report to show: what is wrong, and what to do. */
import type { Problem } from "../src/report/read.js";
import { REPORT_VERSION } from "../src/report/report-data.js";
import { rich } from "./kit/rich.js";
import { useMessages } from "./view.js";

export function ProblemPage({ problem }: { problem: Problem }) {
  const m = useMessages().problem;
  const { kind, version = 0, details, more } = problem;
  return (
    <main class="problem">
      <p class="eyebrow">{m.eyebrow}</p>
      <div role="alert">
        <h1>{m[kind](version, REPORT_VERSION)}</h1>
      </div>
      <p class="lead">{rich(m.remedy)}</p>
      {details.length > 0 && (
        <details open>
          <summary>{m.details}</summary>
          <ul class="plain-list">
            {details.map((detail) => (
              <li key={detail}>
                <code>{detail}</code>
              </li>
            ))}
            {more !== undefined && <li>{m.more(more)}</li>}
          </ul>
        </details>
      )}
    </main>
  );
}
