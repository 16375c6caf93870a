/** ROAD, remove and debias: the share of images that keep their class after the pixels on top of the map (MoRF), or at
 *  its bottom (LeRF), were replaced by noisy linear imputation, averaged over the shares p removed. Imputation hides
 *  which pixels are gone, so that the model cannot read the answer off the shape of the hole.
 *  `road` is (LeRF − MoRF)/2: 0 for a map that knows nothing, up to ½. Rong et al. 2022. */

import { size, type Tensor, tensor } from "../../tensor/index.js";
import type { MapContext } from "../context.js";
import { mean } from "../means.js";
import type { MapMeasure } from "../measure.js";
import { descending } from "../variants.js";
import { imputed } from "./imputation.js";

type RoadOptions = {
  readonly every: number;
  readonly noise: number;
};

/** Shares of the pixels removed, in per cent: every, 2·every … below 100. */
export const percents = (every: number): number[] =>
  Array.from({ length: Math.max(0, Math.ceil(100 / every) - 1) }, (_, k) => (k + 1) * every);

/** The image without the first p % of the order, for every p. */
export function roadVariants(
  { image, stream }: Pick<MapContext, "image" | "stream">,
  order: Int32Array,
  { every, noise }: RoadOptions,
): Tensor {
  const [C, H, W] = image.shape;
  const inner = size(image.shape);
  const shares = percents(every);
  const variants = new Float32Array(shares.length * inner);
  // The noise belongs to the pixel, whatever the map.
  const own = stream("imputation noise");
  const noises = Float64Array.from({ length: inner }, () => noise * own.normal());
  for (let c = 0; c < C; c++) {
    const channel = image.data.subarray(c * H * W, (c + 1) * H * W);
    let before: ArrayLike<number> = channel;
    shares.forEach((percent, k) => {
      const removed = order.subarray(0, Math.round((percent / 100) * H * W));
      const filled = imputed(channel, removed, [H, W], { start: before });
      before = filled;
      const out = variants.subarray(k * inner + c * H * W, k * inner + (c + 1) * H * W);
      out.set(filled);
      for (const p of removed) out[p] += noises[c * H * W + p];
    });
  }
  return tensor([shares.length, ...image.shape], variants);
}

/** Share of the variants that keep the class. */
function kept(context: MapContext, order: Int32Array, options: RoadOptions): number {
  const { predicted } = context.answers(roadVariants(context, order, options));
  return mean(predicted.map((label) => (label === context.target ? 1 : 0)));
}

type Way = "most" | "least";

const removal = (
  words: Pick<MapMeasure, "title" | "question" | "zh" | "better">,
  ways: readonly Way[],
  combine: (kept: Record<Way, number>) => number,
) =>
  ({
    of: "map",
    reading: "evidence",
    ...words,
    family: "faithfulness",
    unit: "share of images",
    scale: "difference",
    reference: "Rong et al. 2022",
    /** every: per cent of the pixels from one removal to the next; noise: standard deviation in units of the input. */
    defaults: { every: 10, noise: 0.01 },
    cost: ({ every }) => ({ forward: ways.length * percents(every).length, backward: 0 }),
    score(context, options) {
      const order = descending(context.map, context.tieOrder);
      const of = (way: Way): number =>
        ways.includes(way)
          ? kept(context, way === "most" ? order : order.slice().reverse(), options)
          : 0;
      return combine({ most: of("most"), least: of("least") });
    },
  }) as const satisfies MapMeasure<RoadOptions>;

export const road = removal(
  {
    title: "ROAD",
    question: "Do images keep their class longer when the least relevant pixels go first?",
    zh: { title: "ROAD", question: "先去掉最不相关的像素时，图像是否更久地保持类别？" },
    better: "higher",
  },
  ["most", "least"],
  ({ most, least }) => (least - most) / 2,
);

export const roadMost = removal(
  {
    title: "ROAD, most relevant first",
    question: "How many images keep their class while the most relevant pixels go?",
    zh: { title: "ROAD（最相关优先）", question: "去掉最相关的像素时，多少图像保持类别？" },
    better: "lower",
  },
  ["most"],
  ({ most }) => most,
);

export const roadLeast = removal(
  {
    title: "ROAD, least relevant first",
    question: "How many images keep their class while the least relevant pixels go?",
    zh: { title: "ROAD（最不相关优先）", question: "去掉最不相关的像素时，多少图像保持类别？" },
    better: "higher",
  },
  ["least"],
  ({ least }) => least,
);
