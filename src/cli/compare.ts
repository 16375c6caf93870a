/** `normlens compare`: two models on the same images. */

import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { imageBatch } from "../data/dataset.js";
import type { Crew } from "../engine/crew.js";
import { writeAtomically } from "../formats/files.node.js";
import { showFit } from "../formats/fitting.js";
import { comparedExplainers, compareModels } from "../measures/comparison.js";
import { checkFits } from "../measures/elsewhere.js";
import { fail } from "../tensor/index.js";
import { commandAgain } from "./command.js";
import { comparisonLines } from "./compare-lines.js";
import { comparisonPage } from "./compare-page.js";
import { loadHeldOut } from "./data.js";
import { progressLine } from "./display/progress.js";
import { terminal } from "./display/terminal.js";
import { asOverPixels, checkMeasures, methodsOf, SHOWN } from "./evaluate.js";
import { doubtsOf } from "./evaluate-doubts.js";
import { doubtLines } from "./evaluate-lines.js";
import { pageHtml } from "./explain-page.js";
import { openModel, UNSAID_PIXELS } from "./model.js";
import type { Options } from "./options.js";
import { onThreads } from "./threads.js";

export const compare = (
  options: Options,
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<void> => onThreads(options, (threads) => compareOn(threads, options, [a, b], signal));

async function compareOn(
  threads: Crew,
  options: Options,
  [a, b]: readonly [string, string],
  signal: AbortSignal,
): Promise<void> {
  const isJson = options.json === true;
  const t = terminal(isJson ? process.stderr : process.stdout);
  const methods = options.method ? methodsOf(options) : comparedExplainers;
  checkMeasures(options, methods);
  const opened = [await openModel(options, a), await openModel(options, b)];
  const [fits, other] = opened.map((each) => each.fits);
  if (fits.map(showFit).join() !== other.map(showFit).join())
    fail(
      "option",
      `compare: got models that want images fitted in two ways, "${fits.map(showFit).join("; ")}" and "${other.map(showFit).join("; ")}", expected one; say it with --preprocess`,
    );
  const data = await loadHeldOut(options, opened[0], t, signal);
  const [first, second] = opened.map((each) => asOverPixels(each, data.classes.length));
  const named = { A: first, B: second };
  const doubts: string[] = [];
  for (const [name, each] of Object.entries(named)) {
    checkFits("compare", each.model, data);
    t.line(
      `${name}        ${basename(name === "A" ? a : b)}, pixels ${each.pixels ?? UNSAID_PIXELS}`,
    );
    doubts.push(...doubtsOf(each, data, threads).map((text) => `${name}: ${text}`));
  }
  for (const line of doubtLines(doubts, t)) t.line(line);
  const found = compareModels(first.model, second.model, data, {
    explainers: methods,
    threads,
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
    pixels: [first.pixels, second.pixels],
    data,
    methods,
    indices,
    shown: imageBatch(data.validation.images, indices),
    doubts,
    command: commandAgain("compare", [a, b], options),
    threads,
  });
  const record = { models: { a, b }, data: data.name, doubts, ...found };
  await writeAtomically(pagePath, pageHtml(page));
  await writeAtomically(jsonPath, `${JSON.stringify(record, null, 2)}\n`);
  if (isJson) process.stdout.write(`${JSON.stringify({ page: pagePath, ...record })}\n`);
  for (const line of [
    ...comparisonLines(found, data, t, options.measures !== undefined),
    ...doubtLines(doubts, t),
  ])
    t.line(line);
  t.line(`page     ${pagePath}  ${t.style("dim", pathToFileURL(pagePath).href)}`);
}
