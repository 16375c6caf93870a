/** What `normlens compare` says: sentences, and the tables that the terminal and the page share. */

import type { Dataset } from "../data/dataset.js";
import { changeWords } from "../explain/audit-advice.js";
import { explainers } from "../explain/index.js";
import type { Comparison } from "../measures/index.js";
import { parseKey } from "../measures/key.js";
import { tableLines } from "./display/table.js";
import type { Terminal } from "./display/terminal.js";
import { percent, thousands, wrap } from "./display/words.js";
import { shownValue, titled } from "./evaluate-lines.js";

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
      `Two functions: logits differ by up to ${changeWords(difference)} of the largest; ${percent(1 - agreement, 1)} of the predictions differ.`,
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

/** Every measure that both were given: A, B, and B − A; those of maps may be left out. */
export function sideBySide(
  { standings: [a, b] }: Pick<Comparison, "standings">,
  withMaps = true,
): string[][] {
  return Object.keys(a.results).flatMap((key) => {
    const parts = parseKey(key);
    if ("problem" in parts || !(key in b.results)) return [];
    if (parts.explainer !== undefined && !withMaps) return [];
    const [x, y] = [a.results[key].value, b.results[key].value];
    if (x === null && y === null) return [];
    const { unit } = parts.measure;
    const by = parts.explainer ? `, ${explainers[parts.explainer].title}` : "";
    return [
      [
        `${titled(parts.measure)}${by}`,
        shownValue(x, unit),
        shownValue(y, unit),
        changeOf(x, y, unit),
      ],
    ];
  });
}

/** B − A with its sign, shares in points; "0" for rounding, "–" where one of the two has no value. */
function changeOf(a: number | null, b: number | null, unit: string): string {
  if (a === null || b === null) return "–";
  const change = b - a;
  if (Math.abs(change) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b))) return "0";
  const size = unit === "share" ? `${(100 * change).toFixed(1)} points` : shownValue(change, unit);
  return `${change > 0 ? "+" : ""}${size}`;
}

/** Differences that rounding explains, as a share of the value. */
const ROUNDING = 1e-4;

export const sideHead = ["measure", "A", "B", "B − A"];

/** Measures of maps, of which there are many, only if they were asked for: all stand on the page. */
export function comparisonLines(
  found: Comparison,
  data: Dataset,
  t: Terminal,
  withMaps: boolean,
): string[] {
  const { images, agreement, right, standings } = found;
  const [a, b] = standings.map(({ accuracy }) => percent(accuracy, 1));
  const hidden = withMaps ? 0 : sideBySide(found).length - sideBySide(found, false).length;
  return [
    ...verdicts(found).flatMap((text) => wrap(text, Math.min(t.columns, 100))),
    "",
    `predictions agree on ${t.style("bold", percent(agreement, 1))} of ${thousands(images)} images of ${data.name}`,
    `right: A ${a}, B ${b}; both on ${thousands(right.both)}, only A on ${thousands(right.a)}, only B on ${thousands(right.b)}, neither on ${thousands(right.none)}`,
    "",
    ...tableLines([mapHead, ...mapAgreementRows(found)], t),
    "",
    ...tableLines([sideHead, ...sideBySide(found, withMaps)], t),
    ...(hidden > 0
      ? [`and ${hidden} of maps on the page; --measures names those to show here`]
      : []),
    "",
  ];
}
