/** What `normlens evaluate` shows in the terminal, and the tables that its page shows as well. */

import { type ExplainerName, explainers as table } from "../explain/index.js";
import { type Measure, type MeasureResult, measures } from "../measures/index.js";
import { parseKey, partsOf, titleOf } from "../measures/key.js";
import type { OfClass, Standing } from "../measures/standing.js";
import { tableLines } from "./display/table.js";
import type { Terminal } from "./display/terminal.js";
import { bar, percent, plural, thousands, wrap } from "./display/words.js";
import { binsOf } from "./reliability-svg.js";

/** Shares as percentages, other numbers with three digits, "–" where there is none. */
export function shownValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (Math.abs(value) < 1e-12) return "0";
  if (unit === "share") return percent(value, 1);
  return Math.abs(value) < 1e-4 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

const arrows = { higher: "↑", lower: "↓", neither: "" } as const satisfies Record<
  Measure["better"],
  string
>;

/** Title, and which way is better. */
export const titled = ({ title, better }: Measure): string =>
  `${title} ${arrows[better]}`.trimEnd();

/** Measures of the model itself: title and value. Accuracy and loss are shown on their own. */
export function modelRows(results: Standing["results"]): [string, string][] {
  return Object.entries(results)
    .flatMap(([key, { value }]) => {
      const parts = parseKey(key);
      if ("problem" in parts || parts.explainer !== undefined) return [];
      const said = ["validationAccuracy", "validationLoss"].includes(parts.name);
      return said || value === null ? [] : [{ ...parts, value }];
    })
    .map(({ measure, value }) => [titled(measure), shownValue(value, measure.unit)]);
}

/** Why a measure of maps has no value, in a word. */
function absence({ states }: MeasureResult): string {
  const [state] = Object.entries(states)
    .filter(([name, count]) => count > 0 && name !== "folded")
    .map(([name]) => name);
  const words = state?.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words === undefined ? "–" : `– (${words})`;
}

/** Measures of maps: a row per measure, a column per explainer, then the controls. */
export function mapRows(
  results: Standing["results"],
  explainers: readonly ExplainerName[],
): { head: string[]; rows: string[][] } | undefined {
  const names = Object.entries(results)
    .filter(([key, { value }]) => key.includes("/") && value !== null)
    .map(([key]) => key.split("/")[0]);
  const rows = [...new Set(names)].map((name) => {
    const known: Readonly<Record<string, Measure>> = measures;
    const measure = known[name];
    const own = explainers.map((explainer) => results[`${name}/${explainer}`]);
    const controls = own.find((result) => result?.controls)?.controls ?? {};
    return [
      titled(measure),
      ...own.map((result) =>
        result?.value === null || result === undefined
          ? result
            ? absence(result)
            : "–"
          : shownValue(result.value, measure.unit),
      ),
      ...["random", "constant", "sobel"].map((c) => shownValue(controls[c], measure.unit)),
    ];
  });
  if (rows.length === 0) return undefined;
  return {
    head: ["maps", ...explainers.map((name) => table[name].title), "random", "constant", "Sobel"],
    rows,
  };
}

/** Name, share that is right, and what its images are mostly taken for. */
export function classRow({ name, images, right, mistakenFor }: OfClass): string[] {
  const share = images === 0 ? "–" : percent(right / images, 1);
  const mistaken = mistakenFor ? `${mistakenFor.images} taken for ${mistakenFor.name}` : "";
  return [name, share, thousands(images), mistaken];
}

/** More classes than this, and the terminal shows the worst. */
const CLASSES = 12;

/** All classes, or, of many, those that the images show. */
export const shownClasses = (classes: readonly OfClass[]): readonly OfClass[] =>
  classes.length > CLASSES ? classes.filter(({ images }) => images > 0) : classes;

/** Measures named that were left out. */
const LEFT = 10;

