/** Continuity: max ‖a(x) − a(x′)‖₁ / ‖x − x′‖₂ while the image is shifted by 1 … n pixels up, down, left and right, its
 *  border repeated. Maps are compared in place, the largest value of each being 1. Montavon, Samek & Müller 2018. */

import { distance } from "../means.js";
import { type ExplainerMeasure, timesCost } from "../measure.js";
import { shifted } from "../robustness/corruption.js";
import { largest, row } from "./neighbours.js";

/** Σ |a − b|. */
function manhattan(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += Math.abs(a[p] - b[p]);
  return sum;
}

const DIRECTIONS = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

export const continuity = {
  of: "explainer",
  reading: "absolute",
  scaled: "peak",
  title: "Continuity",
  question: "Does the map change abruptly while the image is shifted?",
  zh: { title: "连续性", question: "平移图像时，归因图是否突变？" },
  family: "stability",
  unit: "map / image",
  better: "lower",
  scale: "difference",
  reference: "Montavon et al. 2018",
  /** pixels: the largest shift. */
  defaults: { pixels: 4 },
  cost: ({ pixels }, { explained, explanation }) =>
    timesCost(DIRECTIONS.length * pixels * explained, explanation),
  score({ images, maps, explain }, { pixels }) {
    const ratios = maps.map(() => [] as number[]);
    for (let by = 1; by <= pixels; by++)
      for (const [dy, dx] of DIRECTIONS) {
        const other = shifted(images, by * dy, by * dx);
        const there = explain(other).maps;
        maps.forEach((map, i) => {
          const far = distance(row(images, i), row(other, i));
          if (far > 0) ratios[i].push(manhattan(map, there[i]) / far);
        });
      }
    return ratios.map(largest);
  },
} as const satisfies ExplainerMeasure<{ pixels: number }>;
