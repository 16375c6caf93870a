/** The options of all commands, each declared once. */

import { evaluateOptions } from "./evaluate-options.js";
import { explainOptions } from "./explain-options.js";
import { modelOptions } from "./model-options.js";
import { arithmeticNames, dataNames, modelNames, normNames, placementNames } from "./names.js";
import { aSwitch, type CommandName, type OptionSpec, option } from "./option-spec.js";
import { studyOptions } from "./study-options.js";
import { choice, keys, positive, type Reader, whole, word } from "./values.js";

/** "CIFAR-10" is cifar10: with a folder any name is one's own, and would take the classes' names away. */
const dataName: Reader<string> = (text, flag) => {
  const letters = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return dataNames.find((name) => letters(name) === letters(text)) ?? word(text, flag);
};

const both = ["train", "study"] as const;
const oneDocument = "one JSON document on standard output, nothing else there";
const datasetHelp = `dataset: ${dataNames.join(", ")}; with --data-dir any name of your own`;

const WITHIN_REACH =
  "all that ask for no more than the model and images, and for at most 10 passes per image, of a small model as if there were a thousand";

export const optionTable = {
  data: option({
    flags: "--data <name>",
    commands: [...both, "explain", "audit", "evaluate", "compare"],
    help: {
      train: datasetHelp,
      study: datasetHelp,
      explain: `names the classes, and is the background of expectedGradients: ${dataNames.join(", ")}`,
      audit: `${datasetHelp}; its validation images are looked at`,
      evaluate: `${datasetHelp}; its validation images are looked at`,
      compare: `${datasetHelp}; its validation images are looked at`,
    },
    fallback: {
      train: "glyphs",
      study: "glyphs",
      audit: "glyphs",
      evaluate: "glyphs",
      compare: "glyphs",
    },
    read: dataName,
  }),
  dataDir: option({
    flags: "--data-dir <dir>",
    commands: [...both, "explain", "audit", "evaluate", "compare"],
    help: "read the dataset's files (IDX, CIFAR-10 binary, npz, folders of images) from here; nothing is downloaded",
    read: word,
  }),
  trainImages: option({
    flags: "--train-images <n>",
    commands: both,
    help: "use the first n training images",
    fallback: "all",
    read: whole(1),
  }),
  validationImages: option({
    flags: "--validation-images <n>",
    commands: [...both, "evaluate", "compare"],
    help: "use the first n validation images",
    fallback: "all",
    read: whole(1),
  }),
  model: option({
    flags: "--model <name>",
    commands: both,
    help: `network: ${modelNames.join(", ")}`,
    fallback: "seed",
    read: choice(modelNames),
  }),
  depth: option({
    flags: "--depth <n>",
    commands: both,
    help: "blocks of plain, hidden layers of mlp or linear",
    fallback: "the network's own",
    read: whole(1, 64),
  }),
  norm: option({
    flags: "--norm <name>",
    commands: ["train"],
    help: `normalisation: ${normNames.join(", ")}`,
    fallback: "batch",
    read: choice(normNames),
  }),
  ...studyOptions,
  placement: option({
    flags: "--placement <place>",
    commands: both,
    help: `where the norm stands, ${placementNames.join(" or ")} the activation`,
    fallback: "the network's own",
    read: choice(placementNames),
  }),
  epochs: option({
    flags: "--epochs <n>",
    commands: both,
    help: "passes over the training images",
    fallback: "10",
    read: whole(1, 1_000_000),
  }),
  batchSize: option({
    flags: "--batch-size <n>",
    commands: both,
    help: "images per step",
    fallback: "32",
    read: whole(2, 1_000_000),
  }),
  learningRate: option({
    flags: "--learning-rate <x>",
    commands: both,
    help: "learning rate of Adam",
    fallback: "0.001",
    read: positive,
  }),
  seed: option({
    flags: "--seed <n>",
    commands: [...both, "explain", "evaluate", "compare"],
    help: {
      explain: "drives what methods draw",
      evaluate: "drives what is drawn: images, noise, orders",
      compare: "drives what is drawn: images, noise, orders",
      train: "drives starting weights and the order of images",
      study: "first seed, when --seeds is a number",
    },
    fallback: "0",
    read: whole(0, 2 ** 32 - 1),
  }),
  threads: option({
    flags: "--threads <n>",
    commands: ["train", "explain", "audit", "evaluate", "compare"],
    help: "threads that share the work; the bits are the same for any number",
    fallback: "as the processor has, at most 8",
    read: whole(1, 64),
  }),
  arithmetic: option({
    flags: "--arithmetic <name>",
    commands: [...both, "explain"],
    help: `of training, or of explanations: ${arithmeticNames.join(", ")}; exact gives the same bits on every machine, fused is faster`,
    fallback: "exact",
    read: choice(arithmeticNames),
  }),
  measures: option({
    flags: "--measures <keys>",
    commands: ["study", "evaluate", "compare"],
    help: "what to measure: names that `normlens measures` lists, or keys such as deletion/gradCam",
    fallback: {
      study: "the usual ones",
      evaluate: WITHIN_REACH,
      compare: WITHIN_REACH,
    },
    read: keys,
  }),
  ...explainOptions,
  ...evaluateOptions,
  ...modelOptions,
  out: option({
    flags: "--out <dir>",
    commands: ["train", "study", "report", "explain", "audit", "evaluate", "compare"],
    help: {
      evaluate: "folder for evaluation.html and evaluation.json",
      compare: "folder for comparison.html and comparison.json",
      explain: "folder for explain.html, pictures (PNG) and maps (npy)",
      audit: "folder for audit.html and audit.json",
      train: "folder for the model and its history",
      study: "folder for trials, study.json and report.html; an interrupted study goes on there",
      report: "where report.html is written",
    },
    fallback: {
      explain: "explanations",
      audit: "audit",
      evaluate: "evaluation",
      compare: "comparison",
      train: "models/DATA-MODEL-NORM-SEED",
      study: "studies/DATA-MODEL, or studies/PRESET",
      report: "the study's own folder",
    },
    read: word,
  }),
  port: option({
    flags: "--port <n>",
    commands: ["serve"],
    help: "port of this machine's own address",
    fallback: "any that is free",
    read: whole(0),
  }),
  json: option({
    flags: "--json",
    commands: [
      "train",
      "study",
      "report",
      "explain",
      "fold",
      "audit",
      "measures",
      "claims",
      "inspect",
      "evaluate",
      "compare",
      "convert",
    ],
    help: {
      train: "one JSON document per line and epoch on standard output, nothing else there",
      study: oneDocument,
      report: oneDocument,
      explain: oneDocument,
      fold: oneDocument,
      audit: oneDocument,
      measures: oneDocument,
      claims: oneDocument,
      inspect: oneDocument,
      evaluate: oneDocument,
      compare: oneDocument,
      convert: oneDocument,
    },
    read: aSwitch,
  }),
} as const;

type Table = typeof optionTable;
/** What a command gets: the options that were given, read. */
export type Options = {
  readonly [K in keyof Table]?: Table[K] extends OptionSpec<infer T> ? T | undefined : never;
};

/** The entries of a command, in the order of the table. */
export const optionsOf = (command: CommandName): [keyof Table, OptionSpec<unknown>][] =>
  (Object.entries(optionTable) as [keyof Table, OptionSpec<unknown>][]).filter(([, spec]) =>
    spec.commands.includes(command),
  );

/** A text that may differ between commands. */
export const forCommand = (
  text: string | Partial<Record<CommandName, string>> | undefined,
  command: CommandName,
): string | undefined => (typeof text === "object" ? text[command] : text);
