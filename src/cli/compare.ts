/** `normlens compare`: two models on the same images. */

import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Dataset } from "../data/dataset.js";
import { imageBatch } from "../data/dataset.js";
import { changeWords } from "../explain/audit-advice.js";
import { explainers } from "../explain/index.js";
import { writeAtomically } from "../formats/files.node.js";
import { type Comparison, comparedExplainers, compareModels } from "../measures/comparison.js";
import { parseKey } from "../measures/key.js";
import { comparisonPage } from "./compare-page.js";
import { loadData } from "./data.js";
import { progressLine } from "./display/progress.js";
import { type Terminal, terminal } from "./display/terminal.js";
import { columns, percent, thousands, wrap } from "./display/words.js";
import { commandOf, methodsOf, openOverPixels } from "./evaluate.js";
import { shownValue, titled } from "./evaluate-lines.js";
import { pageHtml } from "./explain-page.js";
import type { Options } from "./options.js";

const SHOWN = 6;

export async function compare(
  options: Options,
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<void> {
  const isJson = options.json === true;
  const t = terminal(isJson ? process.stderr : process.stdout);
  const [first, second] = [await openOverPixels(options, a), await openOverPixels(options, b)];
  const data = await loadData(options, t, signal);
  const methods = options.method ? methodsOf(options) : comparedExplainers;
  const found = compareModels(first.model, second.model, data, {
    explainers: methods,
    ...(options.measures && { measures: options.measures }),
    ...(options.explained !== undefined && { explained: options.explained }),
    ...(options.seed !== undefined && { seed: options.seed }),
    signal,
    onProgress: progressLine(t),
  });
  t.settle();
  const { out = "comparison" } = options;
  const [pagePath, jsonPath] = [join(out, "comparison.html"), join(out, "comparison.json")];
  const indices = found.standings[0].explained.indices.slice(0, options.maps ?? SHOWN);
  const page = comparisonPage(found, {
    paths: [a, b],
    models: [first.model, second.model],
    data,
    methods,
    indices,
    shown: imageBatch(data.validation.images, indices),
    command: commandOf("compare", [a, b], data.name, options),
  });
  const record = { models: { a, b }, data: data.name, ...found };
  await writeAtomically(pagePath, pageHtml(page));
  await writeAtomically(jsonPath, `${JSON.stringify(record, null, 2)}\n`);
  if (isJson) process.stdout.write(`${JSON.stringify({ page: pagePath, ...record })}\n`);
  t.line(`A        ${basename(a)}${first.pixels ? `, pixels ${first.pixels}` : ""}`);
  t.line(`B        ${basename(b)}${second.pixels ? `, pixels ${second.pixels}` : ""}`);
  for (const line of comparisonLines(found, data, t)) t.line(line);
  t.line(`page     ${pagePath}  ${t.style("dim", pathToFileURL(pagePath).href)}`);
}

/** Relative change of a map up to which rounding explains it. */
const STILL = 1e-3;

/** What can be said of the two in sentences. */
export function verdicts({ isSameFunction, difference, agreement, maps }: Comparison): string[] {
  const moved = maps.filter(({ median }) => (median?.relative ?? 0) > STILL);
  const names = (list: typeof maps) =>
    list
      .map(
        ({ explainer, median }) =>
          `${explainers[explainer].title} (${changeWords(median?.relative ?? 0)})`,
      )
      .join(", ");
  if (!isSameFunction)
    return [
      `Two functions: logits differ by up to ${changeWords(difference)} of the largest, and ${percent(1 - agreement, 1)} of the predictions.`,
    ];
  const same = `The same function: logits differ by at most ${difference === 0 ? "nothing" : difference.toExponential(1)} of the largest.`;
  return moved.length === 0
    ? [same, "No map moved."]
    : [same, `The same function drawn otherwise moves the maps of ${names(moved)}.`];
}

const figure = (value: number | null, digits = 2): string =>
  value === null ? "–" : value.toFixed(digits);

export const mapHead = [
  "maps of A and B",
  "rank correlation",
  "cosine",
  "SSIM",
  "change",
  "top 20 shared",
];

export const mapAgreementRows = ({ maps }: Comparison): string[][] =>
  maps.map(({ explainer, median, refused }) =>
    median
      ? [
          explainers[explainer].title,
          figure(median.spearman),
          figure(median.cosine),
          figure(median.ssim),
          median.relative === null ? "–" : changeWords(median.relative),
          percent(median.top, 0),
        ]
      : [explainers[explainer].title, refused ? "refused" : "–", "", "", "", ""],
  );

/** Every measure that both were given: A, B, and B − A. */
export function sideBySide({ standings: [a, b] }: Comparison): string[][] {
  return Object.keys(a.results).flatMap((key) => {
    const parts = parseKey(key);
    if ("problem" in parts || !(key in b.results)) return [];
    const [x, y] = [a.results[key].value, b.results[key].value];
    if (x === null && y === null) return [];
    const { unit } = parts.measure;
    const by = parts.explainer ? `, ${explainers[parts.explainer].title}` : "";
    const change = x === null || y === null ? null : y - x;
    const isRounding =
      Math.abs(change ?? 0) <= ROUNDING * Math.max(Math.abs(x ?? 0), Math.abs(y ?? 0));
    const sign = change !== null && change > 0 && !isRounding ? "+" : "";
    return [
      [
        `${titled(parts.measure)}${by}`,
        shownValue(x, unit),
        shownValue(y, unit),
        isRounding ? "0" : `${sign}${shownValue(change, unit)}`,
      ],
    ];
  });
}

/** Differences that rounding explains, as a share of the value. */
const ROUNDING = 1e-4;

export const sideHead = ["measure", "A", "B", "B − A"];

function comparisonLines(found: Comparison, data: Dataset, t: Terminal): string[] {
  const { images, agreement, right, standings } = found;
  const heading = (rows: readonly (readonly string[])[]) =>
    columns(rows).map((line, i) => (i === 0 ? t.style("dim", line) : line));
  const [a, b] = standings.map(({ accuracy }) => percent(accuracy, 1));
  return [
    ...verdicts(found).flatMap((text) => wrap(text, Math.min(t.columns, 100))),
    "",
    `predictions agree on ${t.style("bold", percent(agreement, 1))} of ${thousands(images)} images of ${data.name}`,
    `right: A ${a}, B ${b}; both on ${thousands(right.both)}, only A on ${thousands(right.a)}, only B on ${thousands(right.b)}, neither on ${thousands(right.none)}`,
    "",
    ...heading([mapHead, ...mapAgreementRows(found)]),
    "",
    ...heading([sideHead, ...sideBySide(found)]),
    "",
  ];
}
