/** What a caller may choose about `glyphs`, and what the difficulties mean. */

import { fail } from "../../tensor/errors.js";

/** [least, most] of a uniform random choice. */
export type Range = readonly [number, number];

/** How pictures vary. Lengths are fractions of the picture's side, levels fractions of full white. */
export interface Difficulty {
  /** Largest rotation either way, in radians. */
  readonly rotation: number;
  /** Height of the digit. */
  readonly height: Range;
  /** Width of the digit relative to its model. */
  readonly stretch: Range;
  /** Largest shear either way. */
  readonly shear: number;
  /** Standard deviation of the smooth warp of control points, in units of the digit's height. */
  readonly warp: number;
  /** Largest shift of the digit's centre either way. */
  readonly shift: number;
  /** Half the width of a stroke. */
  readonly radius: Range;
  /** Difference between digit and background. */
  readonly contrast: Range;
  /** Probability that the digit is darker than the background. */
  readonly inverted: number;
  /** Number of stray strokes, and of fragments of other digits. */
  readonly strays: Range;
  readonly fragments: Range;
  /** Contrast of clutter relative to the digit's. */
  readonly clutter: Range;
  /** Probability of a texture, and its amplitude. */
  readonly textured: number;
  readonly texture: Range;
  /** Standard deviation of pixel noise. */
  readonly noise: Range;
}

export const DIFFICULTIES = {
  easy: {
    rotation: 0.1,
    height: [0.6, 0.72],
    stretch: [0.9, 1.1],
    shear: 0.1,
    warp: 0.02,
    shift: 0.05,
    radius: [0.04, 0.06],
    contrast: [0.6, 0.9],
    inverted: 0,
    strays: [0, 1],
    fragments: [0, 0],
    clutter: [0.2, 0.4],
    textured: 0.3,
    texture: [0.03, 0.08],
    noise: [0.01, 0.04],
  },
  standard: {
    rotation: 0.24,
    height: [0.52, 0.72],
    stretch: [0.8, 1.18],
    shear: 0.22,
    warp: 0.04,
    shift: 0.09,
    radius: [0.034, 0.064],
    contrast: [0.45, 0.9],
    inverted: 0,
    strays: [0, 2],
    fragments: [0, 1],
    clutter: [0.25, 0.75],
    textured: 0.7,
    texture: [0.05, 0.15],
    noise: [0.02, 0.09],
  },
  hard: {
    rotation: 0.3,
    height: [0.46, 0.72],
    stretch: [0.75, 1.2],
    shear: 0.3,
    warp: 0.05,
    shift: 0.12,
    radius: [0.03, 0.066],
    contrast: [0.36, 0.9],
    inverted: 0.5,
    strays: [1, 2],
    fragments: [0, 2],
    clutter: [0.3, 0.85],
    textured: 0.8,
    texture: [0.06, 0.18],
    noise: [0.03, 0.11],
  },
} as const satisfies Record<string, Difficulty>;

export type DifficultyName = keyof typeof DIFFICULTIES;

export const SIZES = [28, 32, 64] as const;

export interface GlyphOptions {
  /** Seed of every random choice; defaults to 0. */
  readonly seed?: number | string;
  /** Number of training images; defaults to 6,000. */
  readonly train?: number;
  /** Number of validation images; defaults to 1,000. */
  readonly validation?: number;
  /** Side of the pictures in pixels; defaults to 28. */
  readonly size?: (typeof SIZES)[number];
  /** 1 (grey, the default) or 3 (tinted layers). */
  readonly channels?: 1 | 3;
  /** How much pictures vary and how much is in the way; defaults to "standard". */
  readonly difficulty?: DifficultyName;
}

export type CompleteOptions = Required<GlyphOptions>;

/** The options with their defaults; refuses what `glyphs` cannot draw. */
export function completeOptions(options: GlyphOptions): CompleteOptions {
  const complete: CompleteOptions = {
    seed: 0,
    train: 6000,
    validation: 1000,
    size: 28,
    channels: 1,
    difficulty: "standard",
    ...options,
  };
  const choose = (name: string, got: unknown, allowed: readonly unknown[]): void => {
    if (!allowed.includes(got))
      fail("option", `glyphs: got ${name} ${String(got)}, expected ${allowed.join(", ")}`);
  };
  choose("size", complete.size, SIZES);
  choose("channels", complete.channels, [1, 3]);
  choose("difficulty", complete.difficulty, Object.keys(DIFFICULTIES));
  for (const name of ["train", "validation"] as const) {
    const count = complete[name];
    if (!Number.isInteger(count) || count < 1 || count > 1_000_000)
      fail("option", `glyphs: got ${name} ${count}, expected a whole number from 1 to 1,000,000`);
  }
  return complete;
}
