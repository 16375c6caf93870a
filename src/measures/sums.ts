/** Sums and means of lists. */

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** NaN of an empty list, which the evaluator reads as "no score". */
export const mean = (values: ArrayLike<number>): number => sum(values) / values.length;

/** The mean of the numbers that exist; null if none does. */
export function meanKnown(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => value !== null && value !== undefined);
  return known.length === 0 ? null : mean(known);
}
