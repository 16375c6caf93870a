/** From arrays as files hold them to images and labels. */

import type { CifarRecords } from "../formats/cifar.js";
import type { ByteArray } from "../formats/idx.js";
import type { NumpyArray } from "../formats/npy.js";
import type { NumberArray } from "../formats/numbers.js";
import type { Picture } from "../formats/pixels.js";
import { badFile, unsupportedFile } from "../formats/problems.js";
import type { Images, Labels, Split } from "./dataset.js";

/** Images from an IDX array [count, height, width] or [count, height, width, channels]. */
export function imagesFromIdx({ shape, data }: ByteArray, name: string): Images {
  const [count, H, W, C = 1] = shape;
  if (shape.length < 3 || shape.length > 4)
    badFile(name, "byte 3", `${shape.length} axes`, "3 (count, rows, columns) or 4 (and channels)");
  checkLengths(shape, name, "byte 4");
  const pixels = C === 1 ? data : planar(data, count, C, H * W);
  return { shape: [C, H, W], count, data: pixels };
}

/** Labels from an IDX array [count]; there must be one for each image. */
export function labelsFromIdx(
  { shape, data }: ByteArray,
  name: string,
  images: number,
): Uint8Array {
  if (shape.length !== 1) badFile(name, "byte 3", `${shape.length} axes`, "1 (labels)");
  if (data.length !== images)
    badFile(name, "byte 4", `${data.length} labels`, `${images}, one for each image`);
  return data;
}

/** One split from CIFAR-10 batches, in their order. */
export function splitFromCifar(batches: readonly CifarRecords[]): Split {
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const labels = new Uint8Array(count);
  const data = new Uint8Array(count * 3 * 32 * 32);
  let at = 0;
  for (const batch of batches) {
    labels.set(batch.labels, at);
    data.set(batch.pixels, at * 3 * 32 * 32);
    at += batch.count;
  }
  return { images: { shape: [3, 32, 32], count, data }, labels };
}

/** An array without elements may still announce 2³² of something, which nobody should count through. */
function checkLengths(shape: readonly number[], name: string, place: string): void {
  if (shape.includes(0)) badFile(name, place, shape.join(" × "), "at least 1 along each axis");
}

/** Images from pictures of one size. Grey ones among coloured ones get three equal channels. */
export function imagesFromPictures(pictures: readonly Picture[]): Images {
  const { width, height } = pictures[0];
  const C = pictures.some((picture) => picture.channels === 3) ? 3 : 1;
  const plane = width * height;
  const data = new Uint8Array(pictures.length * C * plane);
  pictures.forEach((picture, n) => {
    for (let c = 0; c < C; c++)
      for (let p = 0; p < plane; p++)
        data[(n * C + c) * plane + p] =
          picture.data[p * picture.channels + (picture.channels === 3 ? c : 0)];
  });
  return { shape: [C, height, width], count: pictures.length, data };
}

/** Images from a NumPy array: [N, H, W], or [N, H, W, C] or [N, C, H, W] with 1 or 3 channels. Bytes stay bytes; other
 *  numbers become float32. */
export function imagesFromNumpy({ shape, data }: NumpyArray, name: string): Images {
  checkLengths(shape, name, "shape");
  const values = data instanceof Uint8Array ? data : Float32Array.from(numbers(data, name));
  const isChannels = (n: number): boolean => n === 1 || n === 3;
  const [N, a, b, c] = shape;
  if (shape.length === 3) return { shape: [1, a, b], count: N, data: values };
  if (shape.length !== 4 || (!isChannels(a) && !isChannels(c)))
    return badFile(
      name,
      "shape",
      `(${shape.join(", ")})`,
      "(N, H, W), (N, H, W, C) or (N, C, H, W) with C = 1 or 3",
      "reshape the array",
    );
  // Both ends may look like channels (3 pixels high or wide): the last axis is NumPy's custom.
  if (isChannels(c)) return { shape: [c, a, b], count: N, data: planar(values, N, c, a * b) };
  return { shape: [a, b, c], count: N, data: values };
}

/** Labels from a NumPy array (N,) or (N, 1) of whole numbers from 0 to 65535. */
export function labelsFromNumpy({ shape, data }: NumpyArray, name: string, images: number): Labels {
  if (shape[0] !== images || data.length !== images)
    badFile(name, "shape", `(${shape.join(", ")})`, `(${images},), one label for each image`);
  const values = numbers(data, name);
  const bad = values.findIndex((value) => !Number.isInteger(value) || value < 0 || value > 65535);
  if (bad >= 0)
    badFile(name, `element ${bad}`, `label ${values[bad]}`, "a whole number from 0 to 65535");
  return values.some((value) => value > 255) ? Uint16Array.from(values) : Uint8Array.from(values);
}

function numbers(data: NumberArray, name: string): readonly number[] | Float64Array {
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array))
    return Float64Array.from(data);
  const out = Float64Array.from(data, Number);
  const bad = out.findIndex((value) => !Number.isSafeInteger(value));
  if (bad >= 0)
    unsupportedFile(name, `element ${bad}`, `${data[bad]}`, "at most 2^53", "store it as a float");
  return out;
}

/** Interleaved channels (HWC) to planes (CHW). */
function planar<A extends Uint8Array | Float32Array>(
  data: A,
  count: number,
  channels: number,
  plane: number,
): Uint8Array | Float32Array {
  const out =
    data instanceof Float32Array ? new Float32Array(data.length) : new Uint8Array(data.length);
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < plane; p++)
        out[(n * channels + c) * plane + p] = data[(n * plane + p) * channels + c];
  return out;
}
