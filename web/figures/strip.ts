/** Two rows of dots, one for each arm, one dot for each seed; bars are means. For a glance beside a sentence. */
import * as Plot from "@observablehq/plot";
import { base, type Frame } from "./frame.js";
import type { Slopes } from "./slopes.js";

const rowHeight = 24;
export const stripHeight = 2 * rowHeight + 4;

export function strip({ baseline, arm, pairs, log }: Slopes, frame: Frame): Element {
  const values = pairs.flatMap((pair) => [pair.baseline, pair.arm]);
  const isLog = log && values.every((value) => value > 0);
  const sides = [
    { ...baseline, values: pairs.map((pair) => pair.baseline) },
    { ...arm, values: pairs.map((pair) => pair.arm) },
  ];
  const short = ({ name }: (typeof sides)[number]): string =>
    name.length > 8 ? `${name.slice(0, 7)}…` : name;
  // Places, since both sides may have the same name.
  const rows = sides.map((side, row) => ({ ...side, row }));
  const dots = rows.flatMap(({ row, colour, values: own }) => own.map((x) => ({ x, row, colour })));
  const means = rows.filter(({ mean }) => mean !== null);
  return Plot.plot({
    ...base(frame),
    height: stripHeight,
    marginLeft: 62,
    marginRight: 10,
    marginTop: 2,
    marginBottom: 2,
    x: { axis: null, type: isLog ? "log" : "linear", inset: 8 },
    y: {
      type: "band",
      domain: [0, 1],
      label: null,
      tickSize: 0,
      padding: 0.15,
      tickFormat: (row: number) => short(sides[row]),
    },
    marks: [
      Plot.ruleY(rows, { y: "row", stroke: "var(--rule)" }),
      Plot.dot(dots, { x: "x", y: "row", r: 3.6, fill: "colour", fillOpacity: 0.5 }),
      Plot.tickX(means, { x: "mean", y: "row", stroke: "colour", strokeWidth: 3.2 }),
    ],
  });
}
