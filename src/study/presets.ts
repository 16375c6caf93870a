/** Ready-made designs. Adding one is an entry here. */

import type { StudyConfigInput } from "./types.js";

interface Preset {
  /** One phrase for menus and help. */
  readonly title: string;
  readonly config: StudyConfigInput;
}

export const presets = {
  smoke: {
    title: "two tiny trials per arm: does everything work?",
    config: {
      dataset: { name: "glyphs", train: 320, validation: 100 },
      arms: ["none", "batch"],
      seeds: 2,
      epochs: 2,
      measureOptions: {
        stepsToTarget: { target: 0.2, window: 5 },
        gradientNoiseScale: { batches: 8, checkpoints: 1 },
        ligs: { draws: 2 },
      },
      explained: 10,
      pictured: 3,
    },
  },
  quick: {
    title: "Batch Norm against none on glyphs, ten paired seeds, about a minute",
    config: {
      dataset: { name: "glyphs" },
      arms: ["none", "batch"],
      seeds: 10,
      epochs: 4,
      explained: 64,
    },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
