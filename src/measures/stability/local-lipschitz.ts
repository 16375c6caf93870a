/** Local Lipschitz estimate: max over neighbours of ‖a(x) − a(x′)‖₂ / ‖x − x′‖₂, the map's largest value being 1: without
 *  that it would measure the scale of the logits. Alvarez-Melis & Jaakkola 2018. */

import { distance } from "../means.js";
import { type ExplainerMeasure, free } from "../measure.js";
import {
  largest,
  type Neighbour,
  type NeighbourOptions,
  neighbours,
  overNeighbours,
  row,
} from "./neighbours.js";

const peak = (map: Float64Array): number =>
  map.reduce((found, a) => Math.max(found, Math.abs(a)), 0);

export const localLipschitz = {
  of: "explainer",
  reading: "signed",
  title: "Local Lipschitz estimate",
  question: "How fast does the map change with the image?",
  zh: { title: "局部 Lipschitz 估计", question: "归因图随图像变化得多快？" },
  family: "stability",
  unit: "1 / input range",
  better: "lower",
  scale: "difference",
  reference: "Alvarez-Melis & Jaakkola 2018",
  /** radius: largest change of a pixel, in units of the input range; draws: neighbours of each image. */
  defaults: { radius: 0.02, draws: 10 },
  groundwork: neighbours,
  cost: free,
  score: (context, _, found) =>
    overNeighbours(context, found, ({ images, maps }, i) => {
      const far = distance(row(images, i), row(context.images, i));
      return distance(maps[i], context.maps[i]) / (peak(context.maps[i]) * far);
    }).map(largest),
} as const satisfies ExplainerMeasure<NeighbourOptions, readonly Neighbour[]>;
