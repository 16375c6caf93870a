/** Random streams of sampling methods: one per method and image. */

import { type Random, random as rootStream } from "../tensor/random.js";
import { size, type Tensor } from "../tensor/tensor.js";

/** A name made of an image's numbers (as float32): the same image draws the same numbers in any batch. */
function contentName(data: ArrayLike<number>, from: number, to: number): string {
  const words = new Uint32Array(
    Float32Array.from({ length: to - from }, (_, i) => data[from + i]).buffer,
  );
  let [a, b] = [0x811c9dc5, 0x050c5d1f];
  for (const word of words) {
    a = Math.imul(a ^ word, 0x01000193) ^ (a >>> 13);
    b = Math.imul(b ^ word, 0x85ebca6b) ^ (b >>> 16);
  }
  return `${a >>> 0},${b >>> 0}`;
}

/** One stream per image of a batch, named after the method and the image's content. */
export function imageStreams(
  method: string,
  { shape, data }: Tensor,
  random: Random = rootStream("explain"),
): Random[] {
  const inner = size(shape.slice(1));
  const own = random.split(method);
  return Array.from({ length: shape[0] }, (_, i) =>
    own.split(contentName(data, i * inner, (i + 1) * inner)),
  );
}
