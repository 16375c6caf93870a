/** The reliability diagram: how often the model is right where it is so sure, beside how often it is so sure. */

import type { StoredDetails } from "../measures/details.js";

type Table = StoredDetails["tables"][string];

export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly confidence: number;
  readonly accuracy: number;
}

/** The bins that hold images. */
export function binsOf(table: Table): ReliabilityBin[] {
  const column = (name: string, row: number): number => Number(table[name]?.[row] ?? Number.NaN);
  return (table.low ?? [])
    .map((_, row) => ({
      low: column("low", row),
      high: column("high", row),
      count: column("count", row),
      confidence: column("confidence", row),
      accuracy: column("accuracy", row),
    }))
    .filter(({ count }) => count > 0);
}

const SIDE = 300;
const LEFT = 46;
const TOP = 12;
const HISTOGRAM = 46;
const INK = "currentColor";

/** One series of bins is drawn as steps, a second one as dots beside them. */
export function reliabilitySvg(
  steps: readonly ReliabilityBin[],
  dots: readonly ReliabilityBin[] = [],
): string {
  const x = (v: number): string => (LEFT + SIDE * v).toFixed(1);
  const y = (v: number): string => (TOP + SIDE * (1 - v)).toFixed(1);
  const most = Math.max(...steps.map(({ count }) => count));
  const all = steps.reduce((sum, { count }) => sum + count, 0);
  const bars = steps.map(({ low, high, accuracy, confidence, count }) => {
    const [a, b] = [Math.max(accuracy, confidence), Math.min(accuracy, confidence)];
    const width = (SIDE * (high - low) - 2).toFixed(1);
    const bar = (top: number, bottom: number, fill: string) =>
      `<rect x="${(LEFT + SIDE * low + 1).toFixed(1)}" y="${y(top)}" width="${width}" height="${(SIDE * (top - bottom)).toFixed(1)}" fill="${fill}"/>`;
    const tall = (HISTOGRAM * count) / most;
    const share = `<rect x="${(LEFT + SIDE * low + 1).toFixed(1)}" y="${(TOP + SIDE + 30 + HISTOGRAM - tall).toFixed(1)}" width="${width}" height="${tall.toFixed(1)}" fill="#8a8a99"/>`;
    const title = `<title>sure to ${Math.round(100 * low)}–${Math.round(100 * high)} %: ${count} images, right in ${(100 * accuracy).toFixed(1)} %, sure to ${(100 * confidence).toFixed(1)} % on average</title>`;
    return `<g>${title}${bar(b, 0, "#6a51a3")}${bar(a, b, accuracy < confidence ? "#f0b96b" : "#8ed3dc")}${share}</g>`;
  });
  const marks = dots.map(
    ({ confidence, accuracy }) =>
      `<circle cx="${x(confidence)}" cy="${y(accuracy)}" r="4" fill="none" stroke="${INK}" stroke-width="1.5"/>`,
  );
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (v) =>
      `<text x="${x(v)}" y="${TOP + SIDE + 18}" text-anchor="middle">${100 * v}</text>` +
      `<text x="${LEFT - 8}" y="${Number(y(v)) + 4}" text-anchor="end">${100 * v}</text>` +
      `<line x1="${LEFT}" x2="${LEFT + SIDE}" y1="${y(v)}" y2="${y(v)}" stroke="${INK}" opacity=".12"/>`,
  );
  const bottom = TOP + SIDE + 30 + HISTOGRAM;
  return `<svg viewBox="0 0 ${LEFT + SIDE + 200} ${bottom + 26}" width="${LEFT + SIDE + 200}" font-size="12" fill="${INK}" role="img" aria-label="reliability diagram">
${ticks.join("")}${bars.join("")}
<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="${INK}" stroke-dasharray="4 4"/>${marks.join("")}
<text x="${LEFT + SIDE / 2}" y="${bottom + 18}" text-anchor="middle">how sure, % (grey: how many of ${all})</text>
<text transform="translate(12 ${TOP + SIDE / 2}) rotate(-90)" text-anchor="middle">how often right, %</text>
<g transform="translate(${LEFT + SIDE + 22} ${TOP + 20})">
<rect width="12" height="12" fill="#6a51a3"/><text x="20" y="11">right</text>
<rect y="22" width="12" height="12" fill="#f0b96b"/><text x="20" y="33">surer than right</text>
<rect y="44" width="12" height="12" fill="#8ed3dc"/><text x="20" y="55">less sure than right</text>
${dots.length > 0 ? `<circle cx="6" cy="72" r="4" fill="none" stroke="${INK}" stroke-width="1.5"/><text x="20" y="77">after one temperature</text>` : ""}
<line x1="0" x2="12" y1="94" y2="94" stroke="${INK}" stroke-dasharray="4 4"/><text x="20" y="98">as often right as sure</text></g>
</svg>`;
}
