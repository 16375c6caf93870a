/** One measure against one expectation: the interval of the difference, the side on which a claim expects it tinted, the
 *  published size beside it. For a row of a list. */
import * as Plot from "@observablehq/plot";
import type { Verdict } from "../../src/report/report-data.js";
import { base, type Frame } from "./frame.js";

export interface IntervalFacts {
  /** Differences, or factors where arms are compared by ratios. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly isFactor: boolean;
  readonly expected: "higher" | "lower" | "equal";
  /** Half-width of what counts as equal; a factor among factors. */
  readonly margin?: number;
  readonly verdict: Verdict;
  /** A published size, and the word that stands above it. */
  readonly published?: { readonly value: number; readonly label: string };
}

export const intervalHeight = 40;

const shapes = {
  supported: { symbol: "circle", colour: "var(--good)", fill: "var(--good)" },
  refuted: { symbol: "diamond", colour: "var(--bad)", fill: "var(--bad)" },
  negligible: { symbol: "square", colour: "var(--muted)", fill: "var(--surface)" },
  inconclusive: { symbol: "circle", colour: "var(--muted)", fill: "var(--surface)" },
} as const;

export function interval(facts: IntervalFacts, frame: Frame): Element {
  const { value, low, high, isFactor, verdict, published } = facts;
  const none = isFactor ? 1 : 0;
  const shape = shapes[verdict];
  const [from, to] = domainOf(facts, none);
  const [left, right] = expectedSide(facts, none, from, to);
  return Plot.plot({
    ...base(frame),
    height: intervalHeight,
    marginLeft: 4,
    marginRight: 4,
    marginTop: 0,
    marginBottom: 0,
    x: { type: isFactor ? "log" : "linear", domain: [from, to], axis: null },
    y: { domain: [0, 1], axis: null },
    marks: [
      Plot.rect([0], {
        x1: left,
        x2: right,
        y1: 0.06,
        y2: 0.66,
        fill: "color-mix(in srgb, var(--good) 11%, transparent)",
      }),
      Plot.ruleX([none], { y1: 0.06, y2: 0.66, stroke: "var(--muted)" }),
      Plot.link([0], {
        x1: low,
        x2: high,
        y1: 0.36,
        y2: 0.36,
        stroke: shape.colour,
        strokeWidth: 3,
        strokeLinecap: "round",
      }),
      Plot.dot([0], {
        x: value,
        y: 0.36,
        r: 5.5,
        symbol: shape.symbol,
        fill: shape.fill,
        stroke: shape.colour,
        strokeWidth: 2,
      }),
      ...(published === undefined ? [] : publishedMarks(published, from, to, isFactor)),
    ],
  });
}

/** A hollow triangle with its word, which stays inside the frame. */
function publishedMarks(
  { value, label }: NonNullable<IntervalFacts["published"]>,
  from: number,
  to: number,
  isFactor: boolean,
): Plot.Markish[] {
  const place = isFactor
    ? (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from))
    : (value - from) / (to - from);
  const textAnchor = place < 0.25 ? "start" : place > 0.75 ? "end" : "middle";
  return [
    Plot.dot([0], {
      x: value,
      y: 0.6,
      r: 4.5,
      symbol: "triangle",
      rotate: 180,
      fill: "var(--surface)",
      stroke: "var(--ink)",
      strokeWidth: 1.5,
    }),
    Plot.text([label], {
      x: value,
      y: 0.92,
      textAnchor,
      dx: textAnchor === "start" ? -4 : textAnchor === "end" ? 4 : 0,
      fontSize: 10.5,
      fill: "var(--muted)",
    }),
  ];
}

/** Everything that is drawn and as much on the other side of none, with some air. */
function domainOf({ low, high, value, published, margin, isFactor }: IntervalFacts, none: number) {
  const bounds = margin === undefined ? [] : isFactor ? [1 / margin, margin] : [-margin, margin];
  const all = [low, high, value, none, ...bounds, ...(published ? [published.value] : [])];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  if (isFactor) {
    const air = Math.max(1.05, (most / least) ** 0.15);
    return [least / air, most * air] as const;
  }
  const air = (most - least || 1) * 0.15;
  return [least - air, most + air] as const;
}

function expectedSide(
  { expected, margin, isFactor }: IntervalFacts,
  none: number,
  from: number,
  to: number,
): readonly [number, number] {
  if (expected === "higher") return [none, to];
  if (expected === "lower") return [from, none];
  if (margin === undefined) return [none, none];
  return isFactor ? [1 / margin, margin] : [-margin, margin];
}
