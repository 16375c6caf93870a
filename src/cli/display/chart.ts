/** Curves in the terminal. */

import asciichart from "asciichart";

/** A curve as it grows: as many points as fit, each the mean of its share of the values so far. */
export function resampled(values: readonly number[], width: number): number[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length <= width) return finite;
  return Array.from({ length: width }, (_, i) => {
    const from = Math.floor((i * finite.length) / width);
    const to = Math.max(from + 1, Math.floor(((i + 1) * finite.length) / width));
    const block = finite.slice(from, to);
    return block.reduce((sum, value) => sum + value, 0) / block.length;
  });
}

/** Lines of a chart of `height` rows; empty while there is no curve to draw. */
export function chart(values: readonly number[], width: number, height = 7): string[] {
  const points = resampled(values, Math.max(10, width - 10));
  if (points.length < 3) return [];
  const format = (value: number): string => value.toFixed(3).padStart(8);
  return asciichart.plot(points, { height, format }).split("\n");
}
