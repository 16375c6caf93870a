/** A study of seconds, for tests of how studies run. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StudyConfigInput } from "../../src/study/types.js";

export const tiny: StudyConfigInput = {
  dataset: { name: "glyphs", train: 96, validation: 24 },
  arms: ["none", "batch"],
  seeds: 2,
  epochs: 2,
  rates: ["shared", "tuned"],
  tuning: { rates: [0.003, 0.03], seeds: 1 },
  checkpoints: ["epochs", "accuracy"],
  batchSize: 16,
  measures: [
    "validationAccuracy",
    "trainLoss",
    "stepsToTarget",
    "gradientNoiseScale",
    "stepTime",
    "ligs",
    "deletion/saliency",
    "sparseness/integratedGradients",
    "relevanceMass/saliency",
    "classSelectivity",
  ],
  measureOptions: {
    gradientNoiseScale: { batches: 4, checkpoints: 2 },
    ligs: { draws: 2 },
    stepsToTarget: { target: 0.2, window: 2 },
    deletion: { rowsPerStep: 7 },
  },
  explained: 6,
  pictured: 2,
};

export const sha256 = (path: string): string =>
  createHash("sha256").update(readFileSync(path)).digest("hex");

/** Hashes of all files of a study that its result depends on: timings differ from run to run. */
export const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    ["study.json", ...readdirSync(join(folder, "trials")).map((name) => `trials/${name}`)]
      .filter((name) => !name.endsWith(".tmp"))
      .sort()
      .map((name) => [name, sha256(join(folder, name))]),
  );
