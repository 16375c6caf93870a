/** From a configuration to the list of trials, and from a trial to its name. */

import type { z } from "zod";
import {
  expandMeasures,
  type Measure,
  measureNames,
  measures,
  parseKey,
  scoredExplainers,
  wordProblem,
} from "../measures/index.js";
import { deepNames, type NormName, norms, zoo } from "../model/index.js";
import { fail } from "../tensor/errors.js";
import { armNames } from "./arms.js";
import { canonicalJson, hashText } from "./canonical.js";
import { type Arm, type StudyConfig, studyConfig, type Trial } from "./types.js";
import { LIBRARY_VERSION, RESULT_VERSION } from "./version.js";
import { trialsOf } from "./waves.js";

/** One thing that is wrong with a configuration. */
export interface ConfigIssue {
  /** Where: "arms.1.norm". */
  readonly path: string;
  /** What kind of mistake, for programs. */
  readonly code: string;
  readonly message: string;
}

export interface StudyPlan {
  readonly config: StudyConfig;
  /** Those of the arms as they stand, seed by seed, all arms of a seed one after another. What tuning and equal
   *  checkpoints add is known as the study runs. */
  readonly trials: readonly Trial[];
}

/** Reads a configuration and lists its trials; throws one error that names everything that is wrong with it. */
export function planStudy(input: unknown): StudyPlan {
  const checked = checkConfig(input);
  if ("config" in checked) return { config: checked.config, trials: trialsOf(checked.config) };
  const lines = checked.issues.map(
    ({ path, message }) => `\n  ${path || "configuration"}: ${message}`,
  );
  return fail(
    "option",
    `study configuration: ${checked.issues.length} to correct${lines.join("")}`,
  );
}

/** The configuration with its defaults, or everything that is wrong with it. */
export function checkConfig(
  input: unknown,
): { config: StudyConfig } | { issues: readonly ConfigIssue[] } {
  const parsed = studyConfig.safeParse(input);
  if (!parsed.success) return { issues: parsed.error.issues.flatMap((issue) => flat(issue)) };
  const issues = meaning(parsed.data);
  return issues.length === 0 ? { config: parsed.data } : { issues };
}

/** zod's issue as ours. Of a union's branches, the one that got furthest says what is wrong. */
function flat(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[] = []): ConfigIssue[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "invalid_union") {
    const depth = (branch: readonly z.core.$ZodIssue[]): number =>
      Math.min(...branch.map((i) => (i.code === "invalid_type" && i.path.length === 0 ? 0 : 1)));
    const best = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
    if (best && depth(best) > 0) return best.flatMap((inner) => flat(inner, path));
  }
  return [{ path: path.join("."), code: issue.code, message: issue.message }];
}

/** What the schema cannot know: names in tables, and parts that must fit together. */
function meaning(config: StudyConfig): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const oneOf = (path: string, got: string, allowed: readonly string[]): void => {
    if (!allowed.includes(got))
      issues.push({
        path,
        code: "unknown_name",
        message: `got "${got}", expected ${list(allowed)}`,
      });
  };
  const unique = (path: string, values: readonly (string | number)[]): void => {
    const seen = new Set<string | number>();
    const twice = values.find((value) => seen.size === seen.add(value).size);
    if (twice !== undefined)
      issues.push({ path, code: "duplicate", message: `got ${twice} twice, expected each once` });
  };
  const { name, depth } = config.model;
  oneOf("model.name", name, Object.keys(zoo));
  if (depth !== undefined && !deepNames.includes(name))
    issues.push({
      path: "model.depth",
      code: "unused_setting",
      message: `got it with ${name}, expected ${list(deepNames)}`,
    });
  const names = config.arms.map(({ name }) => name);
  unique("arms", names);
  unique("seeds", config.seeds);
  unique("rates", config.rates);
  unique("checkpoints", config.checkpoints);
  if (config.baseline !== undefined) oneOf("baseline", config.baseline, names);
  config.explainers.forEach((name, i) => {
    oneOf(`explainers.${i}`, name, scoredExplainers);
  });
  unique("explainers", config.explainers);
  config.measures?.forEach((wanted, i) => {
    const [key] = expandMeasures([wanted], scoredExplainers); // one explainer will do to check a whole measure
    const parts = parseKey(key);
    if ("problem" in parts)
      issues.push({ path: `measures.${i}`, code: "unknown_name", message: parts.problem });
  });
  unique("measures", config.measures ?? []);
  return [
    ...issues,
    ...config.arms.flatMap((arm, i) => armIssues(arm, `arms.${i}`)),
    ...optimiserIssues(config),
    ...measureOptionIssues(config),
  ];
}

const isNorm = (name: string): name is NormName => Object.hasOwn(norms, name);

