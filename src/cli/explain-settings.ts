/** The settings of an explanation in words; what is as always, or in the method's title, is not said. */

import type { Explanation } from "../explain/index.js";
import { percent } from "./display/words.js";

type Value = string | number | boolean;

const baselines: Readonly<Record<string, string>> = {
  zero: "baseline 0",
  mean: "baseline: the picture's mean",
  blur: "baseline: the picture blurred",
};

const norms: Readonly<Record<string, string>> = {
  fold: "Batch Norm folded",
  affine: "Batch Norm as an affine layer",
  pass: "Batch Norm passed over",
  absolute: "Batch Norm by absolute shares",
};

const rules: Readonly<Record<string, string>> = {
  gaussLegendre: "Gauss–Legendre points",
  riemannMiddle: "points in the middle of steps",
};

/** A setting's words by its name; undefined for nothing to say. */
const words: Readonly<Record<string, (value: Value) => string | undefined>> = {
  steps: (n) => `${n} steps`,
  rule: (name) => rules[`${name}`] ?? `${name}`,
  baseline: (name) => baselines[`${name}`] ?? "a baseline of one's own",
  samples: (n) => `${n} samples`,
  background: (n) => `${n} background images`,
  noise: (share) => `noise of ${percent(Number(share), 0)} of the picture's range`,
  layer: (id) => `layer ${id}`,
  evidence: (kind) => (kind === "signed" ? "evidence against it as well" : undefined),
  size: () => undefined,
  pooling: (way) => (way === "gradient" ? "pooling by gradient" : undefined),
  patch: (n) => `patches of ${n}×${n} pixels`,
  window: (n) => `window of ${n}×${n} pixels`,
  stride: (n) => `step ${n}`,
  exact: (is) => (is ? "exact" : undefined),
  masks: (n) => `${n} masks`,
  cells: (n) => `${n}×${n} cells`,
  keep: (share) => `${percent(Number(share), 0)} of them kept`,
  orders: (n) => `${n} orders`,
  composite: () => undefined,
  ownRules: (n) => (n === 0 ? undefined : `${n} rules of one's own`),
  batchNorm: (way) => norms[`${way}`],
  leftover: () => undefined,
  start: (what) => (what === "logit" ? undefined : `starts with ${what}`),
};

/** "32 steps, Gauss–Legendre, baseline 0". */
export function settingWords(
  { stats: _, backend: __, random: ___, ...own }: Explanation["settings"],
  hasBatchNorm: boolean,
): string {
  return Object.entries(own)
    .filter(([key]) => key !== "batchNorm" || hasBatchNorm)
    .flatMap(([key, value]) => (words[key] ?? (() => `${key} ${value}`))(value) ?? [])
    .join(", ");
}
