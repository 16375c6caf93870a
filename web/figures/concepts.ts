/** Concepts and how many units detect them, a dot per arm. */
import * as Plot from "@observablehq/plot";
import type { Units } from "../../src/report/report-data.js";
import { base, type Frame } from "./frame.js";

export interface Concepts {
  readonly concepts: Units["concepts"];
  readonly colour: (arm: string) => string;
  readonly xLabel: string;
}

const rowHeight = 24;

export const conceptsHeight = (rows: number): number => rowHeight * rows + 48;

export function concepts({ concepts: rows, colour, xLabel }: Concepts, frame: Frame): Element {
  const dots = rows.flatMap(({ concept, arms }) =>
    arms.map(({ arm, units }, i) => ({ concept, units, colour: colour(arm), square: i % 2 === 0 })),
  );
  const spans = rows.map(({ concept, arms }) => {
    const units = arms.map((arm) => arm.units);
    return { concept, low: Math.min(...units), high: Math.max(...units) };
  });
  return Plot.plot({
    ...base(frame),
    height: conceptsHeight(rows.length),
    marginLeft: Math.min(150, frame.width * 0.35),
    marginRight: 16,
    marginTop: 4,
    marginBottom: 38,
    x: {
      label: xLabel,
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      ticks: 5,
      zero: true,
      nice: true,
    },
    y: { label: null, domain: rows.map(({ concept }) => concept), tickSize: 0 },
    marks: [
      Plot.gridX({ ticks: 5, stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.link(spans, {
        x1: "low",
        x2: "high",
        y1: "concept",
        y2: "concept",
        stroke: "var(--muted)",
        strokeWidth: 1.5,
      }),
      Plot.dot(dots, {
        x: "units",
        y: "concept",
        r: 5,
        symbol: ({ square }: { square: boolean }) => (square ? "square" : "circle"),
        fill: "colour",
      }),
    ],
  });
}
