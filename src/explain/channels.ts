/** How the channels of a pixel become one number. Adding a reduction: a line in the table. */

import type { Tensor } from "../tensor/tensor.js";

interface Reduction {
  /** What it is, in one phrase. */
  readonly title: string;
  /** Takes one more channel in. */
  take(soFar: number, value: number): number;
  /** The number for the pixel, from what was taken in; the same by default. */
  end?(soFar: number): number;
}

export const reductions = {
  /** Keeps sums, hence completeness. */
  sum: { title: "sum", take: (soFar, value) => soFar + value },
  /** The channel of largest magnitude, with its sign. */
  strongest: {
    title: "largest magnitude, with its sign",
    take: (soFar, value) => (Math.abs(value) > Math.abs(soFar) ? value : soFar),
  },
  /** The largest magnitude. Simonyan et al. 2013. */
  max: { title: "largest magnitude", take: (soFar, value) => Math.max(soFar, Math.abs(value)) },
  /** The Euclidean norm. */
  l2: {
    title: "Euclidean norm",
    take: (soFar, value) => soFar + value * value,
    end: (soFar) => Math.sqrt(soFar),
  },
} as const satisfies Record<string, Reduction>;

/** - `sum`: keeps sums, hence completeness.
 *  - `strongest`: the channel of largest magnitude, with its sign.
 *  - `max`: its magnitude (Simonyan et al. 2013). `l2`: the Euclidean norm of the channels. */
export type ChannelReduction = keyof typeof reductions;

/** One number per pixel from [n, C, H, W]: n maps of H·W. */
export function reduceChannels(values: Tensor, reduction: ChannelReduction): Float64Array[] {
  const [n, C, H, W] = values.shape;
  const pixels = H * W;
  const { take, end }: Reduction = reductions[reduction];
  return Array.from({ length: n }, (_, i) => {
    const map = new Float64Array(pixels);
    for (let c = 0; c < C; c++)
      for (let p = 0; p < pixels; p++) map[p] = take(map[p], values.data[(i * C + c) * pixels + p]);
    return end ? map.map(end) : map;
  });
}
