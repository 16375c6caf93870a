/** Images and maps as bytes. */

import type { MapResult, Picture, TrialResult } from "../study/types.js";
import type { ReportMap, ReportPicture } from "./report-data.js";
import { base64, rounded } from "./rounding.js";

const className = (classes: readonly string[], label: number): string =>
  classes[label] ?? `${label}`;

export function pictureOf(picture: Picture, classes: readonly string[]): ReportPicture {
  const { image, label, shape, pixels } = picture;
  return {
    image,
    label: className(classes, label),
    shape,
    pixels: base64(Uint8Array.from(pixels)),
    ...maskOf(picture),
  };
}

const maskOf = (picture: Picture): { mask?: string } =>
  "mask" in picture && Array.isArray(picture.mask)
    ? { mask: base64(Uint8Array.from(picture.mask)) }
    : {};

export function mapOf(
  map: MapResult,
  trial: Pick<TrialResult, "arm" | "seed">,
  classes: readonly string[],
): ReportMap {
  const { image, label, prediction, method, shape, peak, values } = map;
  return {
    arm: trial.arm,
    seed: trial.seed,
    image,
    method,
    prediction: className(classes, prediction),
    correct: prediction === label,
    shape,
    peak: rounded(peak, 4),
    values: base64(new Uint8Array(Int8Array.from(values).buffer)),
  };
}
