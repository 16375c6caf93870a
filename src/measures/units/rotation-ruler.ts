/** Rotation ruler: what share of its unique detectors a network loses when the space of its units is rotated and the
 *  layer after it rotated back. The function stays the same, so whatever is lost belongs to the axes alone. The value is
 *  that of a full random rotation Q, a mean over draws; stored is the count for Q^α, α = 0 … 1, against which a
 *  difference between arms can be laid: "as much as α = 0.3". Bau et al. 2017, §3.2, who lost 80 %. */

import { conv2d } from "../../model/build.js";
import { random } from "../../tensor/random.js";
import { tensor } from "../../tensor/tensor.js";
import { detailTable } from "../details.js";
import { mean } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import { detectors, dissect, labelsOf } from "./dissection.js";
import { type Matrix, planesOf, power, randomRotation } from "./rotation.js";
import type { Inserted } from "./tap.js";
import { dissectionOf, probeOf } from "./unique-detectors.js";

/** The matrix as a layer: at every position, y = Q·a. */
export function rotationLayer(q: Matrix, units: number): Inserted {
  const weight = tensor([units, units, 1, 1], Float32Array.from(q));
  return {
    layer: conv2d({ filters: units, kernel: 1, bias: false }),
    parameters: { weight },
  };
}

type RulerOptions = {
  steps: number;
  draws: number;
  threshold: number;
  quantile: number;
  images: number;
};

export const rotationRuler = {
  of: "model",
  title: "Detectors lost by rotation",
  question:
    "How many of the concepts that units detect belong to their axes, and not to their space?",
  zh: {
    title: "旋转损失的检测器",
    question: "单元检测到的概念中，有多少取决于坐标轴而非空间本身？",
  },
  family: "units",
  unit: "share",
  better: "neither",
  scale: "difference",
  reference: "Bau et al. 2017",
  /** steps: of α from 0 to 1; draws: random rotations; the rest as for unique detectors. */
  defaults: { steps: 5, draws: 5, threshold: 0.04, quantile: 0.005, images: 500 },
  cost: ({ steps, draws, images }, { validation }) => ({
    forward: 2 * (steps * draws + 1) * Math.min(images, validation),
    backward: 0,
  }),
  score(trained, { steps, draws, threshold, quantile, images }, tick): Score {
    const found = dissectionOf(trained, { quantile, images });
    if ("state" in found) return { value: null, states: { [found.state]: 1 } };
    const { units } = found.dissection;
    const start = detectors(found.labels, threshold).unique;
    if (start === 0) return { value: null, states: { noDetectors: 1 } };
    const stream = random(trained.seed).split("rotation");
    const rows = Array.from({ length: draws }, (_, draw) => {
      const planes = planesOf(randomRotation(units, stream.split(draw)), units);
      return Array.from({ length: steps }, (_, step) => {
        tick((draw * steps + step) / (draws * steps));
        const alpha = (step + 1) / steps;
        const probe = probeOf(trained, images, rotationLayer(power(planes, alpha, units), units));
        const unique = "state" in probe ? 0 : uniqueOf(dissect(probe, quantile), threshold);
        return { draw, alpha, unique };
      });
    }).flat();
    const full = rows.filter(({ alpha }) => alpha === 1).map(({ unique }) => unique);
    const curve = detailTable([{ draw: 0, alpha: 0, unique: start }, ...rows]);
    return {
      value: 1 - mean(full) / start,
      states: { unrotated: start },
      details: { tables: { curve } },
    };
  },
} as const satisfies ModelMeasure<RulerOptions>;

const uniqueOf = (dissection: Parameters<typeof labelsOf>[0], threshold: number): number =>
  detectors(labelsOf(dissection), threshold).unique;
