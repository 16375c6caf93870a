/** Means, ranges and lengths of plain numbers. */

import { exp, log } from "../tensor/math.js";

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

export const mean = (values: ArrayLike<number>): number => sum(values) / values.length;

/** The mean of the numbers that exist; null if none does. */
export function meanKnown(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => value !== null && value !== undefined);
  return known.length === 0 ? null : mean(known);
}

/** exp(mean ln x) of the positive, finite values, and how many were not; null if none is. For quantities spread over
 *  orders of magnitude, so that one spike is not the whole mean. */
export function geometricMean(values: readonly number[]): { value: number | null; left: number } {
  const positive = values.filter((x) => x > 0 && Number.isFinite(x));
  const left = values.length - positive.length;
  return { value: positive.length === 0 ? null : exp(mean(positive.map(log))), left };
}

/** The smallest and the largest. */
export function range(values: ArrayLike<number>): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [low, high];
}

/** ‖a − b‖₂; without b, ‖a‖₂. */
export function distance(a: ArrayLike<number>, b?: ArrayLike<number>): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += (a[p] - (b ? b[p] : 0)) ** 2;
  return Math.sqrt(sum);
}

export function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += a[p] * b[p];
  return sum;
}

/** `count` of the items, evenly spread, the first among them. */
export function spread<T>(items: readonly T[], count: number): T[] {
  const n = Math.min(count, items.length);
  return Array.from({ length: n }, (_, i) => items[Math.floor((i * items.length) / n)]);
}
