/** Corrections for many tests. Holm guards a family that was declared beforehand: the chance of any false alarm in it
 *  stays below the level. Benjamini–Hochberg reads a grid that was not: of what it calls found, at most that share is
 *  expected to be false. */

/** Holm's step-down adjustment: p₍ᵢ₎′ = max over j ≤ i of min(1, (k − j + 1)·p₍ⱼ₎), p sorted ascending. Holm 1979. */
export function holm(pValues: readonly number[]): number[] {
  const k = pValues.length;
  return stepwise(pValues, ascending(pValues), (p, rank) => (k - rank) * p, Math.max, 0);
}

/** Benjamini & Hochberg 1995: p₍ᵢ₎′ = min over j ≥ i of min(1, k/j·p₍ⱼ₎), p sorted ascending. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const k = pValues.length;
  const descending = ascending(pValues).reverse();
  return stepwise(pValues, descending, (p, rank) => (k / (k - rank)) * p, Math.min, 1);
}

const ascending = (values: readonly number[]): number[] =>
  values.map((_, i) => i).sort((i, j) => values[i] - values[j]);

/** Values visited in an order, each scaled by its rank there, and never past what came before. */
function stepwise(
  values: readonly number[],
  order: readonly number[],
  scaled: (value: number, rank: number) => number,
  bound: (a: number, b: number) => number,
  start: number,
): number[] {
  const adjusted = new Array<number>(values.length);
  let last = start;
  order.forEach((original, rank) => {
    last = bound(last, Math.min(1, scaled(values[original], rank)));
    adjusted[original] = last;
  });
  return adjusted;
}
