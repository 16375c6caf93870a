/** Dead units: the share of channels that no validation image makes exceed 1e-6 after the last ReLU.
 *  Frankle et al. 2021. */

import type { ModelMeasure, Score } from "../measure.js";
import { aliveUnits, responsesOf } from "./responses.js";

export const deadUnits = {
  of: "model",
  title: "Dead units",
  question: "How many units does no image make respond?",
  zh: { title: "失活单元", question: "有多少单元对任何图像都没有反应？" },
  family: "units",
  unit: "share",
  better: "lower",
  scale: "difference",
  reference: "Frankle et al. 2021",
  /** images: at most so many validation images. */
  defaults: { images: 1000 },
  cost: ({ images }, { validation }) => ({ forward: Math.min(images, validation), backward: 0 }),
  score(trained, { images }): Score {
    const responses = responsesOf(trained, { images });
    if (!responses) return { value: null, states: { noRelu: 1 } };
    const dead = responses.units - aliveUnits(responses).length;
    return { value: dead / responses.units, states: { deadUnits: dead, units: responses.units } };
  },
} as const satisfies ModelMeasure<{ images: number }>;
