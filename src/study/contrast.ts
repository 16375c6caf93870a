/** Contrasts: arm minus baseline of one measure, paired by seed, with interval, effect sizes and test. */

import { type MeasureResult, partsOf } from "../measures/index.js";
import { meanKnown } from "../measures/means.js";
import { fail } from "../tensor/errors.js";
import { log } from "../tensor/math.js";
import type { Compared, Contrast } from "./conclusions.js";
import {
  cliffsDelta,
  FEW_SEEDS,
  hedgesG,
  inferMean,
  signFlipTest,
  superiority,
} from "./statistics/index.js";
import type { Study, TrialResult, TrialTimings } from "./types.js";

type Scale = Contrast["scale"];
type Pair = Contrast["pairs"][number];

/** A pair with the differences that its bootstrap resamples: one per image, or one. */
interface PairWithImages extends Pair {
  readonly differences: readonly number[];
}

/** The contrast of two sides of a study. `timings` are needed for measures of time alone. */
export function contrast(
  study: Study,
  compared: Compared,
  timings: readonly TrialTimings[] = [],
): Contrast {
  const pairs = pairsOf(study, compared, timings);
  return { ...compared, scale: scaleOf(compared), ...summary(pairs, nameOf(compared)) };
}

const scaleOf = ({ measure }: Compared): Scale => partsOf(measure)?.measure.scale ?? "difference";

/** The pairs of a contrast, in the order of the design. */
export function pairsOf(
  study: Study,
  compared: Compared,
  timings: readonly TrialTimings[] = [],
): PairWithImages[] {
  const { arm, baseline } = compared;
  return study.config.seeds.flatMap((seed) => {
    const of = (name: string): TrialResult | undefined =>
      study.trials.find((trial) => trial.arm === name && trial.seed === seed);
    const a = of(arm);
    if (!a) return [];
    const found = pairOf(a, of(baseline), compared, scaleOf(compared), timings);
    return found ? [{ seed, ...found }] : [];
  });
}

/** The name of a contrast's random streams. */
const nameOf = ({ measure, arm, baseline, against, value }: Compared): string =>
  [measure, arm, value ?? baseline, ...(against === undefined ? [] : [against])].join("/");

/** The two values of one seed, or undefined if an arm has none. */
function pairOf(
  arm: TrialResult,
  baseline: TrialResult | undefined,
  { measure, against = measure, value }: Compared,
  scale: Scale,
  timings: readonly TrialTimings[],
): Omit<PairWithImages, "seed"> | undefined {
  const [a, b] = [arm.measures[measure], baseline?.measures[against]];
  if (baseline && a?.images && b?.images && scale === "difference")
    return commonImages(arm, baseline, a, b);
  const scored = (trial: TrialResult | undefined, key: string): number | null | undefined =>
    trial?.measures[key]?.value ??
    timings.find((timing) => timing.hash === trial?.hash)?.measures[key];
  const [x, y] = [scored(arm, measure), value ?? scored(baseline, against)];
  if (x === null || x === undefined || y === null || y === undefined) return undefined;
  if (scale === "ratio" && !(x > 0 && y > 0)) return undefined;
  const difference = scale === "ratio" ? (log(x) - log(y)) / Math.LN2 : x - y;
  return { arm: x, baseline: y, difference, differences: [difference] };
}

/** Means over the images that both models classify correctly and that both maps allow to score. */
function commonImages(
  arm: TrialResult,
  baseline: TrialResult,
  a: MeasureResult,
  b: MeasureResult,
): Omit<PairWithImages, "seed"> | undefined {
  const { indices } = arm.explained;
  if (indices.join() !== baseline.explained.indices.join())
    fail(
      "data",
      `contrast: trials ${arm.arm} and ${baseline.arm} of seed ${arm.seed} explain different images, ` +
        "expected the same list; run the study again",
    );
  let [sumA, sumB] = [0, 0];
  const differences: number[] = [];
  for (let i = 0; i < indices.length; i++) {
    const [x, y] = [a.images?.[i] ?? null, b.images?.[i] ?? null];
    if (!arm.explained.correct[i] || !baseline.explained.correct[i]) continue;
    if (x === null || y === null) continue;
    sumA += x;
    sumB += y;
    differences.push(x - y);
  }
  const images = differences.length;
  if (images === 0) return undefined;
  const [meanA, meanB] = [sumA / images, sumB / images];
  return { arm: meanA, baseline: meanB, difference: meanA - meanB, images, differences };
}

function summary(
  withImages: readonly PairWithImages[],
  name: string,
): Omit<Contrast, keyof Compared | "scale"> {
  const pairs = withImages.map(({ differences: _, ...pair }) => pair);
  const differences = pairs.map((pair) => pair.difference);
  const arm = pairs.map((pair) => pair.arm);
  const baseline = pairs.map((pair) => pair.baseline);
  const inference = inferMean(
    withImages.map((pair) => pair.differences),
    { name },
  );
  const better = superiority(differences);
  return {
    pairs,
    armMean: meanKnown(arm),
    baselineMean: meanKnown(baseline),
    difference: meanKnown(differences),
    interval: inference?.interval(0.95) ?? null,
    interval90: inference?.interval(0.9) ?? null,
    fewSeeds: pairs.length <= FEW_SEEDS,
    hedgesG: hedgesG(differences),
    superiority: better?.value ?? null,
    superiorityInterval: better?.interval ?? null,
    cliffsDelta: cliffsDelta(arm, baseline),
    pValue:
      pairs.length === 0 ? null : (inference?.pValue(0, "two") ?? signFlipTest(differences).pValue),
    holmP: null,
    fdrP: null,
  };
}
