/** The report from top to bottom. */

import { useMemo, useState } from "preact/hooks";
import type { ReportData } from "../src/report/report-data.js";
import { Answer } from "./sections/answer.js";
import { Claims } from "./sections/claims.js";
import { Effects } from "./sections/effects.js";
import { Maps } from "./sections/maps.js";
import { Noise } from "./sections/noise.js";
import { Pairs } from "./sections/pairs.js";
import { Repeat } from "./sections/repeat.js";
import { Setup } from "./sections/setup.js";
import { Training } from "./sections/training.js";
import { indexData, type View, ViewContext } from "./view.js";

const sections = [
  { id: "answer", title: "Answer", Body: Answer },
  { id: "setup", title: "Set-up", Body: Setup },
  { id: "claims", title: "Claims", Body: Claims },
  { id: "effects", title: "Effects", Body: Effects },
  { id: "training", title: "Training", Body: Training },
  { id: "noise", title: "Noise", Body: Noise },
  { id: "pairs", title: "Seeds", Body: Pairs },
  { id: "maps", title: "Explanations", Body: Maps },
  { id: "repeat", title: "Repeat", Body: Repeat },
] as const;

export function Page({ data }: { data: ReportData }) {
  const index = useMemo(() => indexData(data), [data]);
  const [armName, selectArm] = useState(index.compared[0]?.name ?? index.baseline.name);
  const view: View = { ...index, selected: index.arm(armName), selectArm };
  return (
    <ViewContext.Provider value={view}>
      <a class="skip" href="#answer">
        Skip to the answer
      </a>
      <nav class="contents" aria-label="Sections">
        <span class="brand">NormLens</span>
        <ul>
          {sections.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      <main>
        {sections.map(({ id, Body }) => (
          <section key={id} id={id} aria-labelledby={`${id}-title`}>
            <Body />
          </section>
        ))}
      </main>
    </ViewContext.Provider>
  );
}
