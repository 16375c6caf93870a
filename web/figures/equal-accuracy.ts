/** What is left of differences at equal accuracy: per measure the difference as it was measured above, the one by a
 *  straight line through the pairs below, both on a scale of their own around none. */
import * as Plot from "@observablehq/plot";
import { asideWidth, cut } from "./aside.js";
import { base, type Frame } from "./frame.js";

/** A difference with its interval. */
interface Found {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface EqualAccuracyRow {
  readonly key: string;
  readonly title: string;
  /** "−10.97 → −8.20 points". */
  readonly aside: string;
  readonly measured: Found;
  readonly adjusted: Found;
  /** No pair was equally accurate, or as good as: the line is drawn beyond what was seen. */
  readonly extrapolated: boolean;
}

export interface EqualAccuracyWords {
  readonly lower: string;
  readonly higher: string;
}

const isWide = (width: number): boolean => width >= 620;
const rowHeight = (width: number): number => (isWide(width) ? 38 : 60);

export const equalAccuracyHeight = (rows: number, width: number): number =>
  rows * rowHeight(width) + 40;

/** What the lower interval says beside the upper one. */
function look({ measured, adjusted }: EqualAccuracyRow) {
  if (adjusted.low <= 0 && adjusted.high >= 0)
    return { symbol: "circle", colour: "var(--muted)", fill: "var(--surface)" } as const;
  return adjusted.value * measured.value > 0
    ? ({ symbol: "circle", colour: "var(--accent)", fill: "var(--accent)" } as const)
    : ({ symbol: "diamond", colour: "var(--bad)", fill: "var(--bad)" } as const);
}

export function equalAccuracy(
  rows: readonly EqualAccuracyRow[],
  { lower, higher }: EqualAccuracyWords,
  frame: Frame,
): Element {
  const { width } = frame;
  const wide = isWide(width);
  const marginLeft = wide ? (width >= 900 ? 330 : 240) : 10;
  const marginRight = wide ? asideWidth(rows) : 10;
  const lines = rows.flatMap((row, place) => {
    const { measured, adjusted } = row;
    const ends = [measured, adjusted].flatMap(({ value, low, high }) => [value, low, high]);
    const unit = Math.max(...ends.map(Math.abs)) || 1;
    const scaled = ({ value, low, high }: Found) => ({
      x: value / unit,
      from: low / unit,
      to: high / unit,
    });
    const first = wide ? place - 0.17 : place + 0.08;
    return [
      { ...scaled(measured), y: first, colour: "var(--muted)", isAdjusted: false, row },
      { ...scaled(adjusted), y: first + 0.3, ...look(row), isAdjusted: true, row },
    ];
  });
  const adjusted = lines.filter(({ isAdjusted }) => isAdjusted);
  const named = rows.map((row, place) => ({ ...row, y: wide ? place : place - 0.24 }));
  const link = { x1: "from", x2: "to", y1: "y", y2: "y", strokeLinecap: "round" } as const;
  return Plot.plot({
    ...base(frame),
    style: { ...base(frame).style, fontSize: "13px" },
    height: equalAccuracyHeight(rows.length, width),
    marginLeft,
    marginRight,
    marginTop: 32,
    marginBottom: 8,
    x: { domain: [-1.08, 1.08], axis: null },
    y: { domain: [-0.5, rows.length - 0.5], reverse: true, axis: null },
    marks: [
      Plot.ruleY(
        rows.slice(1).map((_, i) => i + 0.5),
        { stroke: "var(--rule)", insetLeft: -marginLeft, insetRight: -marginRight },
      ),
      Plot.ruleX([0], { stroke: "var(--ink)" }),
      Plot.text([lower], { frameAnchor: "top-left", dy: -22, textAnchor: "start" }),
      Plot.text([higher], { frameAnchor: "top-right", dy: -22 }),
      Plot.text(named, {
        y: "y",
        text: "title",
        frameAnchor: "left",
        dx: 4 - marginLeft,
        textAnchor: "start",
        fill: "var(--ink)",
        ...(wide
          ? { lineWidth: width >= 900 ? 26 : 18, textOverflow: "ellipsis" as const }
          : { stroke: "var(--paper)", strokeWidth: 5 }),
      }),
      wide
        ? Plot.text(named, {
            y: "y",
            text: "aside",
            frameAnchor: "right",
            dx: marginRight - 4,
            textAnchor: "end",
            fontVariant: "tabular-nums",
            ...cut(marginRight),
          })
        : null,
      Plot.link(
        lines.filter(({ isAdjusted }) => !isAdjusted),
        { ...link, stroke: "var(--muted)", strokeWidth: 1.5 },
      ),
      Plot.ruleX(
        lines.filter(({ isAdjusted }) => !isAdjusted),
        { x: "x", y1: "y", y2: "y", inset: -4, stroke: "var(--muted)", strokeWidth: 2 },
      ),
      ...[false, true].map((extrapolated) =>
        Plot.link(
          adjusted.filter(({ row }) => row.extrapolated === extrapolated),
          {
            ...link,
            stroke: "colour",
            strokeWidth: 2.5,
            ...(extrapolated ? { strokeDasharray: "2 5" } : {}),
          },
        ),
      ),
      Plot.dot(adjusted, {
        x: "x",
        y: "y",
        r: 4.5,
        symbol: ({ row }: (typeof adjusted)[number]) => look(row).symbol,
        fill: ({ row }: (typeof adjusted)[number]) => look(row).fill,
        stroke: "colour",
        strokeWidth: 2,
      }),
    ],
  });
}
