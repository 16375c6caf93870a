/** The options of study alone. */

import { armNames, checkpointNames, methodNames, presetNames, rateNames } from "./names.js";
import { aSwitch, option } from "./option-spec.js";
import { choice, choices, seeds, whole, word } from "./values.js";

export const studyOptions = {
  arms: option({
    flags: "--arms <names>",
    commands: ["study"],
    help: `what to compare, the first is the baseline: ${armNames.join(", ")}`,
    fallback: "none,batch",
    read: choices(armNames),
  }),
  seeds: option({
    flags: "--seeds <n or list>",
    commands: ["study"],
    help: "paired seeds: a number, or a list such as 3,5,8; below 6 no verdict is given",
    fallback: "10",
    read: seeds,
  }),
  rates: option({
    flags: "--rates <rules>",
    commands: ["study"],
    help: `learning rates of the arms: ${rateNames.join(", ")}; tuned is each arm's best on held-out training images`,
    fallback: "shared",
    read: choices(rateNames),
  }),
  checkpoints: option({
    flags: "--checkpoints <rules>",
    commands: ["study"],
    help: `when models are compared, after equal: ${checkpointNames.join(", ")}`,
    fallback: "epochs",
    read: choices(checkpointNames),
  }),
  explainers: option({
    flags: "--explainers <names>",
    commands: ["study"],
    help: `whose maps are scored: ${methodNames.join(", ")}`,
    fallback: "saliency,integratedGradients",
    read: choices(methodNames),
  }),
  dryRun: option({
    flags: "--dry-run",
    commands: ["study"],
    help: "say what would be done, what it costs and what it can show, and do nothing",
    read: aSwitch,
  }),
  workers: option({
    flags: "--workers <n>",
    commands: ["study"],
    help: "trials at once; the results are the same for any number",
    fallback: "as the processor has",
    read: whole(1, 1024),
  }),
  preset: option({
    flags: "--preset <name>",
    commands: ["study"],
    help: `a ready-made design, which other options change: ${presetNames.join(", ")}`,
    read: choice(presetNames),
  }),
  config: option({
    flags: "--config <file>",
    commands: ["study"],
    help: "the whole design from a JSON file (a report's “whole design”, or a study.json)",
    read: word,
  }),
} as const;
