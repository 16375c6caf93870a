/** Draws the last results of `bench/curves.mjs` as docs/performance.svg: `node bench/plot.mjs`. */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const { points, trials } = JSON.parse(readFileSync(path("results/curves.json"), "utf8"));
const { document } = parseHTML("<!doctype html><html><body></body></html>");

const WIDTH = 300;
const HEIGHT = 210;

/** Numbers on an axis without exponents. */
const plain = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 3 });

/** One small chart: a line with points over a doubling axis. */
const panel = (data, { x, y, label }) =>
  Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 52,
    marginTop: 28,
    style: { fontFamily: "system-ui, sans-serif", background: "white", color: "#222" },
    x: { type: "log", base: 2, label: x, ticks: data.map(({ value }) => value), tickFormat: plain },
    y: { zero: true, label, nice: true, tickFormat: plain, grid: true },
    marks: [
      Plot.ruleY([0], { stroke: "#888" }),
      Plot.lineY(data, { x: "value", y, stroke: "#2a6f97", strokeWidth: 2 }),
      Plot.dot(data, { x: "value", y, fill: "#2a6f97" }),
    ],
  });

/** Cost per work: by image where the network stays, by multiply-add where it grows. */
const panels = Object.entries(points).flatMap(([name, { points: data }]) => {
  const grows = name !== "batch size";
  const time = grows
    ? { y: (p) => p.picosecondsPerMac, label: "picoseconds per multiply-add" }
    : { y: (p) => p.microsecondsPerImage, label: "µs per image" };
  const memory = grows
    ? {
        y: (p) => (1000 * p.bytesPerImage) / p.macsPerImage,
        label: "bytes per 1,000 multiply-adds",
      }
    : { y: (p) => p.bytesPerImage / 1024, label: "KB per image" };
  return [panel(data, { x: name, ...time }), panel(data, { x: name, ...memory })];
});
if (trials.length > 0) {
  const spent = { y: (t) => t.millisecondsPerTrial, label: "milliseconds per tiny trial" };
  const peak = { y: (t) => t.peakBytes / 2 ** 20, label: "peak MB of the process" };
  panels.push(panel(trials, { x: "trials", ...spent }), panel(trials, { x: "trials", ...peak }));
}

const rows = Math.ceil(panels.length / 2);
const placed = panels.map((chart, i) => {
  chart.setAttribute("x", String((i % 2) * WIDTH));
  chart.setAttribute("y", String(Math.floor(i / 2) * HEIGHT));
  return chart.outerHTML;
});
const [w, h] = [2 * WIDTH, rows * HEIGHT];
writeFileSync(
  path("../docs/performance.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}">` +
    `<rect width="${w}" height="${h}" fill="white"/>${placed.join("\n")}</svg>\n`,
);
