/** The conclusions of a study in the terminal: a verdict by glyph, colour and word, and its reasons. */

import type { ReportClaim, ReportData, Verdict } from "../report/report-data.js";
import { type Sentences, sentencesOf, terms } from "../report/words/index.js";
import type { Style, Terminal } from "./display/terminal.js";
import { plural, wrap } from "./display/words.js";

const language = "en";

const signs: Record<Verdict, { readonly glyph: string; readonly style: Style }> = {
  supported: { glyph: "✔", style: ["bold", "green"] },
  refuted: { glyph: "✘", style: ["bold", "red"] },
  negligible: { glyph: "=", style: ["bold", "cyan"] },
  inconclusive: { glyph: "~", style: ["bold", "yellow"] },
};

export function summary(data: ReportData, t: Terminal): string[] {
  const { claims, setup } = data;
  const arms = setup.arms.map((arm) => arm.name).join(", ");
  const say = sentencesOf(language, data);
  return [
    "",
    `${t.style("bold", `${setup.model.name} on ${setup.dataset.name}`)}: ${arms}; ${plural(setup.seeds.length, "seed")}`,
    "",
    ...(claims.length === 0
      ? ["no arm with Batch Norm against one without a norm: no claim to judge", ""]
      : []),
    ...claims.flatMap((claim) => [...verdictLines(claim, setup.arms.length > 2, say, t), ""]),
  ];
}

function verdictLines(
  claim: ReportClaim,
  namesArm: boolean,
  say: Sentences,
  t: Terminal,
): string[] {
  const { glyph, style } = signs[claim.verdict];
  const title = `${claim.title[language]}${namesArm ? ` (${claim.arm})` : ""}`;
  const word = terms[language].verdicts[claim.verdict].padEnd(12);
  const deciding = claim.evidence.filter((evidence) => evidence.primary);
  return [
    `${t.style(style, `${glyph} ${word}`)} ${t.style("bold", title)}`,
    ...deciding.flatMap((item) => {
      const { glyph: mark, style: colour } = signs[item.verdict];
      const lines = wrap(say.evidence(item), t.columns - 6, "").map(plainSpaces);
      const [first, ...rest] = lines;
      return [`    ${t.style(colour, mark)} ${first}`, ...rest.map((line) => `      ${line}`)];
    }),
  ];
}

/** Spaces that held a number and its unit together while lines were broken are ordinary ones to whoever reads on. */
const plainSpaces = (line: string): string => line.replaceAll("\u00a0", " ");
