/** What was tried for a tuned setting: accuracy on held-out images over the value, one line per arm, a ring around the
 *  value that was chosen, a cross at the bottom where training diverged. */
import * as Plot from "@observablehq/plot";
import type { Tuning } from "../../src/report/report-data.js";
import { base, type Frame, tipStyle } from "./frame.js";

export interface TuningFacts {
  readonly arms: readonly (Tuning & { readonly colour: string; readonly dashed: boolean })[];
  readonly xLabel: string;
  readonly diverged: string;
  readonly formatX: (value: number) => string;
  readonly formatY: (accuracy: number) => string;
}

export const tuningHeight = 240;

export function tuning(
  { arms, xLabel, diverged, formatX, formatY }: TuningFacts,
  frame: Frame,
): Element {
  const values = [...new Set(arms.flatMap(({ tried }) => tried.map(({ value }) => value)))];
  // A scale of decades has no place for nought: it stands at the left, a step before the least.
  const positive = values.filter((value) => value > 0).sort((a, b) => a - b);
  const step = positive.length > 1 ? positive[1] / positive[0] : 10;
  const least = (positive[0] ?? 1) / step;
  const place = (value: number): number => (value > 0 ? value : least);
  const known = arms.flatMap(({ tried, ...arm }) =>
    tried.flatMap(({ value, accuracy }) =>
      accuracy === null
        ? []
        : [{ ...arm, x: place(value), y: accuracy, value, isChosen: value === arm.chosen }],
    ),
  );
  const lost = arms.flatMap(({ tried, ...arm }) =>
    tried.flatMap(({ value, accuracy }) =>
      accuracy === null ? [{ ...arm, x: place(value), value }] : [],
    ),
  );
  const every = Math.ceil((values.length * 52) / Math.max(1, frame.width - 70));
  const ticks = values.sort((a, b) => a - b).filter((_, i) => i % every === 0);
  return Plot.plot({
    ...base(frame),
    height: tuningHeight,
    marginLeft: 48,
    marginRight: 18,
    marginTop: 14,
    marginBottom: 40,
    x: {
      type: "log",
      label: xLabel,
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      ticks: ticks.map(place),
      tickFormat: (x: number) => formatX(values.find((value) => place(value) === x) ?? x),
    },
    y: {
      label: null,
      nice: true,
      tickSize: 0,
      ticks: 5,
      tickFormat: (y: number) => `${Number((y * 100).toPrecision(4))} %`,
    },
    marks: [
      Plot.gridY({ ticks: 5, stroke: "var(--rule)", strokeOpacity: 1 }),
      arms.map(({ arm, colour, dashed }) =>
        Plot.line(
          known.filter((point) => point.arm === arm),
          {
            x: "x",
            y: "y",
            stroke: colour,
            strokeWidth: 2,
            ...(dashed ? { strokeDasharray: "7 4" } : {}),
          },
        ),
      ),
      Plot.dot(known, { x: "x", y: "y", r: 3, fill: "colour" }),
      Plot.dot(
        known.filter(({ isChosen }) => isChosen),
        { x: "x", y: "y", r: 7.5, stroke: "colour", strokeWidth: 2 },
      ),
      Plot.dot(lost, {
        x: "x",
        frameAnchor: "bottom",
        dy: -6,
        r: 4.5,
        symbol: "times",
        stroke: "colour",
        strokeWidth: 2,
      }),
      Plot.tip(known, {
        ...tipStyle,
        ...Plot.pointer({
          x: "x",
          y: "y",
          title: (point: (typeof known)[number]) =>
            `${point.arm}\n${xLabel} ${formatX(point.value)}\n${formatY(point.y)}`,
        }),
      }),
      Plot.tip(lost, {
        ...tipStyle,
        ...Plot.pointer({
          x: "x",
          frameAnchor: "bottom",
          title: (point: (typeof lost)[number]) =>
            `${point.arm}\n${xLabel} ${formatX(point.value)}\n${diverged}`,
        }),
      }),
    ],
  });
}
