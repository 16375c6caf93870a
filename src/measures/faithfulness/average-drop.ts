/** Average drop and increase in confidence: the image is seen through the map, x₀ + a ⊙ (x − x₀) with a⁺ scaled to
 *  [0, 1], and its probability p̃ compared with p.
 *  - average drop: max(0, p − p̃)/p
 *  - increase in confidence: 1 if p̃ > p, else 0; its mean is a share of images
 *  What is seen lies off the images that the model knows. Chattopadhyay et al. 2018. */

import type { BaselineName } from "../../explain/index.js";
import { tensor } from "../../tensor/index.js";
import type { MapContext } from "../context.js";
import type { MapMeasure } from "../measure.js";
import { baselineChoices, nothingOf } from "../variants.js";

type SeenOptions = {
  readonly baseline: BaselineName;
};

/** p of the image, and of the image seen through its map. */
function seen({ map, image, answers }: MapContext, baseline: BaselineName): [number, number] {
  const nothing = nothingOf(image, baseline).data;
  const peak = map.reduce((largest, a) => Math.max(largest, a), 0);
  const through = Float32Array.from(image.data, (x, at) => {
    const share = peak > 0 ? Math.max(map[at % map.length], 0) / peak : 0;
    return nothing[at] + share * (x - nothing[at]);
  });
  const both = tensor([2, ...image.shape], Float32Array.of(...image.data, ...through));
  const [p, after] = answers(both).probability;
  return [p, after];
}

const throughMap = (
  words: Pick<MapMeasure, "title" | "question" | "zh" | "better" | "unit">,
  score: (p: number, after: number) => number,
) =>
  ({
    of: "map",
    reading: "evidence",
    ...words,
    family: "faithfulness",
    scale: "difference",
    reference: "Chattopadhyay et al. 2018",
    /** baseline: what is seen where the map is 0. */
    defaults: { baseline: "zero" },
    choices: baselineChoices,
    cost: () => ({ forward: 2, backward: 0 }),
    score: (context, { baseline }) => score(...seen(context, baseline)),
  }) as const satisfies MapMeasure<SeenOptions>;

export const averageDrop = throughMap(
  {
    title: "Average drop",
    question:
      "How much of its confidence does the model lose when it sees the image through the map?",
    zh: { title: "平均下降", question: "透过归因图看图像时，模型的信心损失多少？" },
    better: "lower",
    unit: "share",
  },
  (p, after) => Math.max(0, p - after) / p,
);

export const increaseInConfidence = throughMap(
  {
    title: "Increase in confidence",
    question: "For how many images is the model surer when it sees them through the map?",
    zh: { title: "信心上升", question: "透过归因图看时，模型对多少图像更有把握？" },
    better: "higher",
    unit: "share of images",
  },
  (p, after) => (after > p ? 1 : 0),
);
