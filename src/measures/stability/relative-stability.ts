/** Relative input and output stability: the relative change of the map against that of the image, or against the change
 *  of the logits,
 *    RIS = max ‖(a − a′)/a‖ / max(‖(x − x′)/x‖, ε),   ROS = max ‖(a − a′)/a‖ / max(‖(f − f′)/T‖, ε).
 *  Quotients are taken where a and x are not next to 0 and norms are root mean squares over these places: the published
 *  form divides zeros by ε, and black background decides. Logits are those of the calibrated model.
 *  Agarwal et al. 2022. */

import type { ExplainerContext } from "../context.js";
import { distance } from "../means.js";
import { type ExplainerMeasure, free } from "../measure.js";
import { largest, type Neighbour, neighbours, overNeighbours, row } from "./neighbours.js";

type StabilityOptions = {
  readonly radius: number;
  readonly draws: number;
  readonly epsilon: number;
};

/** Root mean square of (b − b′)/b over the places where |b| exceeds ε times its largest; undefined without one. */
export function relativeChange(
  b: ArrayLike<number>,
  changed: ArrayLike<number>,
  epsilon: number,
): number | undefined {
  let peak = 0;
  for (let i = 0; i < b.length; i++) peak = Math.max(peak, Math.abs(b[i]));
  let [squares, places] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    if (!(Math.abs(b[i]) > epsilon * peak)) continue;
    squares += ((b[i] - changed[i]) / b[i]) ** 2;
    places++;
  }
  return places === 0 ? undefined : Math.sqrt(squares / places);
}

const stability = (
  words: Pick<ExplainerMeasure, "title" | "question" | "zh" | "unit">,
  against: (
    context: ExplainerContext,
    neighbour: Neighbour,
    i: number,
    epsilon: number,
  ) => number | undefined,
) =>
  ({
    of: "explainer",
    reading: "signed",
    ...words,
    family: "stability",
    better: "lower",
    scale: "ratio",
    reference: "Agarwal et al. 2022",
    /** radius: largest change of a pixel; draws: neighbours of each image; epsilon: what counts as 0. */
    defaults: { radius: 0.02, draws: 10, epsilon: 1e-6 },
    groundwork: neighbours,
    cost: free,
    score: (context, { epsilon }, found) =>
      overNeighbours(context, found, (neighbour, i) => {
        const change = relativeChange(context.maps[i], neighbour.maps[i], epsilon);
        const cause = against(context, neighbour, i, epsilon);
        return change === undefined || cause === undefined
          ? undefined
          : change / Math.max(cause, epsilon);
      }).map(largest),
  }) as const satisfies ExplainerMeasure<StabilityOptions, readonly Neighbour[]>;

export const relativeInputStability = stability(
  {
    title: "Relative input stability",
    question: "How much more than the image does the map change, in proportion?",
    zh: { title: "相对输入稳定性", question: "归因图的相对变化是图像的多少倍？" },
    unit: "ratio",
  },
  ({ images }, neighbour, i, epsilon) =>
    relativeChange(row(images, i), row(neighbour.images, i), epsilon),
);

export const relativeOutputStability = stability(
  {
    title: "Relative output stability",
    question: "How far does the map change where the logits hardly do?",
    zh: { title: "相对输出稳定性", question: "logit 几乎不变时，归因图变化多少？" },
    unit: "relative change / logit",
  },
  ({ logits, trained }, neighbour, i) =>
    distance(row(logits, i), row(neighbour.logits, i)) / trained.temperature,
);
