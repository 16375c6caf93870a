/** The names of results. A measure of maps is scored for each explainer, and any measure may be taken at several
 *  settings in one study, so a result is named by a key:
 *  - `validationAccuracy`: a measure at its defaults (or at the study's settings for it);
 *  - `deletion/saliency`: a measure of maps, and whose maps;
 *  - `deletion/saliency?rowsPerStep=2`: the same at another setting; several are joined by commas. */

import { controlNames, type ExplainerName, explainers } from "../explain/index.js";
import { hint } from "../tensor/suggest.js";
import type { Measure, OfMaps, Options } from "./measure.js";
import { isFor } from "./reading.js";
import { isMeasure, type MeasureName, measures } from "./table.js";

/** The explainers whose maps are scored: controls are scored beside all of them, and maps against a background
 *  would need one. */
export type ScoredExplainer = Exclude<
  ExplainerName,
  (typeof controlNames)[number] | "expectedGradients"
>;

export function isScored(name: string): name is ScoredExplainer {
  const controls: readonly string[] = controlNames;
  return (
    Object.hasOwn(explainers, name) && !controls.includes(name) && name !== "expectedGradients"
  );
}

export const scoredExplainers: readonly ScoredExplainer[] =
  Object.keys(explainers).filter(isScored);

/** Whether a measure's results are named after an explainer as well. */
export const isOfMaps = (measure: Measure): measure is OfMaps =>
  measure.of === "map" || measure.of === "explainer";

type WithExplainer = {
  [Name in MeasureName]: (typeof measures)[Name]["of"] extends OfMaps["of"] ? Name : never;
}[MeasureName];

/** A measure with its explainer, if it has one. */
export type MeasureKey =
  | Exclude<MeasureName, WithExplainer>
  | `${WithExplainer}/${ScoredExplainer}`;

/** A key taken apart. */
export interface KeyParts {
  readonly name: MeasureName;
  readonly measure: Measure;
  readonly explainer?: ScoredExplainer;
  /** Settings that the key itself gives. */
  readonly options: Options;
}

/** The parts of a key, or what is wrong with it. */
export function parseKey(key: string): KeyParts | { readonly problem: string } {
  const [path, settings, ...more] = key.split("?");
  const [name, explainer, ...rest] = path.split("/");
  if (!isMeasure(name))
    return {
      problem: `got "${name}", expected ${Object.keys(measures).join(", ")}${hint(name, Object.keys(measures))}`,
    };
  const measure: Measure = measures[name];
  if (!isOfMaps(measure) && explainer !== undefined)
    return { problem: `got "${key}", expected "${name}": it is not a measure of maps` };
  if (isOfMaps(measure) && (explainer === undefined || !isScored(explainer)))
    return {
      problem: `got "${key}", expected ${name}/ and one of ${scoredExplainers.join(", ")}${hint(explainer ?? "", scoredExplainers)}`,
    };
  if (rest.length > 0 || more.length > 0)
    return { problem: `got "${key}", expected measure/explainer?option=value,option=value` };
  const options = readSettings(settings, measure);
  if ("problem" in options) return { problem: `${path}: ${options.problem}` };
  const scored = explainer !== undefined && isScored(explainer) ? { explainer } : {};
  return { name, measure, ...scored, options: options.values };
}

function readSettings(
  text: string | undefined,
  { defaults, choices }: Measure,
): { values: Options } | { problem: string } {
  const values: Record<string, Options[string]> = {};
  for (const setting of text === undefined ? [] : text.split(",")) {
    const [option, value] = setting.split("=");
    if (!Object.hasOwn(defaults, option) || value === undefined)
      return {
        problem: `got "${setting}", expected ${Object.keys(defaults).join("=…, ") || "no options"}`,
      };
    const usual = defaults[option];
    const number = Number(value);
    if (typeof usual === "number" && (value === "" || !Number.isFinite(number)))
      return { problem: `got ${option}=${value}, expected a number like ${usual}` };
    if (typeof usual === "boolean" && value !== "true" && value !== "false")
      return { problem: `got ${option}=${value}, expected true or false` };
    const unknown = wordProblem(choices, option, value);
    if (unknown !== undefined) return { problem: `got ${option}=${value}, ${unknown}` };
    values[option] =
      typeof usual === "number" ? number : typeof usual === "boolean" ? value === "true" : value;
  }
  return { values };
}

/** What is wrong with the word that an option is set to; undefined if nothing is. */
export function wordProblem(
  choices: Measure["choices"],
  option: string,
  value: Options[string],
): string | undefined {
  const known = choices?.[option];
  const isKnown = known === undefined || known.some((word) => word === value);
  return isKnown ? undefined : `expected ${known.join(", ")}`;
}

/** The parts of a key that is known to be good; undefined for one that another version of the program has written. */
export function partsOf(key: string): KeyParts | undefined {
  const parts = parseKey(key);
  return "problem" in parts ? undefined : parts;
}

/** Whether the clock enters: such values are kept apart from results. */
export function isTiming(key: string): boolean {
  const measure = partsOf(key)?.measure;
  return measure?.of === "model" && measure.timing === true;
}

/** The keys that a list of measures and keys stands for, in the order of the table: a measure of maps without an
 *  explainer means all of `explained` whose maps promise what it measures. Unknown names are left as they are, for
 *  whoever checks them. */
export function expandMeasures(
  wanted: readonly string[],
  explained: readonly string[],
): readonly string[] {
  const order: readonly string[] = Object.keys(measures);
  const keys = wanted.flatMap((key) => {
    const measure: Measure | undefined = isMeasure(key) ? measures[key] : undefined;
    if (measure === undefined || !isOfMaps(measure)) return [key];
    const suiting = explained.filter((name) => !isScored(name) || isFor(measure, name));
    // Where none suits, the state of all says so.
    return (suiting.length > 0 ? suiting : explained).map((explainer) => `${key}/${explainer}`);
  });
  const rank = (key: string): number => order.indexOf(key.split(/[/?]/)[0]);
  return [...new Set(keys)].sort((a, b) => rank(a) - rank(b));
}

/** Words for a key: "Deletion AUC, saliency (rowsPerStep 2)", "… (with skip)". A key that nobody knows is its own title. */
export function titleOf(key: string, language: "en" | "zh" = "en"): string {
  const explainer = partsOf(key)?.explainer;
  if (explainer === undefined) return ownTitleOf(key, language);
  const { title, zh } = explainers[explainer];
  return ownTitleOf(key, language, language === "zh" ? `（${zh.title}）` : `, ${lowered(title)}`);
}

/** The same without its explainer: "Deletion AUC (rowsPerStep 2)"; or with something else in its place. */
export function ownTitleOf(key: string, language: "en" | "zh" = "en", whose = ""): string {
  const parts = partsOf(key);
  if (parts === undefined) return key;
  const { measure, options } = parts;
  const title = language === "zh" ? measure.zh.title : measure.title;
  const settings = Object.entries(options).map(([option, value]) =>
    typeof value === "boolean"
      ? `${hasOrNot[language][Number(value)]} ${option}`
      : `${option} ${value}`,
  );
  if (settings.length === 0) return `${title}${whose}`;
  return language === "zh"
    ? `${title}${whose}（${settings.join("，")}）`
    : `${title}${whose} (${settings.join(", ")})`;
}

const hasOrNot = { en: ["without", "with"], zh: ["无", "有"] } as const;

/** The first letter small, except where a name or an abbreviation begins. */
const lowered = (title: string): string =>
  /^[A-Z][a-z]+(?![A-Za-z-]*[A-Z])/.test(title) ? title[0].toLowerCase() + title.slice(1) : title;
