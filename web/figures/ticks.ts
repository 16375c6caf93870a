/** Ticks that people can read: few, round, and the same for labels and grid. */

const sets = [
  [1],
  [1, 3],
  [1, 2, 5],
  [1, 1.5, 2, 3, 5, 7],
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9],
];

/** On a logarithmic scale. */
export function logTicks(low: number, high: number, most = 6): number[] {
  const all = sets.map((set) => ticksOf(set, low, high));
  const enough = all.filter((ticks) => ticks.length <= most && ticks.length >= 3);
  return enough[0] ?? all.findLast((ticks) => ticks.length <= most) ?? [];
}

function ticksOf(set: readonly number[], low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k++)
    for (const m of set) {
      const tick = Number(`${m}e${k}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  return ticks;
}

/** On a linear scale: at most `most` multiples of 1, 2 or 5 times a power of ten. */
export function roundTicks(low: number, high: number, most = 6): number[] {
  const range = high - low;
  if (!(range > 0)) return [low];
  const exponent = Math.floor(Math.log10(range / most));
  const fits = (step: number): boolean => Math.floor(high / step) - Math.ceil(low / step) < most;
  const step = [1, 2, 5, 10, 20].map((m) => Number(`${m}e${exponent}`)).find(fits) ?? range;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
