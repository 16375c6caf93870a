/** A specification curve: one question asked in every way that could be defended, the answers side by side in ascending
 *  order, each with its interval. */
import * as Plot from "@observablehq/plot";
import { base, type Frame, tipStyle } from "./frame.js";

/** One way to ask. */
export interface Way {
  /** A difference, or a factor. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** With the expected sign, against it, or neither as far as can be told. */
  readonly says: "expected" | "against" | "nothing";
  readonly tip: string;
}

export interface Ways {
  readonly ways: readonly Way[];
  readonly isFactor: boolean;
  readonly format: (value: number) => string;
}

const looks = {
  expected: { symbol: "circle", colour: "var(--good)", fill: "var(--good)" },
  against: { symbol: "diamond", colour: "var(--bad)", fill: "var(--bad)" },
  nothing: { symbol: "circle", colour: "var(--muted)", fill: "var(--surface)" },
} as const;

export const specificationsHeight = 150;

export function specifications({ ways, isFactor, format }: Ways, frame: Frame): Element {
  const rows = ways.map((way, i) => ({ ...way, place: i + 1, ...looks[way.says] }));
  return Plot.plot({
    ...base(frame),
    height: specificationsHeight,
    marginLeft: 62,
    marginRight: 12,
    marginTop: 12,
    marginBottom: 12,
    x: { type: "point", domain: rows.map(({ place }) => place), axis: null, padding: 0.6 },
    y: {
      type: isFactor ? "log" : "linear",
      label: null,
      ticks: 4,
      tickSize: 0,
      tickFormat: format,
    },
    marks: [
      Plot.gridY({ ticks: 4, stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.ruleY([isFactor ? 1 : 0], { stroke: "var(--ink)" }),
      Plot.link(rows, {
        x1: "place",
        x2: "place",
        y1: "low",
        y2: "high",
        stroke: "colour",
        strokeWidth: 2.5,
        strokeLinecap: "round",
      }),
      Plot.dot(rows, {
        x: "place",
        y: "value",
        r: 4.5,
        symbol: "symbol",
        fill: "fill",
        stroke: "colour",
        strokeWidth: 1.8,
      }),
      Plot.tip(rows, Plot.pointerX({ x: "place", y: "value", title: "tip", ...tipStyle })),
    ],
  });
}
