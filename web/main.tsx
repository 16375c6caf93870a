/** Puts the report, or the reason why there is none, on the page. */
import { Component, type ComponentChildren, render } from "preact";
import { type Problem, type ReadResult, readReport } from "../src/report/read.js";
import { ListPage } from "./list.js";
import { Page } from "./page.js";
import { ProblemPage } from "./problem.js";
import { ChoicesContext, useChoices } from "./settings.js";
import "./styles/index.css";

/** A last resort: data that passed every check and still cannot be drawn must not leave a blank page. */
class Guard extends Component<{ children: ComponentChildren }, { problem?: Problem }> {
  override state: { problem?: Problem } = {};
  static override getDerivedStateFromError(error: unknown): { problem: Problem } {
    const cause = error instanceof Error ? error.message : String(error);
    return { problem: { kind: "undrawable", details: [cause] } };
  }
  override render() {
    const { problem } = this.state;
    return problem === undefined ? this.props.children : <ProblemPage problem={problem} />;
  }
}

function Content({ reading }: { reading: ReadResult }) {
  if (reading.data !== undefined) return <Page data={reading.data} />;
  if (reading.list !== undefined) return <ListPage list={reading.list} />;
  return <ProblemPage problem={reading.problem} />;
}

function App({ reading }: { reading: ReadResult }) {
  return (
    <ChoicesContext.Provider value={useChoices()}>
      <Guard>
        <Content reading={reading} />
      </Guard>
    </ChoicesContext.Provider>
  );
}

/** The data in the page; of an empty page on a server those that lie beside it. */
async function documentText(): Promise<string> {
  const inside = document.getElementById("report-data")?.textContent ?? "";
  if (inside.trim() !== "null" || !location.protocol.startsWith("http")) return inside;
  const response = await fetch("report.json").catch(() => undefined);
  return response?.ok ? response.text() : inside;
}

const root = document.getElementById("page");
if (root === null) throw new Error("report: the page has no element #page");
const reading = readReport(await documentText());
root.replaceChildren();
render(<App reading={reading} />, root);
