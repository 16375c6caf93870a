/** Monotonicity correlation: Spearman of Σ_{i∈G} |a_i| and E(f(x) − f(x̃_G))², where the pixels of G, a group along the
 *  map's order, are drawn anew, uniform over the image's range. The published form divides by f(x)², which ranks within
 *  one image do not see and small f(x) would blow up. Nguyen & Martínez 2020. */

import { type Tensor, tensor } from "../../tensor/index.js";
import type { ImageContext } from "../context.js";
import { range } from "../means.js";
import type { MapMeasure } from "../measure.js";
import { spearman } from "../similarity.js";
import { descending, exchanged, inGroups, sumOver } from "../variants.js";

type CorrelationOptions = {
  readonly rowsPerStep: number;
  readonly draws: number;
};

/** Another image, each number uniform over the range of the image's own. */
function drawnAnew({ image, stream }: ImageContext, draw: number): Tensor {
  const [low, high] = range(image.data);
  const own = stream("drawn anew").split(draw);
  return tensor(
    image.shape,
    Float32Array.from(image.data, () => own.uniform(low, high)),
  );
}

export const monotonicityCorrelation = {
  of: "map",
  reading: "absolute",
  title: "Monotonicity correlation",
  question: "Do larger values of the map mean that the pixels' content moves the logit more?",
  zh: { title: "单调性相关", question: "归因值越大，像素内容对 logit 的影响是否越大？" },
  family: "faithfulness",
  unit: "rank correlation",
  better: "higher",
  scale: "difference",
  reference: "Nguyen & Martínez 2020",
  /** rowsPerStep: pixels of a group, in image rows; draws: contents drawn for each group. */
  defaults: { rowsPerStep: 1, draws: 20 },
  cost: ({ rowsPerStep, draws }, { height }) => ({
    forward: draws * Math.ceil(height / rowsPerStep) + 1,
    backward: 0,
  }),
  score(context, { rowsPerStep, draws }) {
    const { map, image, tieOrder, answers } = context;
    const groups = inGroups(descending(map, tieOrder), rowsPerStep * image.shape[2]);
    const [intact] = answers(exchanged(image, image, [[]])).logit;
    const squares = new Float64Array(groups.length);
    for (let draw = 0; draw < draws; draw++)
      answers(exchanged(image, drawnAnew(context, draw), groups)).logit.forEach((f, k) => {
        squares[k] += (intact - f) ** 2;
      });
    return (
      spearman(
        groups.map((group) => sumOver(map, group)),
        squares,
      ) ?? null
    );
  },
} as const satisfies MapMeasure<CorrelationOptions>;