/** Bins of the reliability diagram as bars. */
function reliabilityLines(results: Standing["results"], t: Terminal): string[] {
  const table = results.calibrationError?.details?.tables.reliability;
  if (!table) return [];
  const bins = binsOf(table);
  const rows = bins.map(({ low, high, accuracy, count }) => [
    `${Math.round(100 * low)}–${Math.round(100 * high)} % sure`,
    bar(accuracy, 24),
    percent(accuracy, 0),
    plural(count, "image"),
  ]);
  const head = ["reliability", "right".padEnd(24), "", ""];
  return tableLines([head, ...rows], t);
}

export function evaluationLines(
  standing: Standing,
  data: string,
  t: Terminal,
  isNamed = false,
): string[] {
  const { images, accuracy, loss, temperature, results, left } = standing;
  const classes = shownClasses(standing.classes);
  const worst = [...classes].sort((a, b) => a.right / a.images - b.right / b.images);
  const named = classes.length > CLASSES ? worst.slice(0, CLASSES) : classes;
  const perClass = named.map((each) => {
    const [name, share, count, mistaken] = classRow(each);
    return [
      name,
      bar(each.images === 0 ? 0 : each.right / each.images, 24),
      share,
      count,
      mistaken,
    ];
  });
  const title = classes.length > CLASSES ? `worst ${CLASSES} of ${classes.length}` : "class";
  const explainers = [
    ...new Set(Object.keys(results).flatMap((key) => partsOf(key)?.explainer ?? [])),
  ];
  const maps = mapRows(results, explainers);
  const rows = modelRows(results);
  const cheapest = [...left].sort((a, b) => a.passes - b.passes).slice(0, LEFT);
  const omitted = cheapest.map(({ measure, passes }) => `${measure} (${Math.ceil(passes)})`);
  if (left.length > LEFT) omitted.push(`and ${left.length - LEFT} more`);
  const note =
    left.length === 0
      ? []
      : wrap(
          `Left out, since they take many passes per image: ${omitted.join(", ")}; --measures takes those that it names, --explained fewer images for maps.`,
          Math.min(t.columns, 100),
        );
  return [
    `accuracy ${t.style("bold", percent(accuracy, 1))} of ${plural(images, "image")} of ${data}; loss ${loss.toFixed(3)}, best temperature ${temperature.toFixed(2)}`,
    "",
    ...tableLines([[title, "right".padEnd(24), "", "images", ""], ...perClass], t).map((line) =>
      line.trimEnd(),
    ),
    "",
    ...spaced(reliabilityLines(results, t)),
    ...spaced(rows.length > 0 ? tableLines([["the model", ""], ...rows], t) : []),
    ...spaced(maps ? tableLines([maps.head, ...maps.rows], t) : []),
    ...spaced(wrap(withoutValue(results, isNamed), Math.min(t.columns, 100))),
    ...spaced(note),
  ];
}

/** What may be wrong before anything else is, with an empty line after each. */
export const doubtLines = (doubts: readonly string[], t: Terminal): string[] =>
  doubts.flatMap((text) => {
    const [first, ...rest] = wrap(text, Math.min(t.columns, 100) - 2);
    return [`${t.style("yellow", "!")} ${first}`, ...rest.map((line) => `  ${line}`), ""];
  });

/** Lines and an empty one after them, if there are any. */
const spaced = (lines: readonly string[]): string[] =>
  lines.join("") === "" ? [] : [...lines, ""];

/** Measures of maps that no image gave a value, though nothing about model or data forbids one; if measures were named,
 *  also those that something forbids, with what. */
function withoutValue(results: Standing["results"], isNamed: boolean): string {
  const none = Object.entries(results)
    .filter(([, { value }]) => value === null)
    .map(([key, result]) => ({ key, why: absence(result).slice(2) }));
  const open = none.filter(({ key, why }) => key.includes("/") && why === "");
  const forbidden = isNamed ? none.filter(({ why }) => why !== "") : [];
  const listed = [...open, ...forbidden].map(({ key, why }) => `${titleOf(key)} ${why}`.trimEnd());
  if (listed.length === 0) return "";
  const more =
    open.length === 0
      ? ""
      : " Maps are scored on those of the explained images that the model gets right; --explained takes more.";
  return `Without a value: ${listed.join("; ")}.${more}`;
}
