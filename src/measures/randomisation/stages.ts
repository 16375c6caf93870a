/** The maps of a network at every stage of losing what it learned, and how alike they are to those of the trained one. */

import type { ExplainerContext } from "../context.js";
import { meanKnown } from "../means.js";
import { addCosts, type Cost, type Groundwork, timesCost, type Workload } from "../measure.js";
import { spearman } from "../similarity.js";
import { stagesOf } from "./randomised.js";

/** Maps by stage, then by image. */
export type StageMaps = readonly (readonly Float64Array[])[];

/** Which stages count: all of them, or the one where nothing learned is left. */
export type Stage = "mean" | "last";
export const stageNames: readonly Stage[] = ["mean", "last"];

/** The statistics of the stages, and so many explanations of each image at each of them. */
export const costOfStages = (
  calibration: number,
  explanations: number,
  { layers, explained, train, explanation }: Workload,
): Cost =>
  timesCost(
    layers,
    addCosts(timesCost(explanations * explained, explanation), {
      forward: Math.min(calibration, train),
      backward: 0,
    }),
  );

export const stageMaps: Groundwork<ExplainerContext, { readonly calibration: number }, StageMaps> =
  {
    reads: ["calibration"],
    cost: ({ calibration }, work) => costOfStages(calibration, 1, work),
    make: ({ images, trained, explain }, { calibration }) =>
      stagesOf(trained, { calibration }).map((model) => explain(images, { model }).maps),
  };

/** Spearman of each map and those of the stages that count, their mean; null where no stage has one. */
export const likeness = (
  maps: readonly Float64Array[],
  found: StageMaps,
  stage: Stage,
): (number | null)[] =>
  maps.map((map, i) =>
    meanKnown((stage === "last" ? found.slice(-1) : found).map((at) => spearman(map, at[i]))),
  );
