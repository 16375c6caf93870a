/** What the interval of a contrast says: the one rule by which a difference counts as clear. */

import { partsOf } from "../measures/index.js";
import type { Contrast } from "./conclusions.js";

/** Rounding in float32, as a share of the values that are compared: folding changes no function, and differs by it. */
const ROUNDING = 1e-5;

/** The side of no difference on which all of the interval lies; undefined if it holds none, or if there is no interval,
 *  as with too few seeds. */
export function sideOf({
  interval,
  armMean,
  baselineMean,
  scale,
}: Contrast): "higher" | "lower" | undefined {
  if (interval === null) return undefined;
  const size =
    scale === "ratio" ? 1 : Math.max(Math.abs(armMean ?? 0), Math.abs(baselineMean ?? 0));
  const [low, high] = interval;
  return low > ROUNDING * size ? "higher" : high < -ROUNDING * size ? "lower" : undefined;
}

/** What that means for the arm: `better` or `worse` where the measure has a direction, `higher` or `lower` where it has
 *  none, `unclear` where no side is. */
export function readingOf(contrast: Contrast): "better" | "worse" | "higher" | "lower" | "unclear" {
  const side = sideOf(contrast);
  if (side === undefined) return "unclear";
  const better = partsOf(contrast.measure)?.measure.better ?? "neither";
  if (better === "neither") return side;
  return better === side ? "better" : "worse";
}
