/** Small pieces that several sections use. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { ReportContrast, Verdict } from "../src/report/report-data.js";
import { useView } from "./view.js";

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
  inconclusive: (
    <>
      <circle cx="10" cy="10" r="8.2" class="ring" />
      <path d="M6 10.8c1.4-2 2.6-2 4-.8s2.6 1.2 4-.8" class="stroke" />
    </>
  ),
};

/** A verdict by shape, word and colour. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  return (
    <span class={`verdict ${verdict}`}>
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        {verdictShapes[verdict]}
      </svg>
      {verdict}
    </span>
  );
}

const readingWords: Record<ReportContrast["reading"], string> = {
  better: "● better",
  worse: "◆ worse",
  higher: "■ higher",
  lower: "■ lower",
  unclear: "○ unclear",
};

export const readingWord = (reading: ReportContrast["reading"]): string => readingWords[reading];

/** A difference's reading by shape, word and colour. */
export function ReadingBadge({ reading }: { reading: ReportContrast["reading"] }) {
  return <span class={`reading ${reading}`}>{readingWords[reading]}</span>;
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

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly title: string }[];
  readonly onChange: (value: string) => void;
}

/** One of a few: a labelled select, absent where there is nothing to choose. */
export function Choice({ label, value, choices, onChange }: ChoiceProps) {
  const id = useId();
  if (choices.length < 2) return null;
  return (
    <span class="choice">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
    </span>
  );
}

/** Which arm the figures compare with the baseline. */
export function ArmChoice() {
  const { compared, selected, selectArm } = useView();
  const choices = compared.map(({ name }) => ({ value: name, title: name }));
  return (
    <Choice label="Compared arm" value={selected.name} choices={choices} onChange={selectArm} />
  );
}
