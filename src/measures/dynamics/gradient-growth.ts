/** Gradient growth at the start: how many times larger the gradient is below one layer of dense, norm and ReLU than
 *  above it, ‖∂/∂a_(l−1)‖₂/‖∂/∂a_l‖₂, in training mode on Gaussian inputs. The geometric mean over the layers but the
 *  first, whose input no ReLU has made. With Batch Norm √(π/(π−1)) = 1.211 (Yang et al. 2019), without any 1.
 *  The networks are the measure's own: they have the arm's norm, and nothing else of the arm. */

import { session } from "../../engine/session.js";
import { random } from "../../tensor/random.js";
import { distance, geometricMean } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import { type ArmNorm, heStart, hiddenLayers, normal, normOf } from "./initial-networks.js";

type GrowthOptions = { depth: number; width: number; inputs: number };

/** The ratio across each of the layers 2 … depth, lowest layer first. */
export function growthPerLayer(
  norm: ArmNorm | undefined,
  seed: number,
  { depth, width, inputs }: GrowthOptions,
): number[] {
  const stream = random(seed).split("gradient growth");
  const model = heStart(hiddenLayers({ norm, inputs: width, width, depth }), stream);
  const x = normal([inputs, width, 1, 1], stream.split("inputs"));
  const ends = Array.from({ length: depth }, (_, l) => endOf(norm, l + 1));
  const seeds = stream.split("output gradient");
  const { gradients } = session(model, { stats: "batch" }).activationGradients(x, ends, (logits) =>
    normal(logits.shape, seeds),
  );
  const norms = ends.map((id) => distance(gradients[id].data));
  return norms.slice(1).map((above, l) => norms[l] / above);
}

const endOf = (norm: ArmNorm | undefined, layer: number): string =>
  `${norm?.after ? "norm" : "relu"}${layer}`;

export const gradientGrowth = {
  of: "model",
  title: "Gradient growth at the start",
  question:
    "How many times larger does the gradient become per layer on its way down, before training?",
  zh: { title: "初始梯度增长", question: "训练之前，梯度每往下一层增大多少倍？" },
  family: "dynamics",
  unit: "times per layer",
  better: "neither",
  scale: "ratio",
  reference: "Yang et al. 2019",
  /** depth and width of the networks; inputs: Gaussian inputs in the batch. */
  defaults: { depth: 10, width: 64, inputs: 256 },
  // Networks of its own: counted in images of a network like the study's.
  cost: ({ inputs }) => ({ forward: inputs, backward: inputs }),
  score({ model, seed }, options): Score {
    const norm = normOf(model);
    if (norm === "spatial") return { value: null, states: { needsPixels: 1 } };
    const ratios = growthPerLayer(norm, seed, options);
    const { value, left } = geometricMean(ratios);
    const layers = { layer: ratios.map((_, l) => l + 2), growth: ratios };
    return { value, states: { noGradient: left }, details: { tables: { layers } } };
  },
} as const satisfies ModelMeasure<GrowthOptions>;
