/** The conclusions of a study in the terminal: a verdict by glyph, colour and word, and its reasons. */

import type { ClaimResult, Conclusions, Study, Verdict } from "../study/types.js";
import type { Style, Terminal } from "./display/terminal.js";
import { plural, wrap } from "./display/words.js";

const signs: Record<Verdict, { readonly glyph: string; readonly style: Style }> = {
  supported: { glyph: "✔", style: ["bold", "green"] },
  refuted: { glyph: "✘", style: ["bold", "red"] },
  inconclusive: { glyph: "~", style: ["bold", "yellow"] },
};

export function summary(
  { config, dataset }: Study,
  { claims }: Conclusions,
  t: Terminal,
): string[] {
  const arms = config.arms.map((arm) => arm.name).join(", ");
  const { seeds } = config;
  return [
    "",
    `${t.style("bold", `${config.model.name} on ${dataset.name}`)}: ${arms}; ${plural(seeds.length, "seed")}`,
    "",
    ...(claims.length === 0
      ? ["no arm with Batch Norm against one without a norm: no claim to judge", ""]
      : []),
    ...claims.flatMap((claim) => [...verdictLines(claim, config.arms.length > 2, t), ""]),
  ];
}

function verdictLines(claim: ClaimResult, namesArm: boolean, t: Terminal): string[] {
  const { glyph, style } = signs[claim.verdict];
  const title = namesArm ? `${claim.title} (${claim.arm})` : claim.title;
  const deciding = claim.evidence.filter((evidence) => evidence.primary);
  return [
    `${t.style(style, `${glyph} ${claim.verdict.padEnd(12)}`)} ${t.style("bold", title)}`,
    ...deciding.flatMap(({ verdict, sentence }) => {
      const mark = t.style(signs[verdict].style, signs[verdict].glyph);
      const [first, ...rest] = wrap(sentence, t.columns - 6, "");
      return [`    ${mark} ${first}`, ...rest.map((line) => `      ${line}`)];
    }),
  ];
}
