/** `normlens explain`: maps of pictures by any methods, as files and on one page. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Explanation } from "../explain/index.js";
import { writeAtomically } from "../formats/files.node.js";
import { fail, NormLensError } from "../tensor/errors.js";
import { terminal } from "./display/terminal.js";
import { wrap } from "./display/words.js";
import { type Job, prepare, type Result, run } from "./explain-job.js";
import {
  explainedWords,
  likelyWords,
  pageOf,
  predictionOf,
  recordOf,
  writeFiles,
} from "./explain-output.js";
import { pageHtml } from "./explain-page.js";
import { UNSAID_PIXELS } from "./model.js";
import { methodNames } from "./names.js";
import type { Options } from "./options.js";
import { onThreads } from "./threads.js";

const DEFAULT_METHODS = ["saliency", "integratedGradients", "gradCam", "lrpEpsilonPlus"];
export async function explain(
  options: Options,
  path: string,
  images: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const isJson = options.json === true;
  const t = terminal(isJson ? process.stderr : process.stdout);
  const { out = "explanations" } = options;
  const job = await prepare(options, path, images, t, signal);
  const names = options.method ?? DEFAULT_METHODS;
  const results: Result[] = [];
  const refused: string[] = [];
  await onThreads(options, async (hands) => {
    for (const name of names)
      try {
        results.push(await run(name, job, options, hands, t, signal));
      } catch (error) {
        // Of all methods some may not be for this model, these options or without data, of the usual ones for this
        // model: they are named, and left out.
        const isOut =
          error instanceof NormLensError &&
          (options.method === undefined
            ? error.kind === "unsupported"
            : error.kind !== "cancelled" && names.length === methodNames.length);
        if (!isOut) throw error;
        refused.push(error.message);
      }
  });
  if (results.length === 0) fail("option", refused[0]);
  const files = await writeFiles(results, job, out);
  const page = pageOf(results, job, path, options, images);
  const pagePath = join(out, "explain.html");
  await writeAtomically(pagePath, pageHtml(page));
  const record = recordOf(results, job, path, files, pagePath);
  await writeAtomically(join(out, "explain.json"), `${JSON.stringify(record, null, 2)}\n`);
  if (isJson) process.stdout.write(`${JSON.stringify(record)}\n`);
  t.line(`pixels   ${job.pixels ?? UNSAID_PIXELS}`);
  for (const line of told(results, job)) t.line(line);
  for (const why of refused)
    for (const line of wrap(`left out: ${why.replace(/^explain: /, "")}`, t.columns)) t.line(line);
  t.line(`page     ${pagePath}  ${t.style("dim", pathToFileURL(pagePath).href)}`);
}

/** " (98.7 %)" behind a class that is predicted, as it is unless another was asked for. */
function likely(explanation: Explanation, i: number, job: Job): string {
  const { predicted, probability } = predictionOf(explanation, i, job);
  const isPredicted = explanation.target[i] === predicted && explanation.against === undefined;
  return isPredicted
    ? likelyWords(probability)
        .map((share) => ` (${share})`)
        .join("")
    : "";
}

/** Lines for the terminal: a picture and what was explained; gaps that are worth a word. */
function told(results: readonly Result[], job: Job): string[] {
  const [{ explanation }] = results;
  return job.shown.map(
    (picture, i) =>
      `${picture.name}: ${explainedWords(explanation, i, job)}${likely(explanation, i, job)}, by ${results.length} ${results.length === 1 ? "method" : "methods"}` +
      (picture.change ? ` (${picture.change})` : ""),
  );
}