/** An arm whose parts do not fit together. */
function armIssues(arm: Arm, path: string): ConfigIssue[] {
  const known = Object.keys(norms);
  if (!known.includes(arm.norm)) {
    // A bare name that no arm has became an arm with a norm of that name.
    const isBare = arm.name === arm.norm && Object.keys(arm).length === 2;
    const [place, expected] = isBare ? [path, armNames] : [`${path}.norm`, known];
    const message = `got "${arm.norm}", expected ${list(expected)}`;
    return [{ path: place, code: "unknown_name", message }];
  }
  const kinds = isNorm(arm.norm) ? norms[arm.norm].layers(4, "norm").map(({ kind }) => kind) : [];
  const isBatch = kinds.includes("batchNorm");
  const hasNorm = kinds.some((kind) => kind.endsWith("Norm"));
  const needs: readonly [field: keyof Arm, fits: boolean, what: string][] = [
    ["learns", hasNorm, "one with γ or β"],
    ["freezeAfter", isBatch, "Batch Norm"],
    ["statistics", isBatch, "Batch Norm"],
    ["afterwards", isBatch, "Batch Norm"],
    ["maps", isBatch, "Batch Norm"],
  ];
  return needs.flatMap(([field, fits, what]) =>
    arm[field] === undefined || fits
      ? []
      : [
          {
            path: `${path}.${field}`,
            code: "unused_setting",
            message: `got it with norm ${arm.norm}, expected ${what}`,
          },
        ],
  );
}

/** The settings that an optimiser has besides its learning rate. */
const optimiserSettings = {
  adam: [],
  adamw: ["weightDecay"],
  sgd: ["momentum", "nesterov", "weightDecay"],
} as const satisfies Record<StudyConfig["optimiser"]["name"], readonly string[]>;

/** Settings that would change nothing: of another optimiser, or Nesterov's step without momentum. */
function optimiserIssues({ optimiser }: StudyConfig): ConfigIssue[] {
  const { name, learningRate: _, ...settings } = optimiser;
  const known: readonly string[] = optimiserSettings[name];
  const unused = Object.keys(settings).filter((setting) => !known.includes(setting));
  const issues = unused.map((setting): ConfigIssue => {
    const others = Object.entries(optimiserSettings).filter(
      ([, own]: [string, readonly string[]]) => own.includes(setting),
    );
    const message = `got it with ${name}, expected ${others.map(([other]) => other).join(" or ")}`;
    return { path: `optimiser.${setting}`, code: "unused_setting", message };
  });
  if (name === "sgd" && optimiser.nesterov && !optimiser.momentum)
    issues.push({
      path: "optimiser.nesterov",
      code: "unused_setting",
      message: "got it without momentum, expected a momentum above 0",
    });
  return issues;
}

/** Options of measures: known names, values of the default's type. */
function measureOptionIssues({ measureOptions }: StudyConfig): ConfigIssue[] {
  return Object.entries(measureOptions).flatMap(([measure, options]): ConfigIssue[] => {
    const path = `measureOptions.${measure}`;
    const known = measureNames.find((name) => name === measure);
    if (known === undefined)
      return [{ path, code: "unknown_name", message: `expected ${list(measureNames)}` }];
    const defaults: Readonly<Record<string, unknown>> = measures[known].defaults;
    return Object.entries(options).flatMap(([option, value]): ConfigIssue[] => {
      const place = `${path}.${option}`;
      if (!Object.hasOwn(defaults, option)) {
        const message = `expected ${list(Object.keys(defaults)) || "no options"}`;
        return [{ path: place, code: "unknown_name", message }];
      }
      const usual = defaults[option];
      const isCount = Number.isInteger(usual);
      const isFit =
        typeof value !== "number" || (value > 0 && (!isCount || Number.isInteger(value)));
      const { choices }: Measure = measures[known];
      const unknown = wordProblem(choices, option, value);
      if (unknown !== undefined)
        return [{ path: place, code: "unknown_name", message: `got "${value}", ${unknown}` }];
      if (typeof value === typeof usual && isFit) return [];
      const kind = isCount ? "whole" : "positive";
      const message = `got ${JSON.stringify(value)}, expected a ${kind} number like ${usual}`;
      return [{ path: place, code: "invalid_value", message }];
    });
  });
}

const list = (names: readonly string[]): string => names.join(", ");

/** The name of a trial: the hash of everything its result depends on. Where the data lie is not part of it; what
 *  they are is. */
export function trialHash(trial: Trial, fingerprint: string): string {
  const { dataDir: _, ...dataset } = trial.dataset;
  return hashText(
    canonicalJson({
      trial: { ...trial, dataset },
      data: fingerprint,
      library: LIBRARY_VERSION,
      results: RESULT_VERSION,
    }),
  );
}
