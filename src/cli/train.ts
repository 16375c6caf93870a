/** `normlens train`: one network, live curves, a saved model. */

import { join } from "node:path";
import type { Dataset } from "../data/index.js";
import { saveModel } from "../formats/checkpoint.node.js";
import { writeAtomically } from "../formats/files.node.js";
import { PREPROCESSING_KEY, plainPixels, showPreprocessing } from "../formats/preprocessing.js";
import { type Arithmetic, arithmetics, checkArithmetic } from "../kernels/arithmetic.js";
import {
  deepNames,
  type Graph,
  initialise,
  type Model,
  type NormName,
  norms,
  type Placement,
  parameterCount,
  type ZooName,
  zoo,
} from "../model/index.js";
import { LIBRARY_VERSION } from "../study/version.js";
import { fail, random } from "../tensor/index.js";
import { adam, fit } from "../training/index.js";
import { loadData } from "./data.js";
import { type Terminal, terminal } from "./display/terminal.js";
import { percent, plural, thousands } from "./display/words.js";
import type { Options } from "./options.js";
import { threadsOf } from "./threads.js";
import { checkpoints } from "./train-checkpoint.js";
import { type EpochLine, epochLine } from "./train-record.js";
import { epochRow, follow, liveLines, type TrainState, tableHeader } from "./train-view.js";

const isModel = (name: string): name is ZooName => Object.hasOwn(zoo, name);
const isNorm = (name: string): name is NormName => Object.hasOwn(norms, name);
const isArithmetic = (name: string): name is Arithmetic => arithmetics.some((a) => a === name);
const isPlacement = (name: string): name is Placement => name === "before" || name === "after";

/** Everything that the result depends on, with nothing left to default. */
export interface Recipe {
  readonly data: string;
  readonly fingerprint: string;
  readonly model: ZooName;
  readonly depth: number | undefined;
  readonly norm: NormName;
  readonly placement: Placement;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly arithmetic: Arithmetic;
}

function recipeOf(options: Options, dataset: Dataset): Recipe {
  const { model = "seed", norm = "batch", depth, placement, arithmetic = "exact" } = options;
  if (!isModel(model) || !isNorm(norm) || !isArithmetic(arithmetic))
    return fail("option", `train: got ${model} with ${norm}, ${arithmetic}`);
  checkArithmetic(arithmetic);
  if (depth !== undefined && !deepNames.includes(model))
    fail("option", `--depth: got ${depth} for ${model}, expected it for ${deepNames.join(", ")}`);
  return {
    data: dataset.name,
    fingerprint: dataset.fingerprint,
    model,
    depth,
    norm,
    placement: placement !== undefined && isPlacement(placement) ? placement : zoo[model].placement,
    epochs: options.epochs ?? 10,
    batchSize: options.batchSize ?? 32,
    learningRate: options.learningRate ?? 0.001,
    seed: options.seed ?? 0,
    arithmetic,
  };
}

const graphOf = ({ model, norm, placement, depth }: Recipe, { train, classes }: Dataset): Graph =>
  zoo[model]({
    norm,
    placement,
    inputShape: train.images.shape,
    classes: classes.length,
    ...(depth !== undefined && { depth }),
  });

