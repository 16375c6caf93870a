/** Bilinear enlargement, pixel centres aligned by area (align_corners = false): out(y) = in((y + ½)·h/H − ½), held at
 *  the border. */

import type { Numbers, Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";

/** Where every place of an axis looks: its two neighbours, and the share of the second. */
export interface Looks {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float64Array;
}

/** An axis of `from` places as one of `to`. */
export function looks(from: number, to: number): Looks {
  const places = Float64Array.from({ length: to }, (_, i) =>
    Math.max(0, ((i + 0.5) * from) / to - 0.5),
  );
  const low = Int32Array.from(places, (place) => Math.min(Math.floor(place), from - 1));
  const high = low.map((place) => Math.min(place + 1, from - 1));
  return { low, high, share: places.map((place, i) => place - low[i]) };
}

/** A part of one enlarged plane of rows of `w`: `size` from the corner `at` on, written to `into` from place `k` on. */
export function enlargedPart(
  coarse: Numbers,
  w: number,
  [rows, columns]: readonly [Looks, Looks],
  { at: [top, left], size: [H, W] }: Record<"at" | "size", readonly [number, number]>,
  into: Numbers,
  k = 0,
): void {
  for (let y = top; y < top + H; y++) {
    const [above, below, down] = [w * rows.low[y], w * rows.high[y], rows.share[y]];
    for (let x = left; x < left + W; x++) {
      const [l, r, across] = [columns.low[x], columns.high[x], columns.share[x]];
      const upper = coarse[above + l] * (1 - across) + coarse[above + r] * across;
      const lower = coarse[below + l] * (1 - across) + coarse[below + r] * across;
      into[k++] = upper * (1 - down) + lower * down;
    }
  }
}

/** [n, 1, h, w] as [n, 1, H, W]. */
export function enlarge(coarse: Tensor, H: number, W: number): Tensor {
  const [n, , h, w] = coarse.shape;
  const axes = [looks(h, H), looks(w, W)] as const;
  const out = zeros(coarse, [n, 1, H, W]);
  for (let i = 0; i < n; i++)
    enlargedPart(
      coarse.data.subarray(i * h * w, (i + 1) * h * w),
      w,
      axes,
      { at: [0, 0], size: [H, W] },
      out.data,
      i * H * W,
    );
  return out;
}
