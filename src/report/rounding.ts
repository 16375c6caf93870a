/** Numbers and bytes made small for a page: nobody reads the seventh digit of a loss. */

import { meanKnown } from "../measures/means.js";

/** The number with this many significant digits; null stays null. */
export function rounded(value: number, digits?: number): number;
export function rounded(value: number | null, digits?: number): number | null;
export function rounded(value: number | null, digits = 6): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(digits));
}

/** At most `limit` entries: blocks of equal length are replaced by their means, a missing value by none. */
export function thinned(
  values: readonly (number | null)[],
  limit: number,
): { readonly factor: number; readonly values: (number | null)[] } {
  const factor = Math.max(1, Math.ceil(values.length / limit));
  const blocks = Array.from({ length: Math.floor(values.length / factor) }, (_, i) =>
    meanKnown(values.slice(i * factor, (i + 1) * factor)),
  );
  return { factor, values: blocks };
}
