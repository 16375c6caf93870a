/** Paired dots: baseline on the left, arm on the right, a line for each seed, a bar for each mean. */
import * as Plot from "@observablehq/plot";
import { base, type Frame, tipStyle } from "./frame.js";
import { logTicks } from "./ticks.js";

export interface Slopes {
  readonly baseline: {
    readonly name: string;
    readonly colour: string;
    readonly mean: number | null;
  };
  readonly arm: { readonly name: string; readonly colour: string; readonly mean: number | null };
  readonly pairs: readonly {
    readonly seed: number;
    readonly arm: number;
    readonly baseline: number;
  }[];
  readonly log: boolean;
  readonly format: (value: number) => string;
}

export function slopes({ baseline, arm, pairs, log, format }: Slopes, frame: Frame): Element {
  const all = pairs.flatMap((pair) => [pair.arm, pair.baseline]);
  const useLog = log && all.every((value) => value > 0);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = high === low ? Math.abs(high) * 0.05 || 0.05 : (high - low) * 0.08;
  const domain = useLog ? [low / 1.05, high * 1.05] : [low - margin, high + margin];
  const ticks = useLog ? logTicks(domain[0], domain[1], 5) : 4;
  const sides = [
    {
      ...baseline,
      side: 0,
      symbol: "circle" as const,
      values: pairs.map((p) => ({ seed: p.seed, y: p.baseline })),
    },
    {
      ...arm,
      side: 1,
      symbol: "square" as const,
      values: pairs.map((p) => ({ seed: p.seed, y: p.arm })),
    },
  ];
  const dots = sides.flatMap(({ values, ...side }) => values.map((v) => ({ ...side, ...v })));
  const means = sides.filter((side) => side.mean !== null);
  return Plot.plot({
    ...base(frame),
    height: 168,
    marginLeft: 58,
    marginRight: 16,
    marginTop: 10,
    marginBottom: 26,
    x: {
      type: "linear",
      domain: [-0.32, 1.32],
      ticks: [0, 1],
      tickSize: 0,
      tickFormat: (t: number) => (t === 0 ? baseline.name : arm.name),
      label: null,
    },
    y: {
      type: useLog ? "log" : "linear",
      domain,
      label: null,
      tickSize: 0,
      ticks,
      tickFormat: (t: number) => format(t),
    },
    marks: [
      Plot.gridY({ stroke: "var(--rule)", strokeOpacity: 1, ticks }),
      Plot.link(pairs, {
        x1: 0,
        x2: 1,
        y1: "baseline",
        y2: "arm",
        stroke: "var(--muted)",
        strokeOpacity: 0.45,
        strokeWidth: 1,
      }),
      Plot.ruleY(means, {
        y: "mean",
        x1: (side: { side: number }) => side.side - 0.2,
        x2: (side: { side: number }) => side.side + 0.2,
        stroke: "colour",
        strokeWidth: 3,
      }),
      Plot.dot(dots, {
        x: "side",
        y: "y",
        r: 3.4,
        fill: "colour",
        fillOpacity: 0.85,
        symbol: "symbol",
      }),
      Plot.tip(
        dots,
        Plot.pointer({
          x: "side",
          y: "y",
          title: (d: { name: string; seed: number; y: number }) =>
            `${d.name}, ${d.seed}\n${format(d.y)}`,
          ...tipStyle,
        }),
      ),
    ],
  });
}
