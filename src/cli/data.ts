/** The dataset that options ask for, with a live line while it is fetched. */

import { z } from "zod";
import { withClasses } from "../data/classes.js";
import { DIFFICULTIES, type DifficultyName } from "../data/glyphs/options.js";
import type { Dataset } from "../data/index.js";
import { type LoadOptions, loadDataset } from "../data/load.node.js";
import type { Fit } from "../formats/fitting.js";
import type { Model } from "../model/index.js";
import type { StudyConfig } from "../study/types.js";
import { fail } from "../tensor/errors.js";
import { hint } from "../tensor/suggest.js";
import { classNames } from "./class-names.js";
import { progressLine } from "./display/progress.js";
import type { Terminal } from "./display/terminal.js";
import { bar, percent } from "./display/words.js";
import { dataNames } from "./names.js";
import type { Options } from "./options.js";

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Refuses a name that is neither in the table nor comes with a folder. */
export function checkDataName({ data, dataDir }: Options): void {
  if (data === undefined || dataDir !== undefined || dataNames.includes(data)) return;
  fail(
    "option",
    `--data: got "${data}", expected one of ${dataNames.join(", ")}, or any name with --data-dir${hint(data, dataNames)}`,
  );
}

/** A line for each file that is being downloaded. */
export function downloadLine(t: Terminal) {
  return ({ file, received, total }: { file: string; received: number; total: number }): void => {
    const share = total === 0 ? 0 : received / total;
    t.live([
      `${t.style("cyan", bar(share, 24))} ${percent(share, 0).padStart(5)}  ${file}  ${megabytes(received)} of ${megabytes(total)}`,
    ]);
  };
}

/** For a finished model: its validation images in the size that the model takes, classes in the order of its outputs. */
export async function loadHeldOut(
  options: Options,
  { model, fits }: { readonly model: Model; readonly fits: readonly Fit[] },
  t: Terminal,
  signal: AbortSignal,
  validation?: number,
): Promise<Dataset> {
  const how = { fits, isHeldOut: true, ...(validation !== undefined && { validation }) };
  const dataset = await loadData(options, t, signal, how);
  const names = await classNames(options, model);
  return names ? withClasses(dataset, names) : dataset;
}

export async function loadData(
  options: Options,
  t: Terminal,
  signal: AbortSignal,
  how: Pick<LoadOptions, "fits" | "isHeldOut" | "validation"> = {},
): Promise<Dataset> {
  checkDataName(options);
  const { data = "glyphs", dataDir, trainImages, validationImages } = options;
  const line = progressLine(t);
  const dataset = await loadDataset(data, {
    ...how,
    ...(dataDir !== undefined && { dataDir }),
    ...(trainImages !== undefined && { train: trainImages }),
    ...(validationImages !== undefined && { validation: validationImages }),
    onProgress: downloadLine(t),
    onPicture: (done, of) => line(done / of, "reading pictures"),
    signal,
  });
  t.settle();
  return dataset;
}

/** The dataset of a study's design; its options are those of the generator. */
export async function loadStudyData(
  { dataset }: StudyConfig,
  t: Terminal,
  signal: AbortSignal,
): Promise<Dataset> {
  const { name, dataDir, train, validation, options } = dataset;
  const loaded = await loadDataset(name, {
    ...generatorOptions(options),
    ...(dataDir !== undefined && { dataDir }),
    ...(train !== undefined && { train }),
    ...(validation !== undefined && { validation }),
    onProgress: downloadLine(t),
    signal,
  });
  t.settle();
  return loaded;
}

const generatorSchema = z.strictObject({
  size: z.number().optional(),
  channels: z.literal([1, 3]).optional(),
  difficulty: z.enum(Object.keys(DIFFICULTIES) as DifficultyName[]).optional(),
  seed: z.union([z.number(), z.string()]).optional(),
});

function generatorOptions(options: StudyConfig["dataset"]["options"]): LoadOptions {
  const parsed = generatorSchema.safeParse(options);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      ({ path, message }) => `\n  ${["dataset.options", ...path].join(".")}: ${message}`,
    );
    return fail("option", `study configuration: ${lines.length} to correct${lines.join("")}`);
  }
  const { size, channels, difficulty, seed } = parsed.data;
  return {
    ...(size !== undefined && { size }),
    ...(channels && { channels }),
    ...(difficulty && { difficulty }),
    ...(seed !== undefined && { seed }),
  };
}
