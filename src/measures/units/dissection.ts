/** Network Dissection (Bau et al. 2017): which units detect which concepts. Over all positions of all images each unit
 *  has a threshold T that it exceeds with probability `quantile`; its mask are the pixels where its upsampled map
 *  reaches T; with the pixels of each concept it has IoU = Σ|mask ∩ concept|/Σ|mask ∪ concept|, sums over images.
 *  A unit that is positive less often than that is masked where it is positive. Every image is labelled for every
 *  concept, so all images count. */

import type { Concepts } from "../../data/dataset.js";
import type { Tensor } from "../../tensor/tensor.js";
import { ALIVE, inBatches } from "./responses.js";
import type { Field } from "./tap.js";
import { marker } from "./upsampling.js";

export interface Dissection {
  readonly units: number;
  readonly concepts: readonly string[];
  readonly thresholds: Float64Array;
  /** Per unit, its largest value. */
  readonly maxima: Float64Array;
  /** [images][units]: the largest value in each image. */
  readonly peaks: Float32Array;
  /** [units][concepts]. */
  readonly iou: Float64Array;
}

export interface Probe {
  /** A network whose output are the maps of the units. */
  readonly run: { forward(x: Tensor): Tensor };
  readonly field: Field;
  readonly images: Tensor;
  /** What each of the images shows: a word per pixel, a bit per concept. */
  readonly words: Uint16Array;
  readonly names: readonly string[];
}

export function dissect(probe: Probe, quantile: number): Dissection {
  const { thresholds, maxima, peaks, units } = activations(probe, quantile);
  const iou = overlaps(probe, thresholds, peaks, units);
  return { units, concepts: probe.names, thresholds, maxima, peaks, iou };
}

/** First pass: thresholds and the largest values. */
function activations({ run, images }: Probe, quantile: number) {
  const count = images.shape[0];
  let tops: LargestValues[] | undefined;
  let peaks = new Float32Array();
  inBatches(run, images, (values, from) => {
    const [n, units] = values.shape;
    const positions = values.data.length / (n * units);
    if (!tops) {
      const kept = Math.max(1, Math.floor(quantile * count * positions));
      tops = Array.from({ length: units }, () => new LargestValues(kept));
      peaks = new Float32Array(count * units);
    }
    for (let i = 0, at = 0; i < n; i++)
      for (let unit = 0; unit < units; unit++, at += positions)
        peaks[(from + i) * units + unit] = tops[unit].add(values.data, at, positions);
  });
  const all = tops ?? [];
  const units = all.length;
  const maxima = new Float64Array(units).fill(-Infinity);
  peaks.forEach((peak, at) => {
    maxima[at % units] = Math.max(maxima[at % units], peak);
  });
  const thresholds = Float64Array.from(all, (top) => Math.max(top.smallest(), Number.MIN_VALUE));
  return { units, thresholds, maxima, peaks };
}

/** The largest values that were added, so many of them. */
export class LargestValues {
  readonly #kept: number;
  readonly #values: Float32Array;
  #count = 0;
  #floor = -Infinity;

  constructor(kept: number) {
    this.#kept = kept;
    this.#values = new Float32Array(2 * kept + 64);
  }

  /** Adds `length` values from `from` on, and returns the largest of them. */
  add(values: ArrayLike<number>, from: number, length: number): number {
    let largest = -Infinity;
    for (let at = from; at < from + length; at++) {
      const value = values[at];
      if (value > largest) largest = value;
      if (value <= this.#floor) continue;
      this.#values[this.#count++] = value;
      if (this.#count === this.#values.length) this.#sift();
    }
    return largest;
  }

  /** The smallest of those that are kept. */
  smallest(): number {
    this.#sift();
    return this.#values[0];
  }

  #sift(): void {
    const all = this.#values.subarray(0, this.#count).sort();
    const kept = Math.min(this.#kept, this.#count);
    this.#values.set(all.slice(this.#count - kept));
    this.#count = kept;
    if (kept === this.#kept) this.#floor = this.#values[0];
  }
}

/** Second pass: IoU of every unit with every concept. */
function overlaps(
  { run, images, words, names, field }: Probe,
  thresholds: Float64Array,
  peaks: Float32Array,
  units: number,
): Float64Array {
  const [, , H, W] = images.shape;
  const pixels = H * W;
  const mark = marker(field, H, W);
  const mask = new Uint8Array(pixels);
  const K = names.length;
  const both = new Float64Array(units * K);
  const masked = new Float64Array(units);
  inBatches(run, images, (values, from) => {
    const positions = values.data.length / (values.shape[0] * units);
    for (let i = 0; i < values.shape[0]; i++)
      for (let unit = 0; unit < units; unit++) {
        // Between values no upsampled value is larger than all of them.
        if (peaks[(from + i) * units + unit] < thresholds[unit]) continue;
        const at = (i * units + unit) * positions;
        mark(values.data.subarray(at, at + positions), thresholds[unit], mask);
        for (let p = 0, first = (from + i) * pixels; p < pixels; p++) {
          if (mask[p] === 0) continue;
          masked[unit]++;
          for (let word = words[first + p], k = 0; word !== 0; word >>= 1, k++)
            if (word & 1) both[unit * K + k]++;
        }
      }
  });
  const shown = new Float64Array(K);
  for (const word of words) for (let k = 0; k < K; k++) shown[k] += (word >> k) & 1;
  return both.map((inside, at) => {
    const union = masked[Math.floor(at / K)] + shown[at % K] - inside;
    return union === 0 ? 0 : inside / union;
  });
}

/** A unit's best concept. */
export interface Label {
  readonly unit: number;
  readonly concept: number;
  readonly iou: number;
}

/** The best concept of every unit that is alive. */
export function labelsOf({ units, concepts, iou, maxima }: Dissection): Label[] {
  return Array.from({ length: units }, (_, unit): Label => {
    let best = 0;
    for (let k = 1; k < concepts.length; k++)
      if (iou[unit * concepts.length + k] > iou[unit * concepts.length + best]) best = k;
    return { unit, concept: best, iou: iou[unit * concepts.length + best] };
  }).filter(({ unit }) => maxima[unit] > ALIVE);
}

/** Units whose best IoU is above the threshold, and how many different concepts these detect. */
export function detectors(
  labels: readonly Label[],
  threshold: number,
): { total: number; unique: number } {
  const found = labels.filter(({ iou }) => iou > threshold);
  return { total: found.length, unique: new Set(found.map(({ concept }) => concept)).size };
}

/** The words of some images of a split. */
export function wordsOf({ maps }: Concepts, indices: Int32Array, pixels: number): Uint16Array {
  const words = new Uint16Array(indices.length * pixels);
  indices.forEach((image, i) => {
    words.set(maps.subarray(image * pixels, (image + 1) * pixels), i * pixels);
  });
  return words;
}
