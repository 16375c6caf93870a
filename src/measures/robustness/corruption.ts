/** Accuracy on corrupted images: blurred, of less contrast, or shifted. Hendrycks & Dietterich 2019 in small. */

import { exp } from "../../tensor/math.js";
import { type Tensor, tensor } from "../../tensor/tensor.js";
import { mean } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import { accuracyAt, runOf, sampleOf } from "../sample.js";

type Plane = { readonly data: Float32Array; readonly H: number; readonly W: number };

/** Every plane of images [n, C, H, W] made anew. */
function planewise(images: Tensor, make: (plane: Plane, out: Float32Array) => void): Tensor {
  const [, , H, W] = images.shape;
  const data = Float32Array.from(images.data);
  const out = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += H * W)
    make({ data: data.subarray(at, at + H * W), H, W }, out.subarray(at, at + H * W));
  return tensor(images.shape, out);
}

/** Gaussian blur of standard deviation `sigma` pixels; the edge pixel stands for what lies beyond it. */
export function blurred(images: Tensor, sigma: number): Tensor {
  const radius = Math.ceil(3 * sigma);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const sum = kernel.reduce((total, k) => total + k, 0);
  const within = (i: number, n: number): number => Math.min(n - 1, Math.max(0, i));
  return planewise(images, ({ data, H, W }, out) => {
    const rows = new Float64Array(H * W);
    for (let y = 0; y < H; y++)
      for (let x = 0; x < W; x++)
        for (let k = -radius; k <= radius; k++)
          rows[y * W + x] += (kernel[k + radius] / sum) * data[y * W + within(x + k, W)];
    for (let y = 0; y < H; y++)
      for (let x = 0; x < W; x++) {
        let value = 0;
        for (let k = -radius; k <= radius; k++)
          value += (kernel[k + radius] / sum) * rows[within(y + k, H) * W + x];
        out[y * W + x] = value;
      }
  });
}

/** Every pixel brought nearer to the plane's mean: m + contrast·(x − m). */
export const flattened = (images: Tensor, contrast: number): Tensor =>
  planewise(images, ({ data }, out) => {
    const middle = mean(data);
    for (let p = 0; p < data.length; p++) out[p] = middle + contrast * (data[p] - middle);
  });

/** Moved by (dy, dx) pixels; the edge pixel fills what comes in. */
export const shifted = (images: Tensor, dy: number, dx: number): Tensor =>
  planewise(images, ({ data, H, W }, out) => {
    for (let y = 0; y < H; y++)
      for (let x = 0; x < W; x++) {
        const fromY = Math.min(H - 1, Math.max(0, y - dy));
        const fromX = Math.min(W - 1, Math.max(0, x - dx));
        out[y * W + x] = data[fromY * W + fromX];
      }
  });

type CorruptionOptions = { amount: number; images: number };

/** A measure of the accuracy on all the versions that `corrupt` makes of the images. */
const corruption = (
  amount: number,
  versions: number,
  corrupt: (images: Tensor, amount: number) => readonly Tensor[],
  words: Pick<ModelMeasure, "title" | "question" | "zh">,
) =>
  ({
    ...words,
    of: "model",
    family: "robustness",
    unit: "share",
    better: "higher",
    scale: "difference",
    reference: "Hendrycks & Dietterich 2019",
    defaults: { amount, images: 1000 },
    cost: ({ images }, { validation }) => ({
      forward: versions * Math.min(images, validation),
      backward: 0,
    }),
    score(trained, o): Score {
      const { images, labels } = sampleOf(trained, { count: o.images });
      const run = runOf(trained, {});
      const made = corrupt(images, o.amount);
      return { value: mean(made.map((version) => accuracyAt(run, version, labels))) };
    },
  }) as const satisfies ModelMeasure<CorruptionOptions>;

/** amount: standard deviation in pixels. */
export const blurAccuracy = corruption(1, 1, (images, sigma) => [blurred(images, sigma)], {
  title: "Accuracy on blurred images",
  question: "How many images does the model still recognise when they are blurred?",
  zh: { title: "模糊图像上的准确率", question: "图像变模糊后，模型还能认出多少？" },
});

/** amount: share of the contrast that is left. */
export const contrastAccuracy = corruption(0.4, 1, (images, left) => [flattened(images, left)], {
  title: "Accuracy at low contrast",
  question: "How many images does the model still recognise with less contrast?",
  zh: { title: "低对比度下的准确率", question: "对比度降低后，模型还能认出多少图像？" },
});

/** amount: pixels, in each of the four directions. */
export const shiftAccuracy = corruption(
  2,
  4,
  (images, by) => [
    shifted(images, by, 0),
    shifted(images, -by, 0),
    shifted(images, 0, by),
    shifted(images, 0, -by),
  ],
  {
    title: "Accuracy on shifted images",
    question: "How many images does the model still recognise when they are moved a little?",
    zh: { title: "平移图像上的准确率", question: "图像稍微平移后，模型还能认出多少？" },
  },
);
