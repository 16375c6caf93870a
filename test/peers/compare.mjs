/** How far apart two arrays are. */

/** |a − b| element by element. */
export const differences = (a, b) => Float64Array.from(b, (v, i) => Math.abs(a[i] - v));

/** Largest |a − b| as a share of the largest |b|; infinite for NaN or another length. */
export function worst(a, b) {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const all = differences(a, b);
  if (all.some(Number.isNaN)) return Number.POSITIVE_INFINITY;
  const largest = (values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return largest(all) / Math.max(largest(b), 1e-300);
}

/** The value below which a share q of the values lies. */
export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
