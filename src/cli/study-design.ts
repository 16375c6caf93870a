/** The design of a study: a preset or a file, changed by options. */

import { basename, join } from "node:path";
import { readFileLimited } from "../formats/files.node.js";
import { namedArm } from "../study/arms.js";
import { type PresetName, presets } from "../study/presets.js";
import { STUDY_FORMAT, type StudyConfigInput, studyConfig } from "../study/types.js";
import { fail } from "../tensor/errors.js";
import { checkDataName } from "./data.js";
import type { Options } from "./options.js";

/** Largest design file, and largest study.json, that is read. */
const LIMIT = 2 ** 28;

const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name);

/** What the options ask for, not yet checked as a whole: `planStudy` names everything that is wrong with it. */
export async function designOf(options: Options): Promise<unknown> {
  checkDataName(options);
  if (options.preset !== undefined && options.config !== undefined)
    fail("option", "study: got --preset and --config, expected one of them");
  const base: Record<string, unknown> =
    options.config !== undefined
      ? await designFile(options.config)
      : { ...presetOf(options.preset) };
  return { ...base, ...changes(options, base) };
}

const presetOf = (name: string | undefined): StudyConfigInput =>
  name !== undefined && isPreset(name) ? presets[name].config : {};

/** A design as JSON, or the design in a study.json. */
async function designFile(path: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await readFileLimited(path, { limit: LIMIT })));
  } catch (error) {
    if (error instanceof SyntaxError)
      fail("file", `${path}: got no JSON (${error.message}), expected a design`, error);
    throw error;
  }
  const design = isObject(value) && value.format === STUDY_FORMAT ? value.config : value;
  if (!isObject(design))
    return fail("file", `${path}: got no object, expected a design or a study.json`);
  const { $schema: _, ...rest } = design; // tells editors what it is
  return rest;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The entries that the options set, merged with those of the base that they leave. */
export function changes(options: Options, base: Record<string, unknown>): Record<string, unknown> {
  const part = (key: string): Record<string, unknown> => {
    const value = base[key];
    return isObject(value) ? value : {};
  };
  const {
    data,
    dataDir,
    trainImages,
    validationImages,
    model,
    depth,
    epochs,
    batchSize,
    learningRate,
    arithmetic,
    rates,
    checkpoints,
    measures,
    explainers,
  } = options;
  const dataset = given({ name: data, dataDir, train: trainImages, validation: validationImages });
  const network = given({ name: model, depth });
  const seeds = seedsOf(options, base);
  const arms = armsOf(options, base);
  return {
    ...(dataset && { dataset: { ...part("dataset"), ...dataset } }),
    ...(network && { model: { ...part("model"), ...network } }),
    ...(arms && { arms }),
    ...(options.arms && { baseline: undefined }),
    ...(seeds && { seeds }),
    ...given({ epochs, batchSize, arithmetic, rates, checkpoints, measures, explainers }),
    ...(learningRate !== undefined && { optimiser: { ...part("optimiser"), learningRate } }),
  };
}

/** The entries that have a value; undefined if none has. */
function given(values: Record<string, unknown>): Record<string, unknown> | undefined {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** --seeds 10 --seed 100 means 100 … 109. */
function seedsOf(
  { seed, seeds }: Options,
  base: Record<string, unknown>,
): readonly number[] | number | undefined {
  if (seed === undefined) return seeds;
  if (typeof seeds === "object")
    fail("option", "study: got --seed and a list in --seeds, expected a number in --seeds");
  const from =
    typeof base.seeds === "number"
      ? base.seeds
      : Array.isArray(base.seeds)
        ? base.seeds.length
        : 10;
  return Array.from({ length: seeds ?? from }, (_, i) => seed + i);
}

/** The arms, each with the placement if one is given and it has none of its own. */
function armsOf(
  { arms: names, placement }: Options,
  base: Record<string, unknown>,
): unknown[] | undefined {
  if (names === undefined && placement === undefined) return undefined;
  const arms: readonly unknown[] =
    names ?? (Array.isArray(base.arms) ? base.arms : studyConfig.parse({}).arms);
  if (placement !== "after" && placement !== "before") return [...arms];
  return arms.map((arm) =>
    typeof arm === "string"
      ? namedArm(arm, placement)
      : isObject(arm)
        ? { placement, ...arm }
        : arm,
  );
}

/** The folder of a study: what was asked for, or a name that tells the design. */
export function studyFolder(options: Options): string {
  if (options.out !== undefined) return options.out;
  const { preset, config, data = "glyphs", model = "seed" } = options;
  const name =
    preset ?? (config === undefined ? `${data}-${model}` : basename(config).replace(/\.json$/, ""));
  return join("studies", name);
}
