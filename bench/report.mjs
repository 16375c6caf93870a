/** The results as text: a table on standard output, and the same in docs/performance.md between
 *  its markers. */

import { readFileSync, writeFileSync } from "node:fs";
import { median } from "./measure.mjs";

const whole = (v) => Math.round(v).toLocaleString("en-US");
const share = (v) => `${(100 * v).toFixed(0)} %`;
const ratio = (v) => `${v.toFixed(2)}×`;

const HEADER = [
  "engine",
  "images/s",
  "quartiles",
  "best",
  "ms/step",
  "NormLens is",
  "of the floor",
  "peak MB",
  "error",
];

/** How many times faster `ours` is than a row: the median over rounds that both took part in. */
export function advantage(ours, row) {
  if (!ours?.milliseconds || !row.milliseconds) return undefined;
  const pairs = row.milliseconds.flatMap((ms, k) =>
    ms && ours.milliseconds[k] ? [ms / ours.milliseconds[k]] : [],
  );
  return pairs.length > 0 ? median(pairs) : undefined;
}

/** Share of the floor: the arithmetic's time at the roof over the time taken. */
export const shareOfFloor = (c, { imagesPerSecond }) =>
  (imagesPerSecond.median * c.macs) / (c.roof * c.threads);

function cells(c, row, titles) {
  const title = titles[row.name];
  if (row.refused) return [title, "–", row.refused, "", "", "", "", "", ""];
  const { median: middle, lower, upper, best } = row.imagesPerSecond;
  const faster = advantage(
    c.rows.find((r) => r.name === "ours"),
    row,
  );
  return [
    title,
    whole(middle),
    `${whole(lower)} – ${whole(upper)}`,
    whole(best),
    ((1000 * c.batch) / middle).toFixed(2),
    row.name === "ours" || faster === undefined ? "" : ratio(faster),
    share(shareOfFloor(c, row)),
    whole(row.peakBytes / 2 ** 20),
    Math.max(...Object.values(row.errors)).toExponential(0),
  ];
}

const caseTitle = (c) =>
  `${{ seed: "seed network", resnet20: "ResNet-20" }[c.network]}, ${{ train: "training step", forward: "forward pass" }[c.mode]}, ` +
  `batch ${c.batch}, ${c.norm ? "with" : "without"} BN, ${c.threads} thread${c.threads > 1 ? "s" : ""}` +
  (c.otherCores > 0.2 ? ` (others used ${c.otherCores.toFixed(1)} cores)` : "");

function columns(rows) {
  const widths = HEADER.map((_, k) =>
    Math.max(...rows.filter((r) => r[1] !== "–").map((r) => r[k].length)),
  );
  const line = (row) =>
    row
      .map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k])))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

/** Readable in a terminal. */
export function plainText(result, titles) {
  const parts = result.cases.map(
    (c) => `${caseTitle(c)}\n${columns([HEADER, ...c.rows.map((row) => cells(c, row, titles))])}`,
  );
  return [facts(result).join("\n"), ...parts, LEGEND.join("\n"), ""].join("\n\n");
}

export function markdown(result, titles) {
  const table = (c) =>
    [
      HEADER,
      HEADER.map((_, k) => (k === 0 ? "---" : "---:")),
      ...c.rows.map((row) => cells(c, row, titles)),
    ]
      .map((row) => `| ${row.join(" | ")} |`)
      .join("\n");
  const parts = result.cases.map((c) => `### ${caseTitle(c)}\n\n${table(c)}`);
  return [
    facts(result)
      .map((f) => `- ${f}`)
      .join("\n"),
    ...parts,
  ].join("\n\n");
}

function facts({ date, machine, versions, rounds, turn, cases }) {
  const roof = median(cases.map((c) => c.roof));
  const others = Math.max(...cases.map((c) => c.otherCores));
  return [
    `measured ${date.slice(0, 10)} on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB, ${machine.system}, Node ${machine.node}`,
    `other programs used up to ${others.toFixed(1)} cores meanwhile${others > 0.1 * machine.cores ? ": the machine was busy, read with care" : ""}`,
    `engines: ${Object.entries(versions)
      .map(([name, v]) => `${name} ${v}`)
      .join(", ")}`,
    `${rounds} rounds of alternating turns of about ${turn} ms; the median is of turns`,
    `roof: ${(roof / 1e9).toFixed(1)} billion multiply-adds per second and core (128-bit SIMD in WASM, registers only)`,
  ];
}

const LEGEND = [
  "NormLens is   how many times faster than this engine, median over rounds",
  "of the floor  time of the multiply-adds alone at the roof of these threads, over the time taken; native engines",
  "              use wider vectors and fused multiply-adds, Winograd convolutions do fewer: both can exceed 100 %",
  "error         largest of the errors found by the check before timing (loss, gradients, weights after a step), relative",
];

const MARKERS = ["<!-- bench:begin -->", "<!-- bench:end -->"];

/** Puts `text` between the markers of a page. */
export function rewriteBetweenMarkers(file, text) {
  const page = readFileSync(file, "utf8");
  const [begin, end] = MARKERS.map((marker) => page.indexOf(marker));
  if (begin < 0 || end < begin)
    throw new Error(`${file}: expected the markers ${MARKERS.join(" and ")}`);
  writeFileSync(
    file,
    `${page.slice(0, begin + MARKERS[0].length)}\n\n${text}\n\n${page.slice(end)}`,
  );
}
