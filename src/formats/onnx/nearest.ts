/** Resizing to nearest pixels: which pixel each one is, and the ops that take just these, where pixels are evenly repeated
 *  or evenly skipped. */

import { refuse } from "../translation/obstacles.js";
import type { Translation } from "../translation/translation.js";
import { repeatedPixels } from "../translation/upsampling.js";
import type { Origin, Value } from "../translation/value.js";

/** Height and width as they become, and the factors from which pixels are counted. */
export interface Target {
  readonly size: readonly [number, number];
  readonly factors: readonly [number, number];
}

/** How places are counted, and rounded to pixels, in ONNX's words. */
export interface Counting {
  readonly coordinates: string;
  readonly rounding: string;
}

/** The place of pixel o in a line of n that becomes one of m, in float32 as onnxruntime computes it; NaN if unknown. */
function placeOf(way: string, o: number, factor: number, n: number, m: number): number {
  const { fround } = Math;
  const f = fround(factor);
  switch (way) {
    case "asymmetric":
      return fround(o / f);
    case "tf_half_pixel_for_nn":
      return fround((o + 0.5) / f);
    case "align_corners":
      return m === 1 ? 0 : fround((o * (n - 1)) / (m - 1));
    case "pytorch_half_pixel":
      return m === 1 ? 0 : placeOf("half_pixel", o, f, n, m);
    case "half_pixel_symmetric": // the same where no part of a pixel is cut off
      return m === fround(n * f) ? placeOf("half_pixel", o, f, n, m) : Number.NaN;
    case "half_pixel":
      return fround(fround((o + 0.5) / f) - 0.5);
    default:
      return Number.NaN;
  }
}

const roundings: Readonly<Record<string, (place: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
};

/** A line whose pixels are taken from `start` on, every `step`-th, and each repeated. */
interface Evenly {
  readonly start: number;
  readonly step: number;
  readonly repeat: number;
}

function evenly(pixels: readonly number[], n: number): Evenly | undefined {
  const m = pixels.length;
  const isOne = (of: (o: number) => number): boolean => pixels.every((pixel, o) => pixel === of(o));
  const repeat = m / n;
  if (Number.isInteger(repeat) && isOne((o) => Math.floor(o / repeat)))
    return { start: 0, step: 1, repeat };
  const [start, next = start + 1] = pixels;
  const step = next - start;
  return step >= 1 && isOne((o) => start + o * step) ? { start, step, repeat: 1 } : undefined;
}

export function nearestPixels(
  t: Translation,
  n: Origin,
  x: Value,
  { size, factors }: Target,
  { coordinates, rounding }: Counting,
): Value {
  const round = Object.hasOwn(roundings, rounding) ? roundings[rounding] : () => Number.NaN;
  const line = (axis: 0 | 1): Evenly => {
    const [length, m] = [x.ours[1 + axis], size[axis]];
    const pixels = Array.from({ length: m }, (_, o) => {
      const pixel = round(placeOf(coordinates, o, factors[axis], length, m));
      return Math.min(Math.max(pixel, 0), length - 1);
    });
    return (
      evenly(pixels, length) ??
      refuse(
        `takes nearest pixels unevenly (by ${factors.join("×")}, ${coordinates}, ${rounding})`,
        "resize by whole numbers with half_pixel, or bilinearly, or use a transposed convolution",
      )
    );
  };
  const [rows, columns] = [line(0), line(1)];
  const length = [x.ours[0], size[0] / rows.repeat, size[1] / columns.repeat];
  const places = { start: [0, rows.start, columns.start], step: [1, rows.step, columns.step] };
  const taken = length.join() === x.ours.join() ? x : t.add(n, "slice", { ...places, length }, [x]);
  return repeatedPixels(t, n, taken, [rows.repeat, columns.repeat]);
}
