/** Smooth MPRT: randomisation of parameters for maps averaged over noisy images, trained and random ones alike. What is
 *  left of the change is not the noise of single gradients. Hedström et al. 2023. */

import type { Tensor } from "../../tensor/index.js";
import type { ExplainerContext } from "../context.js";
import { range } from "../means.js";
import { addCosts, type ExplainerMeasure, timesCost } from "../measure.js";
import { moved, row } from "../stability/neighbours.js";
import { stagesOf } from "./randomised.js";
import { costOfStages, likeness, type Stage, stageNames } from "./stages.js";

type SmoothOptions = {
  readonly calibration: number;
  readonly stage: Stage;
  readonly draws: number;
  readonly noise: number;
};

/** Noisy copies of the images; the noise's deviation is a share of each image's range. */
function noisyCopies(context: ExplainerContext, { draws, noise }: SmoothOptions): Tensor[] {
  const deviations = context.each.map((_, i) => {
    const [low, high] = range(row(context.images, i));
    return noise * (high - low);
  });
  return Array.from({ length: draws }, (_, draw) =>
    moved(context, `noisy copy ${draw}`, (own, i) => deviations[i] * own.normal()),
  );
}

/** The maps of the copies of each image, averaged. */
function averaged(copies: readonly Tensor[], explain: (images: Tensor) => readonly Float64Array[]) {
  const [first, ...rest] = copies.map(explain);
  const sums = first.map((map) => map.slice());
  for (const maps of rest)
    maps.forEach((map, i) => {
      for (let p = 0; p < map.length; p++) sums[i][p] += map[p];
    });
  return sums.map((map) => map.map((a) => a / copies.length));
}

export const smoothRandomisation = {
  of: "explainer",
  reading: "absolute",
  title: "Randomisation of parameters, smoothed",
  question: "Does the map, freed of noise, stay although the network forgets what it learned?",
  zh: { title: "平滑参数随机化", question: "去噪后的归因图在网络遗忘后是否仍然不变？" },
  family: "randomisation",
  unit: "rank correlation",
  better: "lower",
  scale: "difference",
  reference: "Hedström et al. 2023",
  /** draws: noisy copies of each image; noise: its deviation, as a share of the image's range; else as above. */
  defaults: { calibration: 256, stage: "mean", draws: 20, noise: 0.1 },
  choices: { stage: stageNames },
  cost: ({ calibration, draws }, work) =>
    addCosts(
      costOfStages(calibration, draws, work),
      timesCost(draws * work.explained, work.explanation),
    ),
  score(context, options) {
    const copies = noisyCopies(context, options);
    const smooth = averaged(copies, (images) => context.explain(images).maps);
    const models = stagesOf(context.trained, { calibration: options.calibration });
    const counted = options.stage === "last" ? models.slice(-1) : models;
    const found = counted.map((model) =>
      averaged(copies, (images) => context.explain(images, { model }).maps),
    );
    return likeness(smooth, found, "mean");
  },
} as const satisfies ExplainerMeasure<SmoothOptions>;
