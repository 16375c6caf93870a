/** What can be done about Batch Norm, and what a study says each of it gains and costs. A remedy leads from one arm to
 *  another: another norm, another way to train, or a step after training. Adding one: an entry here. */

import { isTiming, partsOf } from "../measures/index.js";
import type { ArmName } from "./arms.js";
import type { Contrast } from "./conclusions.js";
import { contrast } from "./contrast.js";
import { measuredKeys } from "./measured.js";
import { readingOf } from "./reading.js";
import type { Study, TrialTimings } from "./types.js";

interface Remedy {
  /** What to do, as an imperative. */
  readonly title: string;
  /** The same in Chinese. */
  readonly zh: { readonly title: string };
  /** The arm without it. */
  readonly from: ArmName;
  /** The arm with it. */
  readonly to: ArmName;
  /** Whether a trained model can be helped, without training again. */
  readonly when: "training" | "afterwards";
}

export const remedies = {
  fold: {
    title: "Fold Batch Norm into its neighbours before explaining",
    zh: { title: "解释之前将批归一化折叠进相邻的层" },
    from: "batch",
    to: "batchFolded",
    when: "afterwards",
  },
  recalibrate: {
    title: "Take the statistics anew over the training images",
    zh: { title: "在训练图像上重新估计统计量" },
    from: "batchMoving",
    to: "batch",
    when: "afterwards",
  },
  smallerRate: {
    title: "Train at a tenth of the learning rate",
    zh: { title: "以十分之一的学习率训练" },
    from: "batch",
    to: "batchSlow",
    when: "training",
  },
  ghost: {
    title: "Normalise over ghost batches of 8",
    zh: { title: "以 8 张图像的幽灵批归一化" },
    from: "batch",
    to: "ghost",
    when: "training",
  },
  freeze: {
    title: "Freeze the statistics after the first epoch",
    zh: { title: "第一轮之后冻结统计量" },
    from: "batch",
    to: "batchFrozen",
    when: "training",
  },
  group: {
    title: "Use group normalisation instead",
    zh: { title: "改用组归一化" },
    from: "batch",
    to: "group",
    when: "training",
  },
  layer: {
    title: "Use layer normalisation instead",
    zh: { title: "改用层归一化" },
    from: "batch",
    to: "layer",
    when: "training",
  },
  decay: {
    title: "Use tuned weight decay instead",
    zh: { title: "改用调优的权重衰减" },
    from: "batch",
    to: "noneDecay",
    when: "training",
  },
  scaledStart: {
    title: "Use a well-scaled start instead",
    zh: { title: "改用良好缩放的初始值" },
    from: "batch",
    to: "noneScaled",
    when: "training",
  },
  without: {
    title: "Leave it out",
    zh: { title: "不用归一化" },
    from: "batch",
    to: "none",
    when: "training",
  },
} as const satisfies Record<string, Remedy>;

/** What a study says about one remedy. Only measures that have a better direction count; of each the interval decides,
 *  uncorrected, since nothing here is a claim. */
export interface RemedyFacts {
  readonly remedy: keyof typeof remedies;
  /** Measures that the remedy makes better. */
  readonly gains: readonly Contrast[];
  /** Measures that it makes worse. */
  readonly prices: readonly Contrast[];
  /** Measures of which the interval contains no difference, or that have none. */
  readonly unclear: readonly Contrast[];
  /** Its difference in validation accuracy and in time per step, whatever they are; null if not measured. */
  readonly accuracy: Contrast | null;
  readonly stepTime: Contrast | null;
}

/** The remedies that a study has both arms of. */
export function remedyFacts(study: Study, timings: readonly TrialTimings[] = []): RemedyFacts[] {
  const has = (arm: ArmName): boolean => study.config.arms.some(({ name }) => name === arm);
  const keys = measuredKeys(study, timings).filter((key) => {
    const better = partsOf(key)?.measure.better;
    return better === "higher" || better === "lower";
  });
  return remedyNames
    .filter((name) => has(remedies[name].from) && has(remedies[name].to))
    .map((name) => {
      const { from, to } = remedies[name];
      const all = keys.map((measure) =>
        contrast(study, { measure, arm: to, baseline: from }, timings),
      );
      const of = (reading: ReturnType<typeof readingOf>): Contrast[] =>
        all.filter((item) => readingOf(item) === reading);
      const known = (key: string): Contrast | null =>
        all.find(({ measure, difference }) => measure === key && difference !== null) ?? null;
      return {
        remedy: name,
        gains: of("better"),
        prices: of("worse"),
        unclear: of("unclear"),
        accuracy: known("validationAccuracy"),
        stepTime: known("stepTime"),
      };
    });
}

const remedyNames = Object.keys(remedies) as (keyof typeof remedies)[];

/** How much a measure tells apart: the difference in standard deviations of the pairs. */
const strength = ({ hedgesG }: Contrast): number => Math.abs(hedgesG ?? 0);

/** The clearest of a list first, those by the clock left out. */
export const clearest = (contrasts: readonly Contrast[]): Contrast[] =>
  contrasts.filter(({ measure }) => !isTiming(measure)).sort((a, b) => strength(b) - strength(a));
