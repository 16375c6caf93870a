/** Images and maps as bytes. */

import { gini } from "../measures/complexity/sparseness.js";
import { massInside } from "../measures/localisation/relevance-mass.js";
import type { MapResult, Picture, Study, TrialResult } from "../study/types.js";
import { base64 } from "../tensor/base64.js";
import { scoresOf } from "./methods.js";
import type { Method, ReportMap, ReportMoment, ReportPicture } from "./report-data.js";
import { rounded } from "./rounding.js";

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

/** At most so many letters of maps go into a report: beyond, only those of the first seeds do. */
const MAP_LIMIT = 8e6;

/** The maps of all trials, or of as many seeds as a page can carry. */
export function mapsOf(study: Study, methods: readonly Method[]): ReportMap[] {
  const { trials, config, dataset } = study;
  const letters = trials
    .flatMap(({ maps }) => maps)
    .reduce((n, m) => n + 1.4 * m.values.length + 200, 0);
  const share = Math.min(1, MAP_LIMIT / Math.max(1, letters));
  const kept = new Set(config.seeds.slice(0, Math.max(1, Math.floor(share * config.seeds.length))));
  const masks = new Map(dataset.pictures.map(({ image, mask }) => [image, mask]));
  return trials
    .filter(({ seed }) => kept.has(seed))
    .flatMap((trial) =>
      trial.maps.map((map) => {
        const scores = scoresOf(map, trial, methods);
        const drawn = mapOf(map, trial, dataset.classes, masks.get(map.image));
        return scores.length === 0 ? drawn : { ...drawn, scores };
      }),
    );
}

/** The maps of the course of training, of the first seed that has some. */
export function momentsOf({ trials, dataset }: Study): ReportMoment[] {
  const seed = trials.find(({ earlier }) => earlier !== undefined)?.seed;
  const own = trials.filter((trial) => trial.seed === seed);
  const epochs = [...new Set(own.flatMap(({ earlier = [] }) => earlier.map(({ epoch }) => epoch)))];
  const masks = new Map(dataset.pictures.map(({ image, mask }) => [image, mask]));
  return epochs
    .sort((a, b) => a - b)
    .map((epoch) => ({
      epoch,
      maps: own.flatMap((trial) =>
        (trial.earlier ?? [])
          .filter((moment) => moment.epoch === epoch)
          .flatMap(({ maps }) => maps)
          .map((map) => mapOf(map, trial, dataset.classes, masks.get(map.image))),
      ),
    }));
}

function mapOf(
  map: MapResult,
  trial: Pick<TrialResult, "arm" | "seed">,
  classes: readonly string[],
  mask: readonly number[] | undefined,
): ReportMap {
  const { image, label, prediction, method, shape, peak, values } = map;
  const magnitudes = Float64Array.from(values, Math.abs);
  const sparseness = gini(magnitudes);
  const onObject = mask?.includes(1) ? massInside(magnitudes, mask) : undefined;
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
    ...(sparseness !== undefined && { sparseness: rounded(sparseness, 3) }),
    ...(onObject !== undefined && { onObject: rounded(onObject, 3) }),
  };
}
