/** Numbers and verdicts in words. */

import { partsOf, titleOf } from "../../measures/index.js";
import { pow } from "../../tensor/math.js";
import type { Contrast, Verdict } from "../types.js";
import type { Evidence } from "./claim.js";

/** Three significant digits, with a true minus sign and without an exponent where people can read it. */
export function number(value: number): string {
  const magnitude = Math.abs(value);
  const plain = magnitude === 0 || (magnitude >= 0.001 && magnitude < 1e6);
  const decimals = magnitude === 0 ? 0 : Math.max(0, 2 - Math.floor(log10Floor(magnitude)));
  const text = plain ? magnitude.toFixed(Math.min(decimals, 5)) : magnitude.toExponential(2);
  return Number(text) !== 0 && value < 0 ? `−${text}` : text;
}

/** ⌊log₁₀ x⌋ from the decimal form, which is exact. */
const log10Floor = (x: number): number => Number(x.toExponential().split("e")[1]);

/** Holm-adjusted p-values below this are significant. */
export const ALPHA = 0.05;

const signed = (value: number): string => (value > 0 ? `+${number(value)}` : number(value));

/** A value with its unit; shares as percentages. */
export function quantity(value: number, unit: string): string {
  if (unit === "share") return `${fixed(100 * value, 1)} %`;
  return ["index", "cosine", "Gini index", "share²", "probability"].includes(unit)
    ? number(value)
    : `${number(value)} ${unit}`;
}

const fixed = (value: number, decimals: number): string => {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
};

/** The difference, or the factor, with its interval. */
function effect({ scale, difference, interval }: Contrast, unit: string): string {
  const write = (value: number): string => {
    if (scale === "ratio") return number(pow(2, value));
    if (unit !== "share") return signed(value);
    return `${value > 0 ? "+" : ""}${fixed(100 * value, 2)}`;
  };
  const range = interval ? ` (95 % interval ${write(interval[0])} to ${write(interval[1])})` : "";
  if (scale === "ratio") return `a factor of ${write(difference ?? 0)}${range}`;
  return `a difference of ${write(difference ?? 0)}${unit === "share" ? " points" : ""}${range}`;
}

/** "p = 0.021", "p < 0.001". */
export const probability = (p: number): string =>
  p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;

/** What one measure says for a claim, in a sentence. */
export function evidenceSentence(
  evidence: Evidence,
  contrast: Contrast | undefined,
  verdict: Verdict,
): string {
  const title = titleOf(evidence.measure);
  const unit = partsOf(evidence.measure)?.measure.unit ?? "";
  if (!contrast || contrast.armMean === null || contrast.baselineMean === null)
    return `${title}: not measured.`;
  const { arm, baseline, armMean, baselineMean, pairs } = contrast;
  const p = evidence.primary ? contrast.holmP : null;
  const seeds = `${pairs.length} ${pairs.length === 1 ? "seed" : "seeds"}`;
  return (
    `${title}: ${quantity(armMean, unit)} with ${arm}, ${quantity(baselineMean, unit)} with ` +
    `${baseline}, ${effect(contrast, unit)} over ${seeds}${p === null ? "" : `, ${probability(p)}`}` +
    `${reason(contrast, verdict, evidence)}.`
  );
}

/** Why nothing is decided, or what a decision does not rest on. */
function reason(contrast: Contrast, verdict: Verdict, { primary }: Evidence): string {
  const doubtful = primary && (contrast.holmP ?? 1) >= ALPHA;
  if (verdict === "refuted" && doubtful)
    return "; by the interval alone, for only support is corrected";
  if (verdict !== "inconclusive") return "";
  if (contrast.fewSeeds) return "; too few seeds to decide";
  const [low, high] = contrast.interval ?? [0, 0];
  if (low <= 0 && high >= 0) return "; the interval contains no difference";
  return primary ? "; not significant after correction" : "";
}

const opening = {
  supported: "Supported",
  refuted: "Refuted",
  inconclusive: "Inconclusive",
} as const satisfies Record<Verdict, string>;

/** The verdict of a claim, then what its primary measures say. */
export function claimSentence(
  verdict: Verdict,
  primaries: readonly { readonly verdict: Verdict; readonly sentence: string }[],
): string {
  const count = (wanted: Verdict): number =>
    primaries.filter((item) => item.verdict === wanted).length;
  const tally =
    primaries.length === 1
      ? ""
      : ` (of ${primaries.length} measures ${count("supported")} for, ${count("refuted")} against)`;
  return `${opening[verdict]}${tally}. ${primaries.map(({ sentence }) => sentence).join(" ")}`;
}
