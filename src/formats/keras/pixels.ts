/** What a model's first layers do to pixels, in the form in which it travels with models: (byte·scale − mean)/std. */

import type { Preprocessing } from "../preprocessing.js";

/** Lengths of lists that a preprocessing can have. */
const LENGTHS = [1, 3, 4];

/** Then x → s·x + b; undefined if that cannot be said in this form. Numbers are for all channels or one each. */
export function withLine(
  { scale, mean, std, channels }: Preprocessing,
  s: readonly number[],
  b: readonly number[],
): Preprocessing | undefined {
  const length = Math.max(s.length, b.length, mean.length, std.length);
  const fits = [s, b, mean, std].every((list) => list.length === 1 || list.length === length);
  const isUp = s.every((value) => Number.isFinite(value) && value > 0);
  if (!fits || !isUp || !LENGTHS.includes(length)) return undefined;
  const isPlain = mean.every((m) => m === 0) && std.every((d) => d === 1);
  // A first factor for all channels is the scale; what follows shifts and divides.
  if (isPlain && s.length === 1)
    return { scale: scale * s[0], mean: b.map(negative), std, channels };
  const at = (list: readonly number[], c: number): number => list[list.length === 1 ? 0 : c];
  const each = Array.from({ length }, (_, c) => c);
  // ((x − μ)/σ)·s + b = (x − (μ − b·σ/s))/(σ/s)
  return {
    scale,
    mean: each.map((c) => at(mean, c) - (at(b, c) * at(std, c)) / at(s, c)),
    std: each.map((c) => at(std, c) / at(s, c)),
    channels,
  };
}

const negative = (value: number): number => (value === 0 ? 0 : -value);
