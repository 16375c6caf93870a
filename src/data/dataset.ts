/** Datasets as values: images, labels, and (when known) object masks and concept maps. NCHW, all in memory.
 *  Not here: where the bytes come from (formats/, load.node.ts) and augmentation. */

import { fail } from "../tensor/errors.js";
import { firstNonFinite, showShape, size, type Tensor, tensor } from "../tensor/tensor.js";

/** Images of one shape. Bytes stand for byte/255; floats for themselves. */
export interface Images {
  /** [C, H, W]. */
  readonly shape: readonly [number, number, number];
  readonly count: number;
  /** NCHW, `count · C · H · W` long. */
  readonly data: Uint8Array | Float32Array;
}

/** What can be seen where: up to 16 named concepts, one bit of each pixel's word per concept. */
export interface Concepts {
  readonly names: readonly string[];
  /** `count · H · W` words; bit k of a word says that concept k is present at the pixel. */
  readonly maps: Uint16Array;
}

/** Indices into a dataset's `classes`: bytes, unless there are more than 256 of them. */
export type Labels = Uint8Array | Uint16Array;

export interface Split {
  readonly images: Images;
  /** Class of each image. */
  readonly labels: Labels;
  /** `count · H · W`; 1 = the pixel shows the object that the label names. */
  readonly masks?: Uint8Array;
  readonly concepts?: Concepts;
}

export interface Dataset {
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: Split;
  readonly validation: Split;
  /** SHA-256 in hex of everything but the name: see `fingerprint`. */
  readonly fingerprint: string;
}

/** byte/255 rounded to float32, for every byte. */
const BYTE_VALUES = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** The images at `indices`, or those in [from, to), as a float32 tensor [n, C, H, W]. */
export function imageBatch(images: Images, indices: ArrayLike<number>): Tensor;
export function imageBatch(images: Images, from: number, to: number): Tensor;
export function imageBatch(
  images: Images,
  first: ArrayLike<number> | number,
  to: number = images.count,
): Tensor {
  const pixels = size(images.shape);
  const from = typeof first === "number" ? first : 0;
  const n = typeof first === "number" ? Math.max(0, to - from) : first.length;
  const out = new Float32Array(n * pixels);
  for (let i = 0; i < n; i++) {
    const image = typeof first === "number" ? from + i : first[i];
    if (!Number.isInteger(image) || image < 0 || image >= images.count)
      fail("shape", `imageBatch: got image ${image}, expected 0 to ${images.count - 1}`);
    const source = images.data.subarray(image * pixels, (image + 1) * pixels);
    if (source instanceof Float32Array) out.set(source, i * pixels);
    else for (let p = 0; p < pixels; p++) out[i * pixels + p] = BYTE_VALUES[source[p]];
  }
  return tensor([n, ...images.shape], out);
}

/** The labels of the images at `indices`. */
export const labelsAt = (labels: Labels, indices: ArrayLike<number>): Uint16Array =>
  Uint16Array.from(indices, (image) => labels[image]);

/** The first `n` images of a split (all of them if it has fewer), as views of the same memory. */
export function take(split: Split, n: number): Split {
  if (!Number.isInteger(n) || n < 0)
    fail("option", `take: got ${n} images, expected a whole number that is not negative`);
  const count = Math.min(n, split.images.count);
  const [C, H, W] = split.images.shape;
  return {
    images: { ...split.images, count, data: split.images.data.subarray(0, count * C * H * W) },
    labels: split.labels.subarray(0, count),
    ...(split.masks && { masks: split.masks.subarray(0, count * H * W) }),
    ...(split.concepts && {
      concepts: {
        names: split.concepts.names,
        maps: split.concepts.maps.subarray(0, count * H * W),
      },
    }),
  };
}

/** Throws unless the numbers fit together: shapes positive, counts agree, labels name classes, masks are
 *  0 or 1, floats are finite. The message names split and place. */
export function checkDataset(dataset: Omit<Dataset, "fingerprint">): void {
  const who = `dataset "${dataset.name}"`;
  const classes = dataset.classes.length;
  if (classes < 1 || classes > 65536)
    fail("data", `${who}: got ${classes} classes, expected 1 to 65536`);
  checkSplit(dataset.train, `${who}, train`, classes);
  checkSplit(dataset.validation, `${who}, validation`, classes);
  const [a, b] = [dataset.train.images.shape, dataset.validation.images.shape];
  if (showShape(a) !== showShape(b))
    fail(
      "shape",
      `${who}: train images are ${showShape(a)}, validation images ${showShape(b)}, expected one shape`,
    );
}

function checkSplit(split: Split, who: string, classes: number): void {
  const { images, labels, masks, concepts } = split;
  const [C, H, W] = images.shape;
  if (images.shape.length !== 3 || images.shape.some((n) => !Number.isInteger(n) || n < 1))
    fail(
      "shape",
      `${who}: got image shape ${showShape(images.shape)}, expected [C,H,W] of positive whole numbers`,
    );
  if (!Number.isInteger(images.count) || images.count < 1)
    fail("data", `${who}: got ${images.count} images, expected at least 1`);
  const expectLength = (what: string, got: number, expected: number): void => {
    if (got !== expected)
      fail(
        "shape",
        `${who}: got ${got} ${what}, expected ${expected} ` +
          `(${images.count} images of ${showShape(images.shape)})`,
      );
  };
  expectLength("pixel values", images.data.length, images.count * C * H * W);
  expectLength("labels", labels.length, images.count);
  if (masks) expectLength("mask values", masks.length, images.count * H * W);
  if (concepts) checkConcepts(concepts, who, expectLength, images.count * H * W);
  checkValues(split, who, classes);
}

function checkConcepts(
  concepts: Concepts,
  who: string,
  expectLength: (what: string, got: number, expected: number) => void,
  pixels: number,
): void {
  expectLength("concept words", concepts.maps.length, pixels);
  const names = concepts.names;
  if (names.length > 16 || new Set(names).size !== names.length)
    fail("data", `${who}: got concepts ${names.join(", ")}, expected at most 16 different names`);
}

function checkValues({ images, labels, masks }: Split, who: string, classes: number): void {
  const [, H, W] = images.shape;
  const label = labels.findIndex((value) => value >= classes);
  if (label >= 0)
    fail(
      "data",
      `${who}, image ${label}: got label ${labels[label]}, expected 0 to ${classes - 1} ` +
        `(${classes} classes); correct the label file or name more classes`,
    );
  const mask = masks ? masks.findIndex((value) => value > 1) : -1;
  if (masks && mask >= 0)
    fail(
      "data",
      `${who}, image ${Math.floor(mask / (H * W))}: got mask value ${masks[mask]}, expected 0 or 1`,
    );
  const bad = images.data instanceof Float32Array ? firstNonFinite(images.data) : -1;
  if (bad >= 0) {
    const pixels = size(images.shape);
    const [image, inner] = [Math.floor(bad / pixels), bad % pixels];
    const [c, h, w] = [Math.floor(inner / (H * W)), Math.floor(inner / W) % H, inner % W];
    fail(
      "data",
      `${who}, image ${image}, channel ${c}, row ${h}, column ${w}: got ${images.data[bad]}, ` +
        "expected a finite number; repair or remove the image",
    );
  }
}
