/** A dataset's images in the size and colour that a model takes. */

import {
  cropStart,
  type Fit,
  fitPlanes,
  fittedSize,
  isOfColour,
  nearestPlaces,
} from "../formats/fitting.js";
import { fail } from "../tensor/errors.js";
import { size } from "../tensor/tensor.js";
import { type Dataset, type Images, imageBatch, type Split, take } from "./dataset.js";

/** Training images that are kept: a finished model needs them for a background at most. */
export const BACKGROUND = 256;

/** Numbers that images may have when they are resized: a gigabyte of them. */
const MOST = 2 ** 28;

/** The dataset after the steps; masks and concepts go along by the nearest pixel. Of the training images only some are
 *  kept, so that a large dataset does not fill the memory. */
export function fitDataset(dataset: Dataset, fits: readonly Fit[]): Dataset {
  if (fits.length === 0) return dataset;
  const train = take(dataset.train, BACKGROUND);
  return {
    ...dataset,
    train: fitSplit(train, fits),
    validation: fitSplit(dataset.validation, fits),
  };
}

function fitSplit({ images, labels, masks, concepts }: Split, fits: readonly Fit[]): Split {
  const { shape, count } = images;
  const places = placesOf([shape[1], shape[2]], fits);
  return {
    images: fitImages(images, fits),
    labels,
    ...(masks && { masks: moved(masks, new Uint8Array(count * places.length), places, shape) }),
    ...(concepts && {
      concepts: {
        ...concepts,
        maps: moved(concepts.maps, new Uint16Array(count * places.length), places, shape),
      },
    }),
  };
}

export function fitImages(images: Images, fits: readonly Fit[]): Images {
  const [C, H, W] = images.shape;
  const [height, width] = fits.reduce<readonly [number, number]>(
    (given, fit) => fittedSize(fit, given),
    [H, W],
  );
  const colour = fits.findLast(isOfColour)?.kind;
  const channels = colour === undefined ? C : colour === "grey" ? 1 : 3;
  const shape = [channels, height, width] as const;
  const each = size(shape);
  if (images.count * each > MOST)
    fail(
      "option",
      `preprocessing: got ${images.count} images of ${height}×${width} pixels, expected at most ${Math.floor(MOST / each)}, which fit in memory; use fewer (--validation-images)`,
    );
  const data = new Float32Array(images.count * each);
  for (let i = 0; i < images.count; i++) {
    const planes = { C, H, W, data: imageBatch(images, [i]).data as Float32Array };
    data.set(fitPlanes(planes, fits).data, i * each);
  }
  return { shape, count: images.count, data };
}

/** The pixel that each pixel after the steps comes from. */
function placesOf([H, W]: readonly [number, number], fits: readonly Fit[]): number[] {
  let rows = Array.from({ length: H }, (_, y) => y);
  let columns = Array.from({ length: W }, (_, x) => x);
  for (const fit of fits) {
    if (isOfColour(fit)) continue;
    const now = [rows.length, columns.length] as const;
    const [height, width] = fittedSize(fit, now);
    if (fit.kind === "crop") {
      const [top, left] = cropStart(fit, now);
      rows = rows.slice(top, top + height);
      columns = columns.slice(left, left + width);
    } else {
      rows = nearestPlaces(now[0], height).map((y) => rows[y]);
      columns = nearestPlaces(now[1], width).map((x) => columns[x]);
    }
  }
  return rows.flatMap((y) => columns.map((x) => y * W + x));
}

function moved<A extends Uint8Array | Uint16Array>(
  from: A,
  to: A,
  places: readonly number[],
  [, H, W]: Images["shape"],
): A {
  for (let k = 0; k < to.length; k++)
    to[k] = from[Math.floor(k / places.length) * H * W + places[k % places.length]];
  return to;
}
