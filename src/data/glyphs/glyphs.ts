/** `glyphs`: the embedded data set. Digits drawn by pen models in random poses over distractors, and for every
 *  picture what is truly there: the digit's mask and the concept maps. Same options, same bytes, everywhere. */

import { checkCancelled } from "../../tensor/errors.js";
import { type Random, random } from "../../tensor/random.js";
import type { Dataset, Split } from "../dataset.js";
import { dataset } from "../fingerprint.js";
import { canvas } from "./canvas.js";
import { CONCEPTS } from "./concepts.js";
import {
  type CompleteOptions,
  completeOptions,
  DIFFICULTIES,
  type GlyphOptions,
} from "./options.js";
import { paintScene } from "./scene.js";

/** The names of the ten classes. */
export const DIGIT_CLASSES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

/** The whole data set. Image i of a split depends on seed, split, i, size, channels and difficulty alone: asking
 *  for more images, or for fewer, does not change the others. */
export function glyphs(options: GlyphOptions & { signal?: AbortSignal } = {}): Dataset {
  const { signal, ...rest } = options;
  const complete = completeOptions(rest);
  return dataset({
    name: "glyphs",
    classes: DIGIT_CLASSES,
    train: glyphSplit(complete, "train", signal),
    validation: glyphSplit(complete, "validation", signal),
  });
}

function glyphSplit(
  options: CompleteOptions,
  name: "train" | "validation",
  signal: AbortSignal | undefined,
): Split {
  const { size, channels } = options;
  const [count, pixels] = [options[name], size * size];
  const data = new Uint8Array(count * channels * pixels);
  const labels = new Uint8Array(count);
  const masks = new Uint8Array(count * pixels);
  const maps = new Uint16Array(count * pixels);
  const stream = random(options.seed).split(`glyphs/${name}`);
  const scene = canvas(size, channels);
  for (let i = 0; i < count; i++) {
    if (i % 256 === 0) checkCancelled(signal, "glyphs");
    labels[i] = label(i, stream);
    paintScene(scene, labels[i], DIFFICULTIES[options.difficulty], stream.split(i));
    quantise(scene.levels, data, i * channels * pixels);
    masks.set(scene.mask, i * pixels);
    maps.set(scene.concepts, i * pixels);
  }
  return {
    images: { shape: [channels, size, size], count, data },
    labels,
    masks,
    concepts: { names: CONCEPTS, maps },
  };
}

/** Every ten images in a row show the ten digits, in random order. */
function label(i: number, stream: Random): number {
  const n = DIGIT_CLASSES.length;
  return stream.split(`labels/${Math.floor(i / n)}`).permutation(n)[i % n];
}

function quantise(levels: Float64Array, out: Uint8Array, at: number): void {
  for (let i = 0; i < levels.length; i++) {
    const level = Math.max(0, Math.min(1, levels[i]));
    out[at + i] = Math.floor(level * 255 + 0.5);
  }
}
