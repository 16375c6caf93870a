/** Headings, verdicts, readings, the legend of the arms. */
import type { ComponentChildren } from "preact";
import type { Reading, Verdict } from "../../src/report/report-data.js";
import { terms } from "../../src/report/words/index.js";
import { useSettings } from "../settings.js";
import { useView } from "../view.js";

export function Heading({
  id,
  title,
  children,
}: {
  id: string;
  title: string;
  children?: ComponentChildren;
}) {
  return (
    <header class="heading">
      <h2 id={`${id}-title`}>{title}</h2>
      {children !== undefined && <p class="intro">{children}</p>}
    </header>
  );
}

const verdictShapes: Record<Verdict, ComponentChildren> = {
  supported: (
    <>
      <circle cx="10" cy="10" r="9" class="fill" />
      <path d="M5.8 10.4l2.9 2.9 5.6-6.2" class="mark" />
    </>
  ),
  refuted: (
    <>
      <path d="M10 .6 19.4 10 10 19.4.6 10Z" class="fill" />
      <path d="M7.2 7.2l5.6 5.6m0-5.6-5.6 5.6" class="mark" />
    </>
  ),
  negligible: (
    <>
      <circle cx="10" cy="10" r="8.2" class="ring" />
      <path d="M6 8h8M6 12h8" class="stroke" />
    </>
  ),
  inconclusive: (
    <>
      <circle cx="10" cy="10" r="8.2" class="ring" />
      <path d="M6 10.8c1.4-2 2.6-2 4-.8s2.6 1.2 4-.8" class="stroke" />
    </>
  ),
};

/** A verdict by shape, word and colour. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const { language } = useSettings();
  return (
    <span class={`verdict ${verdict}`}>
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        {verdictShapes[verdict]}
      </svg>
      {terms[language].verdicts[verdict]}
    </span>
  );
}

export const readingShapes: Record<Reading, string> = {
  better: "●",
  worse: "◆",
  higher: "■",
  lower: "■",
  unclear: "○",
};

/** A difference's reading by shape, word and colour. */
export function ReadingBadge({ reading }: { reading: Reading }) {
  const { language } = useSettings();
  return (
    <span class={`reading ${reading}`}>
      {readingShapes[reading]} {terms[language].readings[reading]}
    </span>
  );
}

/** The colour of an arm beside its name. */
export function Swatch({ arm }: { arm: string }) {
  const { colour } = useView();
  return <i class="swatch" style={{ background: colour(arm) }} aria-hidden="true" />;
}

/** The names of the arms beside their line styles. */
export function ArmLegend({ solid = false }: { solid?: boolean }) {
  const { data, colour } = useView();
  return (
    <ul class="legend">
      {data.setup.arms.map((arm) => (
        <li key={arm.name}>
          <svg viewBox="0 0 30 8" width="30" height="8" aria-hidden="true">
            <line
              x1="1"
              x2="29"
              y1="4"
              y2="4"
              stroke={colour(arm.name)}
              stroke-width="3"
              stroke-dasharray={arm.baseline && !solid ? "7 4" : undefined}
            />
          </svg>
          {arm.name}
        </li>
      ))}
    </ul>
  );
}
