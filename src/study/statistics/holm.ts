/** Holm's step-down adjustment: p₍ᵢ₎′ = max over j ≤ i of min(1, (k − j + 1)·p₍ⱼ₎), p sorted ascending. Holm 1979. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i] - pValues[j]);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((original, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[original]));
    adjusted[original] = largest;
  });
  return adjusted;
}
