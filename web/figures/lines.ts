/** Lines over time: thin ones for the seeds, a band around them, a thick one for their mean, per arm. */
import * as Plot from "@observablehq/plot";
import { base, type Frame, tipStyle } from "./frame.js";
import { logTicks } from "./ticks.js";

export interface Line {
  readonly arm: string;
  readonly colour: string;
  readonly dashed: boolean;
  readonly mean: readonly (number | null)[];
  readonly seeds: readonly (readonly (number | null)[])[];
}

export interface LinesOptions {
  /** The x of entry i. */
  readonly x: (i: number) => number;
  readonly xLabel: string;
  readonly log?: boolean;
  readonly percent?: boolean;
  readonly height?: number;
  /** Seeds are what is looked at, not the background of their mean. */
  readonly solid?: boolean;
  /** A value for the pointer. */
  readonly format: (value: number) => string;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly arm: string;
  readonly colour: string;
  readonly z: string;
}

function points(
  line: Line,
  values: readonly (number | null)[],
  z: string,
  options: LinesOptions,
): Point[] {
  return values.flatMap((y, i) =>
    y === null || (options.log && y <= 0)
      ? []
      : [{ x: options.x(i), y, arm: line.arm, colour: line.colour, z }],
  );
}

/** From the lowest seed to the highest, where all have a value. */
function band({ colour, mean, seeds }: Line, options: LinesOptions) {
  const between = mean.flatMap((_, i) => {
    const found = seeds.flatMap((values) => values[i] ?? []);
    if (found.length < 2 || (options.log && Math.min(...found) <= 0)) return [];
    return [{ x: options.x(i), low: Math.min(...found), high: Math.max(...found) }];
  });
  return { colour, between };
}

export function lines(data: readonly Line[], options: LinesOptions, frame: Frame): Element {
  const seeds = data.flatMap((line) =>
    line.seeds.flatMap((values, i) => points(line, values, `${line.arm} ${i}`, options)),
  );
  const means = data.map((line) => ({ line, points: points(line, line.mean, line.arm, options) }));
  const bands = options.solid ? [] : data.map((line) => band(line, options));
  const heights = [...seeds, ...means.flatMap((mean) => mean.points)].map((point) => point.y);
  const ticks = options.log ? logTicks(Math.min(...heights), Math.max(...heights)) : 5;
  const tipped = means.flatMap((mean) => mean.points);
  return Plot.plot({
    ...base(frame),
    height: options.height ?? 230,
    marginLeft: 48,
    marginRight: 14,
    marginTop: 14,
    marginBottom: 36,
    x: {
      label: options.xLabel,
      labelArrow: "none",
      labelAnchor: "center",
      tickSize: 0,
      nice: false,
      tickFormat: (t: number) => t.toLocaleString("en-US"),
      ...integerTicks([...seeds, ...tipped]),
    },
    y: {
      label: null,
      type: options.log ? "log" : "linear",
      nice: !options.log,
      tickSize: 0,
      ticks,
      tickFormat: options.percent
        ? (t: number) => `${Number((t * 100).toPrecision(4))} %`
        : (t: number) => `${Number(t.toPrecision(2))}`,
    },
    marks: [
      Plot.gridY({ stroke: "var(--rule)", strokeOpacity: 1, ticks }),
      bands.map(({ colour, between }) =>
        Plot.areaY(between, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.1 }),
      ),
      Plot.line(seeds, {
        x: "x",
        y: "y",
        z: "z",
        stroke: "colour",
        strokeWidth: options.solid ? 1.5 : 1,
        strokeOpacity: options.solid ? 0.85 : 0.28,
      }),
      means.map((mean) =>
        Plot.line(mean.points, {
          x: "x",
          y: "y",
          stroke: mean.line.colour,
          strokeWidth: 2.6,
          ...(mean.line.dashed ? { strokeDasharray: "7 4" } : {}),
        }),
      ),
      Plot.tip(
        tipped,
        Plot.pointer({
          x: "x",
          y: "y",
          title: (p: Point) => `${p.arm}, ${options.xLabel} ${p.x}\n${options.format(p.y)}`,
          ...tipStyle,
        }),
      ),
    ],
  });
}

/** At most eight ticks, all at whole numbers. */
function integerTicks(data: readonly Point[]): { ticks: number[] } {
  const last = Math.max(1, ...data.map((p) => p.x));
  const first = Math.min(last, ...data.map((p) => p.x));
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 1e4, 2e4, 5e4].find(
    (s) => (last - first) / s <= 7,
  );
  const size = step ?? 1e5;
  const ticks = [];
  for (let t = Math.ceil(first / size) * size; t <= last; t += size) ticks.push(t);
  return { ticks };
}
