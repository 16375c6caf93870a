/** Pictures in another size and number of channels. */

import { fail } from "../tensor/errors.js";

export interface Planes {
  readonly C: number;
  readonly H: number;
  readonly W: number;
  /** [C, H, W] */
  readonly data: Float32Array;
}

/** Per target place: the first source place and the weights of it and those after it. */
function taps(from: number, to: number): { first: number; weights: number[] }[] {
  const scale = from / to;
  const reach = Math.max(1, scale); // of a triangle: interpolation when enlarging, a mean when shrinking
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach));
    const last = Math.min(from - 1, Math.ceil(centre + reach));
    const weights: number[] = [];
    for (let k = first; k <= last; k++)
      weights.push(Math.max(0, 1 - Math.abs(k + 0.5 - centre) / reach));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((w) => w / sum) };
  });
}

/** Rows first, then columns. */
function resized({ C, H, W, data }: Planes, height: number, width: number): Planes {
  const [rows, columns] = [taps(H, height), taps(W, width)];
  const out = new Float32Array(C * height * width);
  const line = new Float64Array(W);
  for (let c = 0, k = 0; c < C; c++)
    for (const row of rows) {
      line.fill(0);
      row.weights.forEach((w, j) => {
        const at = (c * H + row.first + j) * W;
        for (let x = 0; x < W; x++) line[x] += w * data[at + x];
      });
      for (const { first, weights } of columns)
        out[k++] = weights.reduce((sum, w, j) => sum + w * line[first + j], 0);
    }
  return { C, H: height, W: width, data: out };
}

/** Grey from colour by the eye's weights (ITU-R BT.601), colour from grey by repetition. */
function withChannels({ C, H, W, data }: Planes, channels: number): Float32Array {
  if (C === channels) return data;
  const P = H * W;
  if (C === 3 && channels === 1)
    return Float32Array.from(
      { length: P },
      (_, p) => 0.299 * data[p] + 0.587 * data[P + p] + 0.114 * data[2 * P + p],
    );
  if (C === 1) return Float32Array.from({ length: channels * P }, (_, i) => data[i % P]);
  return fail("shape", `explain: got a picture of ${C} channels, expected 1 or ${channels}`);
}

/** The picture as [C, H, W]. */
export function fitted(planes: Planes, [C, H, W]: readonly [number, number, number]): Float32Array {
  const sized = planes.H === H && planes.W === W ? planes : resized(planes, H, W);
  return withChannels(sized, C);
}
