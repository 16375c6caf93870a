/** `normlens claims`: what is said about Batch Norm, and the measurements that would support it. Made from the table
 *  of claims. */

import { titleOf } from "../measures/index.js";
import { type Claim, claims } from "../study/claims/index.js";
import { type Terminal, terminal } from "./display/terminal.js";
import { wrap } from "./display/words.js";
import type { Options } from "./options.js";

export async function listClaims({ json }: Options): Promise<void> {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(claims)}\n`);
    return;
  }
  const t = terminal(process.stdout);
  for (const [name, claim] of Object.entries<Claim>(claims)) {
    for (const line of lines(name, claim, t)) t.line(line);
    t.line();
  }
  for (const line of wrap(rule, t.columns)) t.line(line);
}

const rule =
  "A measure supports a claim if the 95 % interval of the difference lies on the expected side of 0 and, where it " +
  "decides, the sign-flip test is significant after Holm's correction over all that decide; it refutes the claim if " +
  "the interval lies on the other side. Up to five seeds decide nothing.";

const rules = {
  every: "all that decide must support it; one can refute it",
  some: "one that decides may support it, if none refutes it",
} as const satisfies Record<Claim["rule"], string>;

function lines(name: string, { title, source, rule: how, evidence }: Claim, t: Terminal): string[] {
  const deciding = evidence.filter(({ primary }) => primary);
  return [
    `${t.style("bold", title)}  ${t.style("cyan", name)}`,
    `  ${t.style("dim", deciding.length > 1 ? `${source}; ${rules[how]}` : source)}`,
    ...evidence.map(
      ({ measure, expected, primary }) =>
        `  ${primary ? "decides" : "  shown"}  ${titleOf(measure)}: ${expected} with Batch Norm`,
    ),
  ];
}
