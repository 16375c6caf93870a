/** Class selectivity of units: (μ_max − μ_rest)/(μ_max + μ_rest), μ_max the largest class-conditional mean of a unit's
 *  activation and μ_rest the mean over all other classes; a unit's activation is its spatial mean after the last
 *  ReLU. Averaged over the units that are alive. Morcos et al. 2018. Lower selectivity is not a worse model. */

import { mean } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import { ALIVE, aliveUnits, type Responses, responsesOf } from "./responses.js";

/** Per unit its selectivity, null if it is dead. Classes without images do not take part. */
export function selectivities({ units, labels, means, maxima }: Responses): (number | null)[] {
  const classes = [...new Set(labels)];
  const sums = new Map(classes.map((k) => [k, { images: 0, of: new Float64Array(units) }]));
  labels.forEach((label, i) => {
    const own = sums.get(label);
    if (!own) return;
    own.images++;
    for (let unit = 0; unit < units; unit++) own.of[unit] += means[i * units + unit];
  });
  return Array.from(maxima, (largestValue, unit) => {
    if (largestValue <= ALIVE || classes.length < 2) return null;
    const byClass = [...sums.values()].map(({ images, of }) => of[unit] / images);
    const largest = Math.max(...byClass);
    const rest = (byClass.reduce((sum, x) => sum + x, 0) - largest) / (byClass.length - 1);
    return (largest - rest) / (largest + rest);
  });
}

export const classSelectivity = {
  of: "model",
  title: "Class selectivity of units",
  question: "Do single units respond to single classes?",
  zh: { title: "单元的类别选择性", question: "单个单元是否只对单个类别有反应？" },
  family: "units",
  unit: "index",
  better: "neither",
  scale: "difference",
  reference: "Morcos et al. 2018",
  /** images: at most so many validation images. */
  defaults: { images: 1000 },
  cost: ({ images }, { validation }) => ({ forward: Math.min(images, validation), backward: 0 }),
  score(trained, { images }): Score {
    const responses = responsesOf(trained, { images });
    if (!responses) return { value: null, states: { noRelu: 1 } };
    const all = selectivities(responses);
    const scored = all.filter((value) => value !== null);
    return {
      value: scored.length === 0 ? null : mean(scored),
      states: { deadUnits: responses.units - aliveUnits(responses).length },
      details: { tables: { units: { unit: [...all.keys()], selectivity: all } } },
    };
  },
} as const satisfies ModelMeasure<{ images: number }>;
