/** Forest plot: one row per measure, the difference between arms with its interval. */
import * as Plot from "@observablehq/plot";
import type { Reading, ReportContrast } from "../../src/report/report-data.js";
import { asideWidth, cut } from "./aside.js";
import { base, type Frame, tipStyle } from "./frame.js";

export interface ForestRow {
  readonly contrast: ReportContrast;
  readonly title: string;
  readonly family: string;
  /** What stands at the right: "97.1 → 97.6 %". */
  readonly aside: string;
  /** Everything, line by line, for the pointer. */
  readonly tip: string;
}

export interface ForestOptions {
  /** In standard deviations on one scale for all, or every row in its own unit on a scale of its own. */
  readonly scale: "standardised" | "raw";
  readonly lower: string;
  readonly higher: string;
  readonly axis: string;
}

/** Shape and colour both tell the reading. */
const symbols: Record<Reading, { symbol: "circle" | "diamond" | "square"; colour: string }> = {
  better: { symbol: "circle", colour: "var(--good)" },
  worse: { symbol: "diamond", colour: "var(--bad)" },
  higher: { symbol: "square", colour: "var(--accent)" },
  lower: { symbol: "square", colour: "var(--accent)" },
  unclear: { symbol: "circle", colour: "var(--muted)" },
};

/** A row with its place on the common scale. */
interface Placed extends ForestRow {
  readonly key: string;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** A line of the plot: a measure, or the heading of a family. */
type Line = Placed | { readonly key: string; readonly heading: string };
const isRow = (line: Line): line is Placed => "contrast" in line;

/** Where a row stands; undefined if its numbers are not known. */
function place({ contrast }: ForestRow, scale: ForestOptions["scale"]) {
  const { standardised, difference, interval } = contrast;
  const value = scale === "raw" ? difference : (standardised?.value ?? null);
  if (value === null) return undefined;
  const [low, high] = (scale === "raw" ? interval : standardised?.interval) ?? [value, value];
  // Each raw row reaches to ±1 of its own scale.
  const unit = scale === "raw" ? Math.max(Math.abs(low), Math.abs(high), Math.abs(value)) || 1 : 1;
  return { at: value / unit, from: low / unit, to: high / unit };
}

function linesOf(rows: readonly ForestRow[], scale: ForestOptions["scale"]): Line[] {
  const families = [...new Set(rows.map((row) => row.family))];
  return families.flatMap((family): Line[] => [
    { key: `§${family}`, heading: family },
    ...rows
      .filter((row) => row.family === family)
      .map((row) => ({
        ...row,
        key: row.contrast.measure,
        ...(place(row, scale) ?? { at: Number.NaN, from: Number.NaN, to: Number.NaN }),
      })),
  ]);
}

const rowHeight = (width: number): number => (isWide(width) ? 27 : 43);
const isWide = (width: number): boolean => width >= 620;

/** Its height, for the place that is kept for it. */
export const forestHeight = (rows: readonly ForestRow[], width: number): number =>
  linesOf(rows, "standardised").length * rowHeight(width) + 74;

export function forest(
  rows: readonly ForestRow[],
  { scale, lower, higher, axis }: ForestOptions,
  frame: Frame,
): Element {
  const { width } = frame;
  const wide = isWide(width);
  const lines = linesOf(rows, scale);
  const drawn = lines.filter(isRow).filter(({ at }) => !Number.isNaN(at));
  const reach = Math.max(
    scale === "raw" ? 1 : 2,
    ...drawn.flatMap(({ at, from, to }) => [Math.abs(at), Math.abs(from), Math.abs(to)]),
  );
  const within = (ticks: readonly number[]): number[] =>
    scale === "raw"
      ? ticks.filter((t) => t === 0)
      : ticks.filter((t) => Math.abs(t) <= reach * 1.15);
  const marginLeft = wide ? (width >= 900 ? 330 : 240) : 8;
  const marginRight = wide ? asideWidth(rows) : 8;
  const colour = (row: Placed): string => symbols[row.contrast.reading].colour;
  const y = "key";
  return Plot.plot({
    ...base(frame),
    style: { ...base(frame).style, fontSize: "13px" },
    height: lines.length * rowHeight(width) + 74,
    marginLeft,
    marginRight,
    marginTop: 30,
    marginBottom: 44,
    x: {
      ...(scale === "raw" ? { type: "linear" } : { type: "symlog", constant: 1 }),
      domain: [-reach * 1.15, reach * 1.15],
      ticks: within([-30, -10, -3, -1, 0, 1, 3, 10, 30]),
      tickFormat: (t: number) => (t < 0 ? `−${-t}` : `${t}`),
      label: axis,
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
    },
    y: { type: "point", domain: lines.map((line) => line.key), axis: null, padding: 0.6 },
    symbol: { range: ["circle", "diamond", "square"] },
    marks: [
      Plot.gridX({
        ticks: within([-30, -10, -3, -1, 1, 3, 10, 30]),
        stroke: "var(--rule)",
        strokeOpacity: 1,
      }),
      Plot.ruleX([0], { stroke: "var(--ink)", strokeWidth: 1 }),
      Plot.text([lower], {
        frameAnchor: "top-left",
        dy: -22,
        fill: "var(--muted)",
        textAnchor: "start",
      }),
      Plot.text([higher], { frameAnchor: "top-right", dy: -22, fill: "var(--muted)" }),
      ...names(lines, marginLeft, width),
      wide
        ? Plot.text(lines.filter(isRow), {
            y,
            text: "aside",
            frameAnchor: "right",
            dx: marginRight - 8,
            textAnchor: "end",
            fill: "var(--muted)",
            fontVariant: "tabular-nums",
            ...cut(marginRight),
          })
        : null,
      Plot.link(drawn, {
        x1: "from",
        x2: "to",
        y,
        stroke: colour,
        strokeWidth: 2.5,
        strokeLinecap: "round",
      }),
      Plot.dot(drawn, {
        x: "at",
        y,
        r: 5.5,
        symbol: (row: Placed) => symbols[row.contrast.reading].symbol,
        fill: (row: Placed) =>
          row.contrast.reading === "unclear" ? "var(--surface)" : colour(row),
        stroke: colour,
        strokeWidth: 2,
      }),
      Plot.tip(drawn, Plot.pointerY({ x: "at", y, title: "tip", ...tipStyle, lineWidth: 40 })),
    ],
  });
}

/** What stands at the left of the rows; above them where the page is narrow. */
function names(lines: readonly Line[], marginLeft: number, width: number): Plot.Markish[] {
  const wide = isWide(width);
  const shift = wide ? {} : { dy: -17, stroke: "var(--paper)", strokeWidth: 5 };
  const common = {
    y: "key",
    frameAnchor: "left",
    dx: -marginLeft + 8,
    textAnchor: "start",
  } as const;
  return [
    Plot.text(
      lines.filter((line) => !isRow(line)),
      {
        ...common,
        text: (line: Line) => (isRow(line) ? "" : line.heading.toUpperCase()),
        dy: wide ? 3 : 6,
        fill: "var(--muted)",
        fontWeight: 600,
        fontSize: 11,
      },
    ),
    Plot.text(lines.filter(isRow), {
      ...common,
      text: "title",
      ...shift,
      fill: "var(--ink)",
      ...(wide ? { lineWidth: width >= 900 ? 26 : 18, textOverflow: "ellipsis" as const } : {}),
    }),
  ];
}
