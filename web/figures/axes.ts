/** What a batch norm does to a channel, as one histogram with three axes: x as it comes, z in standard deviations from
 *  the mean, and y as it goes on. Nothing but the axis changes, because all of it is affine. */
import * as Plot from "@observablehq/plot";
import { base, type Frame } from "./frame.js";
import { roundTicks } from "./ticks.js";

export interface Axes {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  readonly mean: number;
  /** √(σ² + ε) */
  readonly deviation: number;
  readonly gamma: number;
  readonly beta: number;
  /** x of the pixel that is followed. */
  readonly at?: number;
  readonly colour: string;
}

export const axesHeight = 262;

const rowHeight = 34;

export function axes(facts: Axes, frame: Frame): Element {
  const { low, high, counts, mean, deviation, gamma, beta, at, colour } = facts;
  const width = (high - low) / counts.length || 1;
  const total = counts.reduce((sum, n) => sum + n, 0) || 1;
  // Square roots: after a ReLU one bin holds most values, and the others would not be seen beside it.
  const bars = counts.map((n, i) => ({
    from: low + i * width,
    to: low + (i + 1) * width,
    root: Math.sqrt(n / total),
  }));
  const z = (x: number): number => (x - mean) / deviation;
  const xOfZ = (value: number): number => mean + value * deviation;
  const y = (x: number): number => gamma * z(x) + beta;
  const xOfY = (value: number): number => xOfZ((value - beta) / gamma);
  const right = low + counts.length * width;
  const ends = [y(low), y(right)];
  const most = frame.width < 480 ? 4 : 7;
  const rows = [
    { name: "x", ticks: roundTicks(low, right, most).map((value) => ({ at: value, value })) },
    {
      name: "z",
      ticks: roundTicks(z(low), z(right), most).map((value) => ({ at: xOfZ(value), value })),
    },
    {
      name: "y",
      ticks:
        gamma === 0
          ? [{ at: (low + right) / 2, value: beta }]
          : roundTicks(Math.min(...ends), Math.max(...ends), most).map((value) => ({
              at: xOfY(value),
              value,
            })),
    },
  ];
  const inside = (x: number): boolean => x >= low && x <= right;
  const band = [{ from: Math.max(low, xOfZ(-1)), to: Math.min(right, xOfZ(1)) }];
  return Plot.plot({
    ...base(frame),
    height: axesHeight,
    marginLeft: 24,
    marginRight: 16,
    marginTop: 18,
    marginBottom: 16 + rowHeight * rows.length,
    x: { axis: null, domain: [low, right] },
    y: { axis: null, domain: [0, Math.max(...bars.map(({ root }) => root))] },
    marks: [
      Plot.rect(
        band.filter(({ from, to }) => to > from),
        { x1: "from", x2: "to", fill: "var(--sunk)" },
      ),
      Plot.rectY(bars, {
        x1: "from",
        x2: "to",
        y: "root",
        fill: colour,
        fillOpacity: 0.75,
        inset: 0.5,
      }),
      Plot.ruleX(inside(mean) ? [mean] : [], { stroke: "var(--ink)", strokeDasharray: "4 3" }),
      Plot.text(inside(mean) ? [mean] : [], {
        x: (value: number) => value,
        text: () => "μ",
        frameAnchor: "top",
        dy: -12,
        fill: "var(--ink)",
      }),
      Plot.ruleX(at === undefined ? [] : [at], { stroke: "var(--bad)", strokeWidth: 2.5 }),
      rows.flatMap(({ name, ticks }, row) => {
        const dy = 8 + row * rowHeight;
        return [
          Plot.text([name], {
            frameAnchor: "bottom-left",
            dx: -20,
            dy: dy + 18,
            text: (label: string) => label,
            fontStyle: "italic",
            fontSize: 14,
            fill: "var(--ink)",
          }),
          Plot.text(ticks, {
            x: "at",
            frameAnchor: "bottom",
            dy: dy + 18,
            text: ({ value }: { value: number }) => `${value}`.replace("-", "−"),
          }),
          Plot.vector(ticks, {
            x: "at",
            frameAnchor: "bottom",
            dy,
            shape: tick,
            length: 5,
            anchor: "start",
            rotate: 180,
            stroke: "var(--muted)",
          }),
        ];
      }),
      Plot.ruleY([0], { stroke: "var(--rule)" }),
    ],
  });
}

/** A short line: Plot's own ticks cannot stand below the frame. */
const tick = {
  draw(
    context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void },
    l: number,
  ) {
    context.moveTo(0, 0);
    context.lineTo(0, -l);
  },
};
