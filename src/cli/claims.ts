/** `normlens claims`: what is said about Batch Norm, and the measurements that would support it. Made from the table
 *  of claims. */

import { partsOf, titleOf } from "../measures/index.js";
import { armTitle } from "../report/arms.js";
import { numbersOf } from "../report/words/index.js";
import { armNameOf } from "../study/arms.js";
import {
  type ArmPattern,
  type Claim,
  claims,
  type Evidence,
  type Published,
} from "../study/claims/index.js";
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
  t.line();
  for (const line of armLines(t)) t.line(line);
}

/** The arms that claims speak of, in words. */
function armLines(t: Terminal): string[] {
  const patterns = Object.values<Claim>(claims)
    .flatMap(({ evidence }) => evidence)
    .flatMap(({ arm, against }) => ("arm" in against ? [arm, against.arm] : [arm]));
  const titles = new Map(
    patterns.map((is) => [armWords(is), armTitle({ name: armWords(is), ...is }).en]),
  );
  const width = Math.max(...[...titles.keys()].map(({ length }) => length));
  const rows = [...titles].flatMap(([name, title]) =>
    wrap(title, t.columns - width - 4, "").map(
      (line, i) => `  ${(i === 0 ? name : "").padEnd(width)}  ${line}`,
    ),
  );
  return [t.style("bold", "The arms, as --arms takes them"), ...rows];
}

const rule =
  "A measure supports a claim if the 95 % interval of the difference lies on the expected side of 0, and refutes it if " +
  "the interval lies on the other side; where it decides, it must also be significant after Holm's correction over all " +
  "that decide. Where a margin is declared, a 90 % interval within it means: no difference worth speaking of. Up to " +
  "five seeds decide nothing. A study judges the claims whose arms and measures it has.";

const rules = {
  every: "all that decide must support it; one can refute it",
  some: "one that decides may support it, if none refutes it",
} as const satisfies Record<Claim["rule"], string>;

function lines(name: string, claim: Claim, t: Terminal): string[] {
  const { title, source, rule: how, evidence } = claim;
  const deciding = evidence.filter(({ primary }) => primary);
  const notes = [source, ...(deciding.length > 1 ? [rules[how]] : []), ...needs(claim)];
  return [
    `${t.style("bold", title)}  ${t.style("cyan", name)}`,
    ...wrap(notes.join("; "), t.columns - 2, "").map((line) => `  ${t.style("dim", line)}`),
    ...evidence.flatMap((item) => {
      const [first, ...rest] = wrap(expectation(item), t.columns - 11, "");
      const mark = item.primary ? "decides" : "  shown";
      return [`  ${mark}  ${first}`, ...rest.map((line) => `           ${line}`)];
    }),
  ];
}

/** "on plain or resnet8, from 8 layers, with batches of 256 or more". */
function needs({ needs: { networks, depth, batchSize } = {} }: Claim): string[] {
  return [
    ...(networks === undefined ? [] : [`on ${networks.join(" or ")}`]),
    ...(depth === undefined ? [] : [`from ${depth} layers`]),
    ...(batchSize === undefined ? [] : [`with batches of ${batchSize} or more`]),
  ];
}

/** "Validation accuracy: higher with batch than with none, by 0.5 points at least (published: +17 points, …)". */
function expectation({ measure, arm, against, expected, margin, published }: Evidence): string {
  const sizes = published === undefined ? "" : ` (published: ${publishedSize(measure, published)})`;
  const isEqual = expected === "equal";
  const least = "aboveChance" in against ? against.aboveChance : margin;
  const bound =
    least === undefined
      ? ""
      : isEqual
        ? `, within ${size(measure, least)}`
        : `, by ${size(measure, least)} at least`;
  const comparison =
    isEqual && "value" in against
      ? `about ${level(measure, against.value)} with ${armWords(arm)}`
      : `${isEqual ? "the same" : expected} with ${armWords(arm)} ${isEqual ? "as" : "than"} ` +
        referenceWords(measure, against);
  return `${titleOf(measure)}: ${comparison}${bound}${sizes}`;
}

/** What an arm is compared with: "with none", "“Training loss” of the same networks", "0", "by guessing". */
function referenceWords(measure: string, against: Evidence["against"]): string {
  if ("arm" in against) return `with ${armWords(against.arm)}`;
  if ("measure" in against) return `“${titleOf(against.measure)}” of the same networks`;
  return "value" in against ? level(measure, against.value) : "by guessing";
}

/** A number of theory, as its measure is read: a share as a percentage. */
const level = (measure: string, value: number): string =>
  unitOf(measure).unit === "share" && value !== 0
    ? numbers.amount(unitOf(measure), value)
    : `${Number(value.toPrecision(4))}`;

const numbers = numbersOf("en");

const unitOf = (measure: string): { unit: string; scale: "difference" | "ratio" } =>
  partsOf(measure)?.measure ?? { unit: "", scale: "difference" };

/** A margin in the measure's unit; log₂ of a factor where arms are compared by ratios. */
const size = (measure: string, value: number): string =>
  numbers.margin(unitOf(measure), unitOf(measure), value).replace("×", "a factor of ");

function publishedSize(measure: string, { effect, where, approximate }: Published): string {
  const text = numbers.published(unitOf(measure), unitOf(measure), effect);
  return `${approximate ? "about " : ""}${text}, ${where}`;
}

/** An arm by its name in the table, else its norm and what else it sets. */
function armWords(pattern: ArmPattern): string {
  const { norm, ...settings } = pattern;
  const others = Object.entries(settings).map(([setting, value]) => `${setting} ${value}`);
  return armNameOf(pattern) ?? [norm, ...others].join(", ");
}
