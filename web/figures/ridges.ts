/** How the activations of a layer are distributed as training goes on: one ridge per moment, the first on top. */
import * as Plot from "@observablehq/plot";
import type { Ridge } from "../../src/report/report-data.js";
import { base, type Frame } from "./frame.js";

export interface Ridges {
  readonly ridges: readonly Ridge[];
  /** The same for all arms, so that they can be compared. */
  readonly domain: readonly [number, number];
  readonly colour: string;
  readonly xLabel: string;
  readonly stepLabel: (step: number) => string;
}

const rowHeight = 34;
/** A ridge may reach so many rows up. */
const OVERLAP = 1.7;

export const ridgesHeight = (rows: number): number => rowHeight * (rows + OVERLAP) + 44;

export function ridges(
  { ridges: all, domain, colour, xLabel, stepLabel }: Ridges,
  frame: Frame,
): Element {
  // Density, so that ridges of different range have the same area; square roots, so that a spike leaves room.
  const points = all.flatMap(({ low, high, shares }, row) => {
    const width = (high - low) / shares.length || 1;
    return [
      { row, x: low, root: 0 },
      ...shares.map((share, i) => ({
        row,
        x: low + (i + 0.5) * width,
        root: Math.sqrt(share / width),
      })),
      { row, x: high, root: 0 },
    ];
  });
  const inside = points.filter(({ x }) => x >= domain[0] && x <= domain[1]);
  const tallest = Math.max(...inside.map(({ root }) => root), Number.MIN_VALUE);
  const top = ({ row, root }: (typeof points)[number]) => row - (OVERLAP * root) / tallest;
  return Plot.plot({
    ...base(frame),
    height: ridgesHeight(all.length),
    marginLeft: 70,
    marginRight: 10,
    marginTop: 6,
    marginBottom: 38,
    x: {
      domain: [...domain],
      label: xLabel,
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      ticks: 5,
    },
    y: { axis: null, domain: [all.length - 0.5, -OVERLAP] },
    marks: [
      Plot.ruleX([0], { stroke: "var(--rule)" }),
      all.map((_, row) => {
        const own = inside.filter((point) => point.row === row);
        return [
          Plot.areaY(own, { x: "x", y1: row, y2: top, fill: colour, fillOpacity: 0.28 }),
          Plot.lineY(own, { x: "x", y: top, stroke: colour, strokeWidth: 1.6 }),
        ];
      }),
      Plot.text(all, {
        frameAnchor: "left",
        dx: -8,
        textAnchor: "end",
        y: (_: Ridge, row: number) => row,
        text: ({ step }: Ridge) => stepLabel(step),
      }),
    ],
  });
}
