/** Every figure of the report by name, drawn from made-up facts that show what it must bear: the gallery page and the
 *  snapshots both read this table. Adding a figure: a line here. */
import type { ReportContrast } from "../../../src/report/report-data.js";
import { plain } from "../../../src/report/words/index.js";
import { type Axes, axes } from "../../../web/figures/axes.js";
import { concepts } from "../../../web/figures/concepts.js";
import { type EqualAccuracyRow, equalAccuracy } from "../../../web/figures/equal-accuracy.js";
import { type ForestRow, forest } from "../../../web/figures/forest.js";
import type { Draw } from "../../../web/figures/frame.js";
import { interval } from "../../../web/figures/interval.js";
import { type Line, lines } from "../../../web/figures/lines.js";
import { ridges } from "../../../web/figures/ridges.js";
import { type Slopes, slopes } from "../../../web/figures/slopes.js";
import { specifications } from "../../../web/figures/specifications.js";
import { strip } from "../../../web/figures/strip.js";
import { type TuningFacts, tuning } from "../../../web/figures/tuning.js";

const contrast = (
  measure: string,
  value: number,
  half: number,
  reading: ReportContrast["reading"],
): ReportContrast => ({
  measure,
  arm: "batch",
  baseline: "none",
  scale: "difference",
  pairs: [],
  armMean: 1,
  baselineMean: 1 - value / 10,
  difference: value / 10,
  interval: [(value - half) / 10, (value + half) / 10],
  standardised: { value, interval: [value - half, value + half] },
  superiority: 1,
  pValue: 0.01,
  holmP: null,
  fdrP: null,
  fewSeeds: false,
  reading,
});

const row = (
  measure: string,
  family: string,
  value: number,
  half: number,
  reading: ReportContrast["reading"],
): ForestRow => ({
  contrast: contrast(measure, value, half, reading),
  title: measure,
  family,
  aside: `${plain(value)} [${plain(value - half)}, ${plain(value + half)}]`,
  tip: measure,
});

const rows = [
  row("Validation accuracy", "performance", 2.9, 0.8, "better"),
  row("Training loss", "performance", -12, 3, "better"),
  row("A measure with a name so long that it has to be cut", "dynamics", 4.2, 1, "worse"),
  row("Class selectivity", "units", -3.1, 1.2, "lower"),
  row("Sparseness", "units", 0.3, 0.9, "unclear"),
];
const words = { lower: "← lower with batch", higher: "higher with batch →" };

const arms: readonly Line[] = [
  { arm: "none", colour: "var(--arm-0)", dashed: true, mean: [0.9, 0.5, 0.3, 0.25], seeds: [] },
  { arm: "batch", colour: "var(--arm-1)", dashed: false, mean: [0.7, 0.3, 0.2, null], seeds: [] },
].map((line) => ({
  ...line,
  seeds: [0.9, 1.1].map((factor) => line.mean.map((y) => (y === null ? null : y * factor))),
}));
const axis = { xLabel: "epoch", x: (i: number) => i + 1, format: plain };

const pairs: Slopes = {
  baseline: { name: "none", colour: "var(--arm-0)", mean: 0.31 },
  arm: { name: "batch", colour: "var(--arm-1)", mean: 0.42 },
  pairs: [0, 1, 2, 3, 4].map((seed) => ({
    seed,
    baseline: 0.29 + 0.01 * seed,
    arm: 0.46 - 0.02 * seed,
  })),
  log: false,
  format: plain,
};

const channel: Axes = {
  low: 0,
  high: 0.27,
  counts: [900, 90, 60, 45, 33, 20, 12, 8, 6, 4, 3, 2, 2, 1, 1, 0],
  mean: 0.02,
  deviation: 0.05,
  gamma: 1.2,
  beta: -0.3,
  at: 0.2,
  colour: "var(--arm-1)",
};

const moment = (step: number, width: number) => ({
  step,
  mean: 0,
  deviation: width / 3,
  low: -width,
  high: width,
  shares: [0.02, 0.08, 0.2, 0.4, 0.2, 0.08, 0.02],
});

const tried: TuningFacts = {
  arms: [
    { arm: "none", colour: "var(--arm-0)", dashed: true, best: 0.003, top: 0.9 },
    { arm: "batch", colour: "var(--arm-1)", dashed: false, best: 0.01, top: 0.94 },
  ].map(({ best, top, ...arm }) => ({
    ...arm,
    setting: "learningRate",
    tried: [0.001, 0.003, 0.01, 0.03, 0.1].map((value, i) => ({
      value,
      accuracy: arm.dashed && i === 4 ? null : top - 0.03 * Math.abs(Math.log10(value / best)),
    })),
    chosen: best,
    atEdge: false,
  })),
  xLabel: "learning rate",
  diverged: "diverged",
  formatX: String,
  formatY: plain,
};

const leftOf = (
  title: string,
  measured: readonly [number, number, number],
  adjusted: readonly [number, number, number],
  extrapolated = false,
): EqualAccuracyRow => {
  const of = ([low, value, high]: readonly [number, number, number]) => ({ low, value, high });
  const aside = `${plain(measured[1])} → ${plain(adjusted[1])}`;
  return {
    key: title,
    title,
    aside,
    measured: of(measured),
    adjusted: of(adjusted),
    extrapolated,
  };
};
const left = [
  leftOf("Keeps its side", [-0.4, -0.3, -0.2], [-0.35, -0.2, -0.1]),
  leftOf("Holds none", [20, 30, 40], [-5, 5, 15]),
  leftOf("Turns over, extrapolated, with a long name", [1, 2, 3], [-3, -2, -1], true),
];

