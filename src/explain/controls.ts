/** Control maps, scored beside every real one: what a method that knows nothing of the model achieves. */

import { slice, type Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";
import { imageStreams } from "./draws.js";
import {
  type Explainer,
  type ExplainOptions,
  explainer,
  type Metadata,
  passes,
} from "./explanation.js";
import { choose, top } from "./target.js";

/** A control from a function that fills the values of a batch. */
const control = (
  method: string,
  title: string,
  zh: Metadata["zh"],
  reference: string,
  fill: (values: Tensor, images: Tensor, options: ExplainOptions) => void,
): Explainer =>
  explainer(
    method,
    {
      title,
      zh,
      kind: "control",
      reduction: "sum",
      dependsOn: "function",
      passes: passes(1, 0),
      reference,
      batchNorm: "None: no model is asked.",
    },
    (session, images, options) => {
      const logits = session.forward(images);
      const values = zeros(images);
      fill(values, images, options);
      return { values, logits, chosen: choose(options.target ?? top, logits) };
    },
  );

/** Independent uniform numbers in [0, 1), one per pixel and channel. */
export const random = control(
  "random",
  "Random map",
  { title: "随机图" },
  "",
  (values, images, options) => {
    imageStreams("random", images, options.random).forEach((stream, i) => {
      const { data } = slice(values, i, i + 1);
      for (let p = 0; p < data.length; p++) data[p] = stream.uniform();
    });
  },
);
/** 1 everywhere: every pixel matters the same. */
export const constant = control("constant", "Constant map", { title: "常数图" }, "", ({ data }) =>
  data.fill(1),
);

/** Edges of the image itself: |∇| by Sobel's filters, the border repeated. */
export const sobel = control(
  "sobel",
  "Sobel edges",
  { title: "Sobel 边缘" },
  "Sobel & Feldman 1968",
  (values, images) => {
    const [n, C, H, W] = images.shape;
    for (let plane = 0; plane < n * C; plane++) {
      const at = (y: number, x: number): number =>
        images.data[
          plane * H * W + Math.min(Math.max(y, 0), H - 1) * W + Math.min(Math.max(x, 0), W - 1)
        ];
      for (let y = 0; y < H; y++)
        for (let x = 0; x < W; x++) {
          const across = (dy: number): number => at(y + dy, x + 1) - at(y + dy, x - 1);
          const down = (dx: number): number => at(y + 1, x + dx) - at(y - 1, x + dx);
          const gx = across(-1) + 2 * across(0) + across(1);
          const gy = down(-1) + 2 * down(0) + down(1);
          values.data[plane * H * W + y * W + x] = Math.sqrt(gx * gx + gy * gy);
        }
    }
  },
);
