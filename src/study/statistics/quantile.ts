/** Deviations and quantiles of plain lists of numbers. */

import { mean } from "../../measures/means.js";

/** Standard deviation with n − 1. */
export function deviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Quantile of sorted values, linear between order statistics. */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  return at(sorted, probability * (sorted.length - 1));
}

/** The value at a place between 0 and length − 1, linear between neighbours; ends that are infinite stay so. */
export function at(sorted: ArrayLike<number>, place: number): number {
  const i = Math.floor(place);
  const part = place - i;
  return part === 0 ? sorted[i] : (1 - part) * sorted[i] + part * sorted[i + 1];
}

/** How many of sorted values are smaller than x. */
export function countBelow(sorted: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
