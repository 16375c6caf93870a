/** Numbers as people read them, in each language. Formats only: every number comes from the report's data. */

import { pow } from "../../tensor/math.js";
import type { ReportContrast, ReportMeasure } from "../report-data.js";
import type { Language } from "./language.js";
import { hasNoUnit, type Terms, terms } from "./terms.js";

/** Between a number and its unit, so that they do not part at the end of a line. */
const space = "\u00a0";

const minus = (text: string): string => text.replace("-", "−");

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const superscript = (exponent: string): string =>
  [...exponent].map((digit) => superscripts[Number(digit)] ?? "⁻").join("");

/** Three significant digits; a power of ten only below 0.001 and from a million. */
export function plain(value: number | null): string {
  if (value === null) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) {
    const [digits, exponent] = value.toExponential(1).split("e");
    return minus(`${digits}×10${superscript(exponent.replace("+", ""))}`);
  }
  if (Number.isInteger(value) || size >= 999.5) return minus(whole(Math.round(value)));
  return minus(value.toPrecision(3));
}

export const whole = (value: number): string => value.toLocaleString("en-US");

export const signed = (value: number | null, format = plain): string =>
  value !== null && value > 0 ? `+${format(value)}` : format(value);

/** Without a minus before nothing. */
const fixed = (value: number, digits: number): string => {
  const text = value.toFixed(digits);
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
};

/** A share between 0 and 1 as a percentage. */
export const percent = (value: number | null, digits = 1): string =>
  value === null ? "–" : `${fixed(value * 100, digits)}${space}%`;

/** "= 0.021", "< 0.001". */
export const probability = (p: number): string =>
  p < 0.001 ? `<${space}0.001` : `=${space}${p.toFixed(p < 0.1 ? 3 : 2)}`;

export const pValue = (p: number | null): string =>
  p === null ? "–" : probability(p).replace(`=${space}`, "");

/** A number that somebody chose, not measured, has no more digits than it was given: "10.00 points" is "10 points". */
const asDeclared = (text: string): string =>
  text.replace(/\.(\d*?)0+(?=\u00a0|$)/, (_, kept) => (kept === "" ? "" : `.${kept}`));

type Unit = Pick<ReportMeasure, "unit">;
type Scale = Pick<ReportContrast, "scale">;

const isShare = ({ unit }: Unit): boolean => unit === "share" || unit === "fraction";

/** A measure without its unit where that is longer than a number: for places where the unit stands nearby in full. */
export const brief = (measure: Unit): Unit => (measure.unit.length > 9 ? { unit: "" } : measure);

export type Numbers = ReturnType<typeof numbersOf>;

/** What depends on the language: units and lists. */
export function numbersOf(language: Language) {
  const t: Terms = terms[language];
  const unitOf = (unit: string): string =>
    hasNoUnit(unit) ? "" : `${space}${t.units[unit] ?? unit}`;

  /** A value of a measure with its unit. */
  const amount = (measure: Unit, value: number | null): string => {
    if (value === null) return "–";
    return isShare(measure) ? percent(value) : `${plain(value)}${unitOf(measure.unit)}`;
  };
  /** A difference without its unit: a factor, points of a percentage, or signed. */
  const bare = (measure: Unit, { scale }: Scale, value: number): string => {
    if (scale === "ratio") return `×${plain(pow(2, value))}`;
    if (!isShare(measure)) return signed(value);
    return `${value > 0 ? "+" : ""}${fixed(value * 100, 2)}`;
  };
  const unitOfChange = (measure: Unit, { scale }: Scale): string => {
    if (scale === "ratio") return "";
    return isShare(measure) ? `${space}${t.points}` : unitOf(measure.unit);
  };
  /** A difference of a measure with its unit. */
  const change = (measure: Unit, contrast: Scale, value: number | null): string =>
    value === null ? "–" : `${bare(measure, contrast, value)}${unitOfChange(measure, contrast)}`;
  /** "+0.9 to +1.5 points". */
  const range = (measure: Unit, contrast: Scale, [low, high]: readonly [number, number]): string =>
    `${bare(measure, contrast, low)}${space}${t.to}${space}${bare(measure, contrast, high)}` +
    unitOfChange(measure, contrast);
  /** A margin, which has no sign: "0.5 points". */
  const margin = (measure: Unit, contrast: Scale, value: number): string =>
    asDeclared(change(measure, contrast, value).replace("+", ""));
  /** A size as it was published: a factor where arms are compared by ratios. */
  const published = (measure: Unit, contrast: Scale, effect: number): string =>
    asDeclared(
      contrast.scale === "ratio" ? `×${plain(effect)}` : change(measure, contrast, effect),
    );
  /** "+1.2 points [+0.9, +1.5]", as far as it is known. */
  const changeWithInterval = (
    measure: Unit,
    contrast: Pick<ReportContrast, "scale" | "difference"> & {
      readonly interval: readonly [number, number] | null;
    },
  ): string => {
    const middle = change(measure, contrast, contrast.difference);
    if (contrast.interval === null) return middle;
    const [low, high] = contrast.interval.map((end) => bare(measure, contrast, end));
    return `${middle} [${low}, ${high}]`;
  };
  /** Two values of a measure, the unit said once. */
  const pairOf = (measure: Unit, from: number | null, to: number | null): [string, string] => {
    const [a, b] = [amount(measure, from), amount(measure, to)];
    const unit = isShare(measure) ? `${space}%` : unitOf(measure.unit);
    return [unit !== "" && a.endsWith(unit) && b.endsWith(unit) ? a.slice(0, -unit.length) : a, b];
  };
  /** "97.1 → 97.6 %". */
  const fromTo = (measure: Unit, from: number | null, to: number | null): string =>
    pairOf(measure, from, to).join(" → ");
  /** Two differences of a measure, the unit said once: "−10.97 → −8.20 points". */
  const changeTo = (measure: Unit, contrast: Scale, from: number, to: number): string =>
    `${bare(measure, contrast, from)} → ${change(measure, contrast, to)}`;
  /** "a", "a and b", "a, b and c". */
  const list = (words: readonly string[]): string =>
    words.length < 2
      ? words.join("")
      : `${words.slice(0, -1).join(t.comma)}${t.and}${words.at(-1)}`;
  return {
    amount,
    change,
    range,
    margin,
    published,
    changeWithInterval,
    changeTo,
    pairOf,
    fromTo,
    list,
  };
}