export async function train(options: Options, signal: AbortSignal): Promise<void> {
  const isJson = options.json === true;
  const t = terminal(isJson ? process.stderr : process.stdout);
  const emit = (value: unknown): void => {
    if (isJson) process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  const threads = threadsOf(options);
  const dataset = await loadData(options, t, signal);
  const recipe = recipeOf(options, dataset);
  const folder =
    options.out ?? join("models", [recipe.data, recipe.model, recipe.norm, recipe.seed].join("-"));
  const graph = graphOf(recipe, dataset);
  const model = initialise(graph, random(recipe.seed));
  announce(recipe, dataset, graph, threads, t);
  emit({
    kind: "start",
    ...recipe,
    threads,
    parameters: parameterCount(graph),
    library: LIBRARY_VERSION,
  });
  const result = await run({ recipe, dataset, model, threads, folder, signal, t, emit });
  const path = join(folder, "model.safetensors");
  await saveModel(result.model, path, {
    recipe: JSON.stringify(recipe),
    library: LIBRARY_VERSION,
    [PREPROCESSING_KEY]: showPreprocessing(plainPixels),
  });
  const historyPath = join(folder, "history.json");
  await writeAtomically(
    historyPath,
    `${JSON.stringify({ recipe, library: LIBRARY_VERSION, epochs: result.history }, null, 2)}\n`,
  );
  await checkpoints(folder, recipe).remove();
  emit({ kind: "end", model: path, history: historyPath, final: result.history.at(-1) ?? null });
  conclude(result.history, path, recipe, t);
}

interface Run {
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  readonly model: Model;
  readonly threads: number;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly t: Terminal;
  readonly emit: (value: unknown) => void;
}

/** Trains, or goes on with a training that was interrupted, and shows how it goes. */
async function run({
  recipe,
  dataset,
  model,
  threads,
  folder,
  signal,
  t,
  emit,
}: Run): Promise<{ model: Model; history: EpochLine[] }> {
  const store = checkpoints(folder, recipe);
  const kept = await store.load();
  const history: EpochLine[] = kept?.history ?? [];
  const { epochs, batchSize, learningRate, seed, arithmetic } = recipe;
  const perEpoch = Math.ceil(dataset.train.images.count / batchSize);
  const resumedAt = kept?.checkpoint.trainer.step ?? 0;
  const state: TrainState = {
    epochs,
    steps: epochs * perEpoch,
    resumedAt,
    startedAt: performance.now(),
    losses: [],
    step: resumedAt,
    epoch: kept?.checkpoint.epoch ?? 1,
    loss: 0,
    accuracy: 0,
    imagesPerSecond: 0,
  };
  if (kept)
    t.line(
      `going on from epoch ${kept.checkpoint.epoch}, step ${thousands(resumedAt)} (${store.path})`,
    );
  let isSaved = false;
  if (t.isLive) t.line(tableHeader(t));
  for (const line of history) t.line(epochRow(line, epochs, t));
  const records = fit(model, dataset, {
    epochs,
    batchSize,
    seed,
    threads,
    arithmetic,
    signal,
    optimiser: adam({ learningRate }),
    onCheckpoint: async (checkpoint) => {
      if (!signal.aborted) return;
      await store.save(checkpoint, history);
      isSaved = true;
    },
    ...(kept && { resume: kept.checkpoint }),
  });
  try {
    for (;;) {
      const next = await records.next();
      if (next.done) return { model: next.value.model, history };
      if (next.value.kind === "step") {
        follow(state, next.value);
        t.live(liveLines(state, t));
      } else {
        const line = epochLine(next.value);
        history.push(line);
        emit(line);
        t.line(epochRow(line, epochs, t));
        t.live(liveLines(state, t));
      }
    }
  } finally {
    t.settle();
    if (isSaved) t.line(`saved ${store.path}; the same command goes on from there`);
  }
}

function announce(
  recipe: Recipe,
  dataset: Dataset,
  graph: Graph,
  threads: number,
  t: Terminal,
): void {
  const { train, validation } = dataset;
  t.line(
    `${t.style("bold", `${recipe.model} with ${norms[recipe.norm].title}`)} on ${recipe.data}: ` +
      `${thousands(train.images.count)} + ${thousands(validation.images.count)} images of ${train.images.shape.join("×")}`,
  );
  t.line(
    t.style(
      "dim",
      `${thousands(parameterCount(graph))} parameters, ${plural(recipe.epochs, "epoch")} of batches of ${recipe.batchSize}, ` +
        `Adam at ${recipe.learningRate}, seed ${recipe.seed}, ${plural(threads, "thread")}` +
        (recipe.arithmetic === "exact" ? "" : `, ${recipe.arithmetic} arithmetic`),
    ),
  );
}

function conclude(history: readonly EpochLine[], path: string, recipe: Recipe, t: Terminal): void {
  const last = history.at(-1);
  t.line();
  if (last?.validation)
    t.line(
      `validation accuracy ${t.style(["bold", "green"], percent(last.validation.accuracy))} after ${plural(last.epoch, "epoch")}`,
    );
  t.line(`model    ${path}`);
  const other = recipe.norm === "none" ? "batch" : "none";
  const again = `normlens train --data ${recipe.data} --norm ${other}`;
  t.line(t.style("dim", `next     ${again}    the same with ${norms[other].title}`));
  t.line(
    t.style(
      "dim",
      `         normlens study --data ${recipe.data}    what Batch Norm does, over paired seeds`,
    ),
  );
}
