/** The command line that makes a study again. */

import { namedArm } from "../study/arms.js";
import { type PresetName, presets } from "../study/presets.js";
import { type StudyConfig, studyConfig } from "../study/types.js";

/** A name as a shell takes it: quoted where it must be. */
export const quoted = (word: string): string =>
  /^(?!#)[\w./:,=@+#-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** "10" for 0 … 9, "3,5,8" for other lists. */
const seedsWord = (seeds: readonly number[]): string =>
  seeds.length > 1 && seeds.every((seed, i) => seed === i)
    ? `${seeds.length}`
    : `${seeds.join(",")},`;

type Option = readonly [name: string, value: string | number];

/** The shortest command for the design, or the one that reads it from a file where options cannot say all of it. */
export function studyCommand(config: StudyConfig): string {
  const bases = [undefined, ...Object.keys(presets).filter(isPreset)];
  const found = bases
    .map((preset) => optionsOf(config, preset))
    .filter((options) => options !== undefined)
    .sort((a, b) => a.length - b.length);
  const options: readonly Option[] = found[0] ?? [["--config", "design.json"]];
  const words = options.flatMap(([name, value]) => [name, quoted(`${value}`)]);
  return ["npx normlens study", ...words].join(" ");
}

const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name);

/** Options that make this design out of a preset or the default one; undefined if there are none. */
function optionsOf(config: StudyConfig, preset: PresetName | undefined): Option[] | undefined {
  const base = studyConfig.parse(preset === undefined ? {} : presets[preset].config);
  if (!same(expressible(base, config), config)) return undefined;
  const known = new Map(valuesOf(base));
  const options = valuesOf(config).flatMap(([name, value]): Option[] => {
    const said =
      value !== undefined && (value !== known.get(name) || (!preset && always.has(name)));
    return said ? [[name, value]] : [];
  });
  return preset === undefined ? options : [["--preset", preset], ...options];
}

/** Said even where it is the default, so that the command tells what was done. */
const always = new Set(["--data", "--model", "--arms", "--seeds", "--epochs"]);

type Value = readonly [name: string, value: string | number | undefined];

const valuesOf = ({ dataset, model, arms, seeds, optimiser, ...rest }: StudyConfig): Value[] => [
  ["--data", dataset.name],
  ["--data-dir", dataset.dataDir],
  ["--train-images", dataset.train],
  ["--validation-images", dataset.validation],
  ["--model", model.name],
  ["--depth", model.depth],
  ["--arms", arms.map((arm) => arm.name).join(",")],
  ["--placement", placementOf(arms)],
  ["--seeds", seedsWord(seeds)],
  ["--epochs", rest.epochs],
  ["--batch-size", rest.batchSize],
  ["--learning-rate", optimiser.learningRate],
  ["--rates", rest.rates.join(",")],
  ["--checkpoints", rest.checkpoints.join(",")],
  ["--measures", rest.measures?.join(",")],
  ["--explainers", rest.explainers.join(",")],
];

/** Where the norm stands in all arms that do not say so by their name. */
const placementOf = (arms: StudyConfig["arms"]): "after" | "before" | undefined =>
  arms.find(({ name }) => namedArm(name).placement === undefined)?.placement;

/** The base with everything that options can set taken from `config`. */
function expressible(
  base: StudyConfig,
  { dataset, model, arms, seeds, ...rest }: StudyConfig,
): StudyConfig {
  const { name, dataDir } = dataset;
  const placement = placementOf(arms);
  const train = dataset.train ?? base.dataset.train;
  const validation = dataset.validation ?? base.dataset.validation;
  return {
    ...base,
    dataset: {
      ...base.dataset,
      name,
      ...(dataDir !== undefined && { dataDir }),
      ...(train !== undefined && { train }),
      ...(validation !== undefined && { validation }),
    },
    model,
    arms: arms.map(({ name }) => namedArm(name, placement)),
    seeds,
    epochs: rest.epochs,
    batchSize: rest.batchSize,
    optimiser: { ...base.optimiser, learningRate: rest.optimiser.learningRate },
    rates: rest.rates,
    checkpoints: rest.checkpoints,
    ...(rest.measures && { measures: rest.measures }),
    explainers: rest.explainers,
  };
}

/** Equal as JSON, whatever the order of the keys. */
const same = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b);

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
