/** Forest plot: one row per measure, the difference between arms in standard deviations with its interval. */
import * as Plot from "@observablehq/plot";
import type { ReportContrast } from "../../src/report/report-data.js";

export interface ForestRow {
  readonly contrast: ReportContrast;
  readonly title: string;
  readonly family: string;
  /** "97.1 % → 97.6 %". */
  readonly means: string;
  /** Everything, line by line, for the pointer. */
  readonly tip: string;
}

type Reading = ReportContrast["reading"];
/** Shape and colour both tell the reading. */
const symbols: Record<Reading, { symbol: "circle" | "diamond" | "square"; colour: string }> = {
  better: { symbol: "circle", colour: "var(--good)" },
  worse: { symbol: "diamond", colour: "var(--bad)" },
  higher: { symbol: "square", colour: "var(--accent)" },
  lower: { symbol: "square", colour: "var(--accent)" },
  unclear: { symbol: "circle", colour: "var(--muted)" },
};

/** A row of the plot: a measure, or the heading of a family. */
type Line =
  | { readonly key: string; readonly heading: string }
  | (ForestRow & { readonly key: string });
const isRow = (line: Line): line is ForestRow & { readonly key: string } => "contrast" in line;

function linesOf(rows: readonly ForestRow[]): Line[] {
  const families = [...new Set(rows.map((row) => row.family))];
  return families.flatMap((family): Line[] => [
    { key: `§${family}`, heading: family },
    ...rows
      .filter((row) => row.family === family)
      .map((row) => ({ ...row, key: row.contrast.measure })),
  ]);
}

const value = (row: ForestRow): number => row.contrast.standardised?.value ?? 0;
const end = (row: ForestRow, side: 0 | 1): number =>
  row.contrast.standardised?.interval?.[side] ?? value(row);

export function forest(
  rows: readonly ForestRow[],
  labels: { arm: string },
  width: number,
): Element {
  const wide = width >= 620;
  const lines = linesOf(rows);
  const drawn = lines.filter(isRow).filter((row) => row.contrast.standardised !== null);
  const reach = Math.max(
    2,
    ...drawn.flatMap((row) => [Math.abs(end(row, 0)), Math.abs(end(row, 1)), Math.abs(value(row))]),
  );
  const marginLeft = wide ? (width >= 900 ? 330 : 240) : 8;
  const marginRight = wide ? 150 : 8;
  const labelShift = wide ? {} : { dy: -17, stroke: "var(--paper)", strokeWidth: 5 };
  const y = (line: Line) => line.key;
  return Plot.plot({
    width,
    height: lines.length * (wide ? 27 : 43) + 74,
    marginLeft,
    marginRight,
    marginTop: 30,
    marginBottom: 44,
    style: { fontFamily: "inherit", fontSize: "13px", background: "none", overflow: "visible" },
    x: {
      type: "symlog",
      constant: 1,
      domain: [-reach * 1.15, reach * 1.15],
      ticks: [-30, -10, -3, -1, 0, 1, 3, 10, 30].filter((t) => Math.abs(t) <= reach * 1.15),
      tickFormat: (t: number) => (t < 0 ? `−${-t}` : `${t}`),
      label: wide
        ? "difference in standard deviations of the paired differences"
        : "difference in standard deviations",
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
    },
    y: { type: "point", domain: lines.map(y), axis: null, padding: 0.6 },
    symbol: { range: ["circle", "diamond", "square"] },
    marks: [
      Plot.gridX({
        ticks: [-30, -10, -3, -1, 1, 3, 10, 30].filter((t) => Math.abs(t) <= reach * 1.15),
        stroke: "var(--rule)",
        strokeOpacity: 1,
      }),
      Plot.ruleX([0], { stroke: "var(--ink)", strokeWidth: 1 }),
      Plot.text([`← lower with ${labels.arm}`], {
        frameAnchor: "top-left",
        dy: -22,
        fill: "var(--muted)",
        textAnchor: "start",
      }),
      Plot.text([`higher with ${labels.arm} →`], {
        frameAnchor: "top-right",
        dy: -22,
        fill: "var(--muted)",
      }),
      Plot.text(
        lines.filter((line) => !isRow(line)),
        {
          y,
          text: (line: Line) => (isRow(line) ? "" : line.heading.toUpperCase()),
          frameAnchor: "left",
          dx: -marginLeft + 8,
          dy: wide ? 3 : 6,
          textAnchor: "start",
          fill: "var(--muted)",
          fontWeight: 600,
          fontSize: 11,
        },
      ),
      Plot.text(lines.filter(isRow), {
        y,
        text: "title",
        frameAnchor: "left",
        dx: -marginLeft + 8,
        ...labelShift,
        textAnchor: "start",
        fill: "var(--ink)",
        ...(wide ? { lineWidth: width >= 900 ? 26 : 18, textOverflow: "ellipsis" } : {}),
      }),
      wide
        ? Plot.text(lines.filter(isRow), {
            y,
            text: "means",
            frameAnchor: "right",
            dx: marginRight - 8,
            textAnchor: "end",
            fill: "var(--muted)",
            fontVariant: "tabular-nums",
          })
        : null,
      Plot.link(drawn, {
        x1: (row: ForestRow) => end(row, 0),
        x2: (row: ForestRow) => end(row, 1),
        y,
        stroke: (row: ForestRow) => symbols[row.contrast.reading].colour,
        strokeWidth: 2.5,
        strokeLinecap: "round",
      }),
      Plot.dot(drawn, {
        x: value,
        y,
        r: 5.5,
        symbol: (row: ForestRow) => symbols[row.contrast.reading].symbol,
        fill: (row: ForestRow) =>
          row.contrast.reading === "unclear"
            ? "var(--surface)"
            : symbols[row.contrast.reading].colour,
        stroke: (row: ForestRow) => symbols[row.contrast.reading].colour,
        strokeWidth: 2,
      }),
      Plot.tip(
        drawn,
        Plot.pointerY({
          x: value,
          y,
          title: "tip",
          fill: "var(--surface)",
          stroke: "var(--rule)",
          lineWidth: 40,
        }),
      ),
    ],
  });
}