export const figures: Readonly<Record<string, { readonly width: number; readonly draw: Draw }>> = {
  "forest, standardised": {
    width: 960,
    draw: (frame) => forest(rows, { ...words, scale: "standardised", axis: "standardised" }, frame),
  },
  "forest, own units": {
    width: 960,
    draw: (frame) => forest(rows, { ...words, scale: "raw", axis: "own scales" }, frame),
  },
  "forest, narrow": {
    width: 350,
    draw: (frame) => forest(rows, { ...words, scale: "standardised", axis: "standardised" }, frame),
  },
  "lines, logarithmic": {
    width: 460,
    draw: (frame) => lines(arms, { ...axis, log: true }, frame),
  },
  "lines, shares": {
    width: 460,
    draw: (frame) => lines(arms, { ...axis, percent: true }, frame),
  },
  "lines, nothing to draw": {
    width: 460,
    draw: (frame) => lines([], { ...axis, log: true }, frame),
  },
  slopes: { width: 250, draw: (frame) => slopes(pairs, frame) },
  "slopes, factors": {
    width: 250,
    draw: (frame) =>
      slopes(
        {
          ...pairs,
          log: true,
          pairs: pairs.pairs.map((pair) => ({ ...pair, arm: pair.arm * 10 })),
          arm: { ...pairs.arm, mean: 4.2 },
        },
        frame,
      ),
  },
  "interval, as expected": {
    width: 300,
    draw: (frame) =>
      interval(
        {
          value: -0.04,
          low: -0.05,
          high: -0.03,
          isFactor: false,
          expected: "lower",
          verdict: "supported",
          published: { value: -0.2, label: "published, about" },
        },
        frame,
      ),
  },
  "interval, refuted factor": {
    width: 300,
    draw: (frame) =>
      interval(
        {
          value: 0.5,
          low: 0.4,
          high: 0.7,
          isFactor: true,
          expected: "higher",
          verdict: "refuted",
          published: { value: 1000, label: "published" },
        },
        frame,
      ),
  },
  "interval, equal among factors": {
    width: 300,
    draw: (frame) =>
      interval(
        {
          value: 1.02,
          low: 0.97,
          high: 1.08,
          isFactor: true,
          expected: "equal",
          margin: 1.1,
          verdict: "supported",
        },
        frame,
      ),
  },
  specifications: {
    width: 460,
    draw: (frame) =>
      specifications(
        {
          ways: [
            { value: -0.2, low: -0.3, high: -0.1, says: "expected", tip: "a" },
            { value: -0.05, low: -0.2, high: 0.1, says: "nothing", tip: "b" },
            { value: 0.2, low: 0.1, high: 0.3, says: "against", tip: "c" },
          ],
          isFactor: false,
          format: plain,
        },
        frame,
      ),
  },
  "a channel on three axes": { width: 640, draw: (frame) => axes(channel, frame) },
  "a channel turned over": {
    width: 360,
    draw: (frame) => axes({ ...channel, gamma: -0.7 }, frame),
  },
  "a channel switched off": {
    width: 360,
    draw: (frame) => axes({ ...channel, gamma: 0 }, frame),
  },
  "a channel of one value": {
    width: 360,
    draw: (frame) => axes({ ...channel, low: 0.1, high: 0.1, at: 0.1 }, frame),
  },
  ridges: {
    width: 460,
    draw: (frame) =>
      ridges(
        {
          ridges: [moment(0, 1), moment(5, 2), moment(10, 4)],
          domain: [-3, 3],
          colour: "var(--arm-0)",
          xLabel: "activation",
          stepLabel: (step) => `step ${step}`,
        },
        frame,
      ),
  },
  concepts: {
    width: 460,
    draw: (frame) =>
      concepts(
        {
          concepts: ["rising stroke", "end of a stroke", "dots"].map((concept, i) => ({
            concept,
            arms: [
              { arm: "none", units: 6 - 2 * i },
              { arm: "batch", units: 5 - 2 * i },
            ],
          })),
          colour: (arm) => (arm === "none" ? "var(--arm-0)" : "var(--arm-1)"),
          xLabel: "units",
        },
        frame,
      ),
  },
  tuning: { width: 460, draw: (frame) => tuning(tried, frame) },
  "tuning, from nought": {
    width: 330,
    draw: (frame) =>
      tuning(
        {
          ...tried,
          arms: tried.arms.map((arm) => ({
            ...arm,
            setting: "weightDecay" as const,
            tried: [{ value: 0, accuracy: 0.88 }, ...arm.tried],
          })),
          xLabel: "weight decay",
        },
        frame,
      ),
  },
  "equal accuracy": { width: 960, draw: (frame) => equalAccuracy(left, words, frame) },
  "equal accuracy, narrow": { width: 350, draw: (frame) => equalAccuracy(left, words, frame) },
  strip: { width: 480, draw: (frame) => strip(pairs, frame) },
};
