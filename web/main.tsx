/** Puts the report, or the reason why there is none, on the page. */
import { Component, type ComponentChildren, render } from "preact";
import { type Problem, readReport } from "../src/report/read.js";
import { Page } from "./page.js";
import { ProblemPage } from "./problem.js";
import "./tokens.css";
import "./style.css";
import "./print.css";

/** A last resort: data that passed every check and still cannot be drawn must not leave a blank page. */
class Guard extends Component<{ children: ComponentChildren }, { problem?: Problem }> {
  override state: { problem?: Problem } = {};
  static override getDerivedStateFromError(error: unknown): { problem: Problem } {
    const cause = error instanceof Error ? error.message : String(error);
    const what = "This report cannot be drawn.";
    const remedy = "Rebuild it with `normlens report FOLDER`, where FOLDER holds the study.";
    return { problem: { what, remedy, details: [cause] } };
  }
  override render() {
    const { problem } = this.state;
    return problem === undefined ? this.props.children : <ProblemPage problem={problem} />;
  }
}

const root = document.getElementById("page");
if (root === null) throw new Error("report: the page has no element #page");
const reading = readReport(document.getElementById("report-data")?.textContent ?? "");
if (reading.data !== undefined) document.title = `${reading.data.question} · NormLens`;
root.replaceChildren();
render(
  <Guard>
    {reading.data === undefined ? (
      <ProblemPage problem={reading.problem} />
    ) : (
      <Page data={reading.data} />
    )}
  </Guard>,
  root,
);

/** On paper everything folded away is open. */
const closed = new Set<HTMLDetailsElement>();
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details"))
    if (!details.open) {
      details.open = true;
      closed.add(details);
    }
});
addEventListener("afterprint", () => {
  for (const details of closed) details.open = false;
  closed.clear();
});
