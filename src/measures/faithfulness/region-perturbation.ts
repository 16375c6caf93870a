/** Region perturbation: squares of the image become the baseline, the most relevant first (MoRF) or the least (LeRF). The
 *  score is the area over the perturbation curve, AOPC = 1/(L + 1)·Σ_{k=0…L} (f(x⁽⁰⁾) − f(x⁽ᵏ⁾)), over the first squares:
 *  high for MoRF and low for LeRF if the map names what the model uses. The order at random is the random control's.
 *  Samek et al. 2015. */

import type { MapContext } from "../context.js";
import { mean } from "../means.js";
import type { MapMeasure } from "../measure.js";
import {
  descending,
  type Exchange,
  exchangeChoices,
  exchanged,
  nothingOf,
  sumOver,
} from "../variants.js";
import { squaresOf } from "./squares.js";

type RegionOptions = Exchange & {
  readonly patch: number;
  readonly share: number;
};

/** Squares that are taken: a share of all of them, at least one. */
const taken = (all: number, share: number): number =>
  Math.min(all, Math.max(1, Math.ceil(share * all)));

/** The answers while squares go one after another, the intact image first. */
export function regionCurve(
  { map, image, tieOrder, answers }: MapContext,
  { patch, share, baseline, output }: RegionOptions,
  way: "most" | "least",
): Float64Array {
  const squares = squaresOf(image.shape, patch);
  const sums = squares.map((square) => sumOver(map, square));
  const ties = tieOrder.filter((k) => k < squares.length);
  const order = descending(sums, ties);
  if (way === "least") order.reverse();
  const pixels = Int32Array.from([...order].flatMap((square) => [...squares[square]]));
  const ends = [0];
  for (const square of order) ends.push(ends[ends.length - 1] + squares[square].length);
  const sets = ends
    .slice(0, taken(squares.length, share) + 1)
    .map((end) => pixels.subarray(0, end));
  return answers(exchanged(image, nothingOf(image, baseline), sets))[output];
}

const perturbation = (
  way: "most" | "least",
  words: Pick<MapMeasure, "title" | "question" | "zh" | "better">,
) =>
  ({
    of: "map",
    reading: "evidence",
    ...words,
    family: "faithfulness",
    unit: "probability",
    scale: "difference",
    reference: "Samek et al. 2015",
    /** patch: side of a square in pixels; share: of the squares, taken; baseline: what they become. */
    defaults: { patch: 2, share: 0.2, baseline: "zero", output: "probability" },
    choices: exchangeChoices,
    cost: ({ patch, share }, { height, width }) => ({
      forward: taken(Math.ceil(height / patch) * Math.ceil(width / patch), share) + 1,
      backward: 0,
    }),
    score(context, options) {
      const curve = regionCurve(context, options, way);
      return mean(curve.map((value) => curve[0] - value));
    },
  }) as const satisfies MapMeasure<RegionOptions>;

export const regionPerturbation = perturbation("most", {
  title: "Region perturbation, most relevant first",
  question: "How far does the prediction fall while the most relevant squares go?",
  zh: { title: "区域扰动（最相关优先）", question: "逐步去掉最相关的方块，预测下降多少？" },
  better: "higher",
});

export const regionPerturbationLeast = perturbation("least", {
  title: "Region perturbation, least relevant first",
  question: "How far does the prediction fall while the least relevant squares go?",
  zh: { title: "区域扰动（最不相关优先）", question: "逐步去掉最不相关的方块，预测下降多少？" },
  better: "lower",
});
