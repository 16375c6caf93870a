/** What stands on the page when there is no report to show: what is wrong, and what to do. */
import type { Problem } from "../src/report/read.js";

export function ProblemPage({ problem }: { problem: Problem }) {
  return (
    <main class="problem">
      <p class="eyebrow">NormLens report</p>
      <div role="alert">
        <h1>{problem.what}</h1>
      </div>
      <p class="lead">{withCode(problem.remedy)}</p>
      {problem.details.length > 0 && (
        <details open>
          <summary>Details</summary>
          <ul class="plain-list">
            {problem.details.map((detail) => (
              <li key={detail}>
                <code>{detail}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </main>
  );
}

/** Text in which `…` is code. */
const withCode = (text: string) =>
  text.split("`").map((part, i) => (i % 2 === 1 ? <code key={part}>{part}</code> : part));
