/** `normlens evaluate`: how good a finished model is, how sure, how easily shaken, and how good its explanations are. */

import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { imageBatch } from "../data/dataset.js";
import type { Crew } from "../engine/crew.js";
import { writeAtomically } from "../formats/files.node.js";
import { overPixels } from "../formats/over-pixels.js";
import { type Preprocessing, plainPixels } from "../formats/preprocessing.js";
import { checkFits } from "../measures/elsewhere.js";
import {
  expandMeasures,
  isScored,
  parseKey,
  type ScoredExplainer,
  titleOf,
} from "../measures/index.js";
import { type Standing, standingOf, usualExplainers } from "../measures/standing.js";
import type { Model } from "../model/index.js";
import { upToLogits } from "../model/model.js";
import { fail, type Tensor } from "../tensor/index.js";
import { commandAgain } from "./command.js";
import { loadHeldOut } from "./data.js";
import { progressLine } from "./display/progress.js";
import { type Terminal, terminal } from "./display/terminal.js";
import { doubtsOf } from "./evaluate-doubts.js";
import { doubtLines, evaluationLines } from "./evaluate-lines.js";
import { evaluationPage } from "./evaluate-page.js";
import { pageHtml } from "./explain-page.js";
import { type OpenedModel, openModel, UNSAID_PIXELS } from "./model.js";
import type { Options } from "./options.js";
import { onThreads } from "./threads.js";

export interface OverPixels {
  /** With its preprocessing as a first layer and without a softmax at its end. */
  readonly model: Model;
  /** Without either. */
  readonly bare: Model;
  readonly preprocessing: Preprocessing;
  readonly pixels: string | undefined;
}

/** An opened model of any kind as one that takes pixels from 0 to 1 and tells so many classes. */
export function asOverPixels(
  { model, pixels, preprocessing = plainPixels }: OpenedModel,
  classes: number,
): OverPixels {
  const bare = upToLogits(model, classes);
  return { model: overPixels(bare, preprocessing), bare, preprocessing, pixels };
}

/** Refuses a measure that there is not, before anything takes long. */
export function checkMeasures(
  { measures = [] }: Options,
  methods: readonly ScoredExplainer[],
): void {
  for (const key of expandMeasures(measures, methods)) {
    const parts = parseKey(key);
    if ("problem" in parts) fail("option", `--measures: ${parts.problem}`);
  }
}

/** The methods that options name, those that maps can be scored for. */
export function methodsOf({ method }: Options): readonly ScoredExplainer[] {
  if (!method) return usualExplainers;
  const scored = method.filter(isScored);
  return scored.length > 0
    ? scored
    : fail("option", `--method: got ${method.join(", ")}, expected methods whose maps are scored`);
}

/** What a page shows of an evaluated model. */
export interface Evaluated {
  readonly path: string;
  readonly data: string;
  readonly classes: readonly string[];
  readonly model: Model;
  readonly pixels: string | undefined;
  readonly standing: Standing;
  /** Why it may not have seen the images as in training. */
  readonly doubts: readonly string[];
  readonly methods: readonly ScoredExplainer[];
  /** The first of the explained images, [n, C, H, W], and their labels. */
  readonly shown: Tensor;
  readonly labels: readonly number[];
  readonly command: string;
  readonly threads: Crew;
}

/** Images whose maps stand on the page unless asked otherwise. */
export const SHOWN = 6;

export const evaluate = (options: Options, path: string, signal: AbortSignal): Promise<void> =>
  onThreads(options, (threads) => evaluateOn(threads, options, path, signal));

async function evaluateOn(
  threads: Crew,
  options: Options,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const isJson = options.json === true;
  const t = terminal(isJson ? process.stderr : process.stdout);
  const methods = methodsOf(options);
  checkMeasures(options, methods);
  const found = await openModel(options, path);
  const data = await loadHeldOut(options, found, t, signal);
  const opened = asOverPixels(found, data.classes.length);
  const { model, pixels } = opened;
  checkFits("evaluate", model, data);
  t.line(`model    ${basename(path)}, pixels ${pixels ?? UNSAID_PIXELS}`);
  const doubts = doubtsOf(opened, data, threads);
  for (const line of doubtLines(doubts, t)) t.line(line);
  const standing = measured(model, data, methods, options, t, signal, threads);
  const indices = standing.explained.indices.slice(0, options.maps ?? SHOWN);
  const evaluated: Evaluated = {
    path,
    data: data.name,
    classes: data.classes,
    model,
    pixels,
    standing,
    doubts,
    methods,
    shown: imageBatch(data.validation.images, indices),
    labels: indices.map((i) => data.validation.labels[i]),
    command: commandAgain("evaluate", [path], options),
    threads,
  };
  const { out = "evaluation" } = options;
  const [pagePath, jsonPath] = [join(out, "evaluation.html"), join(out, "evaluation.json")];
  const record = { model: path, data: data.name, pixels, doubts, ...standing };
  await writeAtomically(pagePath, pageHtml(evaluationPage(evaluated)));
  await writeAtomically(jsonPath, `${JSON.stringify(record, null, 2)}\n`);
  if (isJson) process.stdout.write(`${JSON.stringify({ page: pagePath, ...record })}\n`);
  for (const line of [
    ...evaluationLines(standing, data.name, t, options.measures !== undefined),
    ...doubtLines(doubts, t),
  ])
    t.line(line);
  t.line(`page     ${pagePath}  ${t.style("dim", pathToFileURL(pagePath).href)}`);
}

/** The standing of a model, with a line of progress. */
function measured(
  model: Model,
  data: Parameters<typeof standingOf>[1],
  explainers: readonly ScoredExplainer[],
  options: Options,
  t: Terminal,
  signal: AbortSignal,
  threads: Crew,
): Standing {
  const { measures, explained, seed } = options;
  const line = progressLine(t);
  const standing = standingOf(model, data, {
    explainers,
    threads,
    ...(measures && { measures }),
    ...(explained !== undefined && { explained }),
    ...(seed !== undefined && { seed }),
    signal,
    onProgress: ({ key, share }) => line(share, titleOf(key)),
  });
  t.settle();
  return standing;
}
