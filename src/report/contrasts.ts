/** Contrasts as the page draws them. */

import type { Contrast, SpecificationCurve } from "../study/conclusions.js";
import { readingOf } from "../study/reading.js";
import { type Ancova, hedgesG } from "../study/statistics/index.js";
import type { ReportAdjusted, ReportContrast, ReportSpecifications } from "./report-data.js";
import { rounded } from "./rounding.js";

export function contrastOf(contrast: Contrast): ReportContrast {
  const { measure, arm, baseline, scale, interval, fewSeeds } = contrast;
  return {
    measure,
    arm,
    baseline,
    ...(contrast.against !== undefined && { against: contrast.against }),
    ...(contrast.value !== undefined && { value: contrast.value }),
    scale,
    pairs: contrast.pairs.map((pair) => ({
      seed: pair.seed,
      arm: rounded(pair.arm),
      baseline: rounded(pair.baseline),
      difference: rounded(pair.difference),
    })),
    armMean: rounded(contrast.armMean),
    baselineMean: rounded(contrast.baselineMean),
    difference: rounded(contrast.difference),
    interval: interval && [rounded(interval[0]), rounded(interval[1])],
    standardised: standardised(contrast),
    superiority: rounded(contrast.superiority),
    pValue: rounded(contrast.pValue),
    holmP: rounded(contrast.holmP),
    fdrP: rounded(contrast.fdrP),
    fewSeeds,
    reading: readingOf(contrast),
  };
}

export const adjustedOf = ({
  adjusted,
  interval,
  slope,
  extrapolated,
}: Ancova): ReportAdjusted => ({
  adjusted: rounded(adjusted),
  interval: [rounded(interval[0]), rounded(interval[1])],
  slope: rounded(slope),
  extrapolated,
});

export const specificationsOf = (curve: SpecificationCurve): ReportSpecifications => ({
  ...curve,
  specifications: curve.specifications.map(({ interval, ...own }) => ({
    ...own,
    difference: rounded(own.difference),
    interval: interval && [rounded(interval[0]), rounded(interval[1])],
    pValue: rounded(own.pValue),
  })),
  median: rounded(curve.median),
  jointP: rounded(curve.jointP),
});

/** Hedges' g_z, and the interval of the difference in the same unit. */
function standardised({
  hedgesG: g,
  difference,
  interval,
  pairs,
}: Contrast): ReportContrast["standardised"] {
  if (g === null || difference === null) return null;
  // Differences moved to a mean of 1 keep their spread, so their g is the length of one unit.
  const unit = hedgesG(pairs.map((pair) => pair.difference - difference + 1));
  const [low, high] = interval ?? [null, null];
  const known = unit !== null && low !== null && high !== null;
  return {
    value: rounded(g),
    interval: known ? [rounded(low * unit), rounded(high * unit)] : null,
  };
}
