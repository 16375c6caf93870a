/** What can be done about Batch Norm, in the terminal: each remedy that the study tried, what it gains and costs. */

import { partsOf, titleOf } from "../measures/index.js";
import { numbersOf } from "../report/words/index.js";
import type { Contrast } from "../study/conclusions.js";
import { clearest, type RemedyFacts, remedies } from "../study/remedies.js";
import type { Terminal } from "./display/terminal.js";
import { wrap } from "./display/words.js";

const numbers = numbersOf("en");

/** At most so many measures are named on either side. */
const NAMED = 3;

export function remedyLines(facts: readonly RemedyFacts[], t: Terminal): string[] {
  if (facts.length === 0) return [];
  return [
    t.style("bold", "What can be done, by this study"),
    ...facts.flatMap((fact) => [`  ${remedies[fact.remedy].title}`, ...effects(fact, t)]),
    "",
  ];
}

function effects(
  { gains, prices, unclear, accuracy, stepTime }: RemedyFacts,
  t: Terminal,
): string[] {
  const rows: [string, string][] = [
    ["gain", named(gains)],
    ["price", named(prices)],
    [
      "besides",
      [
        accuracy && !named(gains).concat(named(prices)).includes(said(accuracy)) && said(accuracy),
        stepTime && said(stepTime),
        `${unclear.length} measures without a clear difference`,
      ]
        .filter(Boolean)
        .join("; "),
    ],
  ];
  return rows.flatMap(([word, text]) =>
    wrap(text.replaceAll("\u00a0", " "), t.columns - 14).map((line, i) =>
      i === 0 ? `    ${t.style("dim", word.padEnd(8))} ${line}` : `${" ".repeat(13)}${line}`,
    ),
  );
}

function named(contrasts: readonly Contrast[]): string {
  const all = clearest(contrasts);
  if (all.length === 0) return "none that is clear";
  const more = all.length > NAMED ? `; ${all.length - NAMED} more` : "";
  return `${all.slice(0, NAMED).map(said).join("; ")}${more}`;
}

/** "Validation accuracy +1.2 points [+0.9, +1.5]". */
function said(contrast: Contrast): string {
  const unit = partsOf(contrast.measure)?.measure.unit ?? "";
  return `${titleOf(contrast.measure)} ${numbers.changeWithInterval({ unit }, contrast)}`;
}
