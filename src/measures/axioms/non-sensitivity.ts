/** Non-sensitivity: the share of pixels for which "no attribution" and "no influence on the logit" do not go together.
 *  A pixel has influence if the logit moves when all its channels go to the farther end of the image's range. "No" is
 *  within ε of the largest attribution, and of the largest influence. Nguyen & Martínez 2020. */

import { tensor } from "../../tensor/index.js";
import type { ImageContext } from "../context.js";
import { removalsOf } from "../faithfulness/removals.js";
import { range } from "../means.js";
import { free, type Groundwork, type MapMeasure } from "../measure.js";

type SensitivityOptions = {
  readonly epsilon: number;
};

/** |f(x) − f(x with the pixel at the farther end)| of every pixel. */
const influence: Groundwork<ImageContext, SensitivityOptions, Float64Array> = {
  reads: [],
  cost: (_, { height, width }) => ({ forward: height * width + 1, backward: 0 }),
  make(context) {
    const { image } = context;
    const [low, high] = range(image.data);
    const far = image.data.map((x) => (x - low < high - x ? high : low));
    const each = Array.from({ length: image.shape[1] * image.shape[2] }, (_, p) =>
      Int32Array.of(p),
    );
    return removalsOf(context, each, tensor(image.shape, far), "logit").drops.map(Math.abs);
  },
};

export const nonSensitivity = {
  of: "map",
  reading: "absolute",
  scaled: "peak",
  title: "Non-sensitivity",
  question: "Are pixels without influence those without attribution?",
  zh: { title: "非敏感性", question: "没有影响的像素是否正是没有归因的像素？" },
  family: "axioms",
  unit: "share of pixels",
  better: "lower",
  scale: "difference",
  reference: "Nguyen & Martínez 2020",
  /** epsilon: what counts as nothing, as a share of the largest. */
  defaults: { epsilon: 1e-5 },
  groundwork: influence,
  cost: free,
  score({ map }, { epsilon }, moves) {
    const largest = moves.reduce((a, b) => Math.max(a, b), 0);
    let disagree = 0;
    for (let p = 0; p < map.length; p++)
      if (map[p] > epsilon !== moves[p] > epsilon * largest) disagree++;
    return disagree / map.length;
  },
} as const satisfies MapMeasure<SensitivityOptions, Float64Array>;
