/** Baselines: the image that stands for "nothing". Adding one: a line in the table. */

import { fail } from "../tensor/errors.js";
import { exp } from "../tensor/math.js";
import { sameShape, showShape, type Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";

/** Fills `out` with the baseline of the plane [H, W] that starts at `at`. */
type Fill = (images: Tensor, out: Tensor, at: number) => void;

/** Blur: standard deviation and reach in pixels, as in RISE's insertion (kernel of 11, σ 5). */
const BLUR = { deviation: 5, reach: 5 } as const;

export const baselines = {
  /** Black, or the mean of standardised images. */
  zero: () => {},
  /** Every channel's own mean. */
  mean({ data, shape: [, , H, W] }, out, at) {
    let sum = 0;
    for (let p = at; p < at + H * W; p++) sum += data[p];
    out.data.fill(sum / (H * W), at, at + H * W);
  },
  /** The image without its detail: a Gaussian blur whose weights are those inside the image. */
  blur({ data, shape: [, , H, W] }, out, at) {
    const rows = new Float64Array(H * W);
    for (let y = 0; y < H; y++) smooth(data, rows, at + y * W, y * W, W, 1);
    for (let x = 0; x < W; x++) smooth(rows, out.data, x, at + x, H, W);
  },
} as const satisfies Record<string, Fill>;

export type BaselineName = keyof typeof baselines;

/** A baseline by name, or of one's own: like the images, or one [1, C, H, W] for all. */
export type Baseline = BaselineName | Tensor;

/** One line of `length` numbers, `step` apart, smoothed. */
function smooth(
  from: ArrayLike<number>,
  to: { [index: number]: number },
  source: number,
  target: number,
  length: number,
  step: number,
): void {
  for (let i = 0; i < length; i++) {
    let [sum, weight] = [0, 0];
    for (let k = -BLUR.reach; k <= BLUR.reach; k++) {
      if (i + k < 0 || i + k >= length) continue;
      const w = exp((-k * k) / (2 * BLUR.deviation * BLUR.deviation));
      sum += w * from[source + (i + k) * step];
      weight += w;
    }
    to[target + i * step] = sum / weight;
  }
}

/** The baselines of a batch, [n, C, H, W]. */
export function baselineOf(images: Tensor, baseline: Baseline, who: string): Tensor {
  const out = zeros(images);
  const [n, C, H, W] = images.shape;
  if (typeof baseline === "string") {
    const fill: Fill = baselines[baseline];
    for (let plane = 0; plane < n * C; plane++) fill(images, out, plane * H * W);
    return out;
  }
  if (!sameShape(baseline.shape, images.shape) && !sameShape(baseline.shape, [1, C, H, W]))
    fail(
      "shape",
      `${who}: got a baseline of ${showShape(baseline.shape)}, ` +
        `expected ${showShape(images.shape)} like the images or [1,${C},${H},${W}] for all`,
    );
  for (let i = 0; i < out.data.length; i++) out.data[i] = baseline.data[i % baseline.data.length];
  return out;
}

/** How a baseline is named in settings. */
export const baselineName = (baseline: Baseline): string =>
  typeof baseline === "string" ? baseline : "custom";
