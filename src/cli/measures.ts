/** `normlens measures`: what can be measured, and what each measure means. Made from the table of measures. */

import { type Measure, measures } from "../measures/index.js";
import { type Terminal, terminal } from "./display/terminal.js";
import { wrap } from "./display/words.js";
import type { Options } from "./options.js";

export async function listMeasures({ json }: Options): Promise<void> {
  const table: Readonly<Record<string, Measure>> = measures;
  if (json === true) {
    const entries = Object.entries(table).map(([name, measure]) => [name, described(measure)]);
    process.stdout.write(`${JSON.stringify(Object.fromEntries(entries))}\n`);
    return;
  }
  const t = terminal(process.stdout);
  const families = [...new Set(Object.values(table).map(({ family }) => family))];
  for (const family of families) {
    t.line(t.style("bold", family));
    for (const [name, measure] of Object.entries(table))
      if (measure.family === family) for (const line of lines(name, measure, t)) t.line(line);
    t.line();
  }
  t.line("A design names some of them under `measures`, and their options under `measureOptions`:");
  t.line(
    '  {"measures": ["validationAccuracy", "ligs"], "measureOptions": {"ligs": {"draws": 20}}}',
  );
}

/** What a measure says of itself. */
const described = ({
  title,
  question,
  family,
  unit,
  better,
  scale,
  reference,
  defaults,
  choices,
  of,
}: Measure) => ({
  title,
  question,
  family,
  unit,
  better,
  scale,
  of,
  ...(reference !== "" && { reference }),
  options: defaults,
  ...(choices && { choices }),
});

const directions = {
  higher: "higher is better",
  lower: "lower is better",
  neither: "neither is better",
} as const satisfies Record<Measure["better"], string>;

function lines(name: string, measure: Measure, t: Terminal): string[] {
  const { title, question, unit, better, scale, reference, defaults, choices } = measure;
  const options = Object.entries(defaults).map(([option, value]) => {
    const others = choices?.[option]?.filter((word) => word !== value) ?? [];
    return `${option} ${value}${others.length > 0 ? ` (or ${others.join(", ")})` : ""}`;
  });
  const facts = [
    `in ${unit}`,
    directions[better],
    scale === "ratio" ? "arms compared by ratio" : undefined,
    options.length > 0 ? `options: ${options.join(", ")}` : undefined,
    reference === "" ? undefined : reference,
  ].filter((fact) => fact !== undefined);
  const indented = (text: string): string[] =>
    wrap(text, t.columns - 4).map((line) => `    ${line}`);
  return [
    `  ${t.style("cyan", name)}  ${title}`,
    ...indented(question),
    ...indented(facts.join("; ")).map((line) => t.style("dim", line)),
  ];
}
