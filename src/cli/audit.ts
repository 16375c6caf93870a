/** `normlens audit`: is a model's Batch Norm healthy, and what does it do to explanations? */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { imageBatch } from "../data/dataset.js";
import type { Crew } from "../engine/crew.js";
import { type Audit, audit } from "../explain/audit.js";
import { changeWords } from "../explain/audit-advice.js";
import { writeAtomically } from "../formats/files.node.js";
import { plainPixels } from "../formats/preprocessing.js";
import { checkImages, hasLogits } from "../measures/elsewhere.js";
import { upToLogits } from "../model/model.js";
import { auditPage } from "./audit-page.js";
import { loadHeldOut } from "./data.js";
import { tableLines } from "./display/table.js";
import { type Terminal, terminal } from "./display/terminal.js";
import { bar, percent, wrap } from "./display/words.js";
import { doubtsOf } from "./evaluate-doubts.js";
import { doubtLines } from "./evaluate-lines.js";
import { pageHtml } from "./explain-page.js";
import { openModel, UNSAID_PIXELS } from "./model.js";
import type { Options } from "./options.js";
import { onThreads } from "./threads.js";

/** Validation images looked at unless asked otherwise. */
const IMAGES = 64;

export const auditModel = (options: Options, path: string, signal: AbortSignal): Promise<void> =>
  onThreads(options, (threads) => auditOn(threads, options, path, signal));

async function auditOn(
  threads: Crew,
  options: Options,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const t = terminal(options.json === true ? process.stderr : process.stdout);
  const { out = "audit", maps = 4, images: wanted = IMAGES } = options;
  const { model: whole, pixels, fits, prepare, preprocessing } = await openModel(options, path);
  const data = await loadHeldOut(options, { model: whole, fits }, t, signal, wanted);
  const model = upToLogits(whole, data.classes.length);
  const { images: seen } = data.validation;
  checkImages("audit", model, data.name, seen.shape);
  t.line(`pixels   ${pixels ?? UNSAID_PIXELS}`);
  // Without a logit for each class there is nothing to tell by, and an audit needs none.
  const doubts = hasLogits(model, data)
    ? doubtsOf({ bare: model, preprocessing: preprocessing ?? plainPixels }, data, threads)
    : [];
  for (const line of doubtLines(doubts, t)) t.line(line);
  const batch = imageBatch(seen, 0, seen.count);
  const prepared = prepare(batch);
  const found = audit(model, prepared, {
    maps,
    threads,
    signal,
    onProgress: ({ done, of }) =>
      t.live([`${t.style("cyan", bar(done / of, 24))} ${percent(done / of, 0).padStart(5)}`]),
  });
  t.settle();
  const [pagePath, jsonPath] = [join(out, "audit.html"), join(out, "audit.json")];
  const page = auditPage(found, {
    model,
    batch: prepared,
    pixels: batch,
    path,
    way: pixels,
    data: data.name,
    classes: data.classes,
    labels: data.validation.labels,
    doubts,
    options,
    threads,
  });
  await writeAtomically(pagePath, pageHtml(page));
  await writeAtomically(jsonPath, `${JSON.stringify(found, null, 2)}\n`);
  if (options.json === true)
    process.stdout.write(`${JSON.stringify({ page: pagePath, audit: found })}\n`);
  for (const line of [...auditLines(found, t), ...doubtLines(doubts, t)]) t.line(line);
  t.line(`page     ${pagePath}  ${t.style("dim", pathToFileURL(pagePath).href)}`);
}

const marks = { problem: ["red", "✗"], warning: ["yellow", "!"], fine: ["green", "✓"] } as const;

/** What the terminal shows: advice first, then the numbers it stands on. */
function auditLines({ advice, health, explainers }: Audit, t: Terminal): string[] {
  const said = advice.flatMap(({ level, text }) => {
    const [style, mark] = marks[level];
    const [first, ...rest] = wrap(text, Math.min(t.columns, 100) - 4);
    return [`${t.style(style, mark)} ${first}`, ...rest.map((line) => `  ${line}`)];
  });
  const norms = [
    ["norm", "channels", "dead", "nearly", "γ < 0", "|t|/|s·x|", "mean off by", "variance off by"],
    ...health.map((h) => [
      h.norm,
      `${h.channels}`,
      `${h.dead}`,
      `${h.nearlyDead}`,
      `${h.negative}`,
      h.shift.median.toFixed(2),
      `${h.meanDrift.median.toFixed(2)} σ`,
      `${h.varianceRatio.median.toFixed(2)}×`,
    ]),
  ];
  const moved = [
    ["maps under folding", "median change", "largest"],
    ...explainers.map(({ title, change }) => [
      title,
      change ? changeWords(change.median) : "refused",
      change ? changeWords(change.largest) : "–",
    ]),
  ];
  return [
    ...said,
    "",
    ...(health.length > 0 ? [...tableLines(norms, t), ""] : []),
    ...(explainers.length > 0 ? [...tableLines(moved, t), ""] : []),
  ];
}
