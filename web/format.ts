/** Numbers as people read them. Formats only: every number comes from the report's data. */
import type { ReportContrast, ReportMeasure } from "../src/report/report-data.js";

const minus = (text: string): string => text.replace("-", "−");

/** Three significant digits, without exponents between 0.001 and a million. */
export function plain(value: number | null): string {
  if (value === null) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return minus(value.toExponential(1));
  if (size >= 1000) return minus(Math.round(value).toLocaleString("en-US"));
  return minus(String(Number(value.toPrecision(3))));
}

export const whole = (value: number): string => value.toLocaleString("en-US");

export const signed = (value: number | null, format = plain): string =>
  value !== null && value > 0 ? `+${format(value)}` : format(value);

/** A share between 0 and 1 as a percentage. */
export const percent = (value: number | null, digits = 1): string =>
  value === null ? "–" : `${minus((value * 100).toFixed(digits))}\u00a0%`;

export const pValue = (p: number | null): string =>
  p === null ? "–" : p < 0.001 ? "< 0.001" : p.toFixed(3);

type Unit = Pick<ReportMeasure, "unit">;
/** Units that name a quantity without a dimension: said once, not after every number. */
const bare = new Set(["", "cosine", "index", "Gini index", "probability", "share²"]);
const unitOf = ({ unit }: Unit): string => (bare.has(unit) ? "" : `\u00a0${unit}`);
const isShare = ({ unit }: Unit): boolean => unit === "share" || unit === "fraction";

/** A value of a measure with its unit. */
export function amount(measure: Unit, value: number | null): string {
  if (isShare(measure)) return percent(value);
  return value === null ? plain(value) : `${plain(value)}${unitOf(measure)}`;
}

/** A difference of the measure: points of a percentage, units, or a factor. */
export function change(
  measure: Unit,
  contrast: Pick<ReportContrast, "scale">,
  value: number | null,
): string {
  if (value === null) return "–";
  if (contrast.scale === "ratio") return `×${plain(2 ** value)}`;
  if (isShare(measure)) return `${signed(value * 100)}\u00a0points`;
  return `${signed(value)}${unitOf(measure)}`;
}

/** "+1.2 points [+0.9, +1.5]", as far as it is known. */
export function changeWithInterval(measure: Unit, contrast: ReportContrast): string {
  const middle = change(measure, contrast, contrast.difference);
  if (contrast.interval === null) return middle;
  const [low, high] = contrast.interval.map((end) =>
    contrast.scale === "ratio" ? plain(2 ** end) : signed(isShare(measure) ? end * 100 : end),
  );
  return `${middle} [${low}, ${high}]`;
}

/** "a", "a and b", "a, b and c". */
export const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

export const plural = (n: number, word: string): string =>
  `${whole(n)} ${word}${n === 1 ? "" : "s"}`;

/** A sentence whose numbers do not part from their units or signs at the end of a line. */
export const tidy = (text: string): string =>
  text
    .replace(/(\d) (%|µs|nats²?|points|steps|images|seeds)/g, "$1\u00a0$2")
    .replace(/\bp = /g, "p\u00a0=\u00a0");

/** "97.1 → 97.6 %": two values of a measure, the unit said once. */
export function fromTo(measure: Unit, from: number | null, to: number | null): string {
  const [a, b] = [amount(measure, from), amount(measure, to)];
  const unit = /\u00a0\D+$/.exec(b)?.[0] ?? "";
  return `${unit !== "" && a.endsWith(unit) ? a.slice(0, -unit.length) : a} → ${b}`;
}
