/** Two one-sided tests (Schuirmann 1987): a difference is as good as none if both "−margin or less" and "margin or
 *  more" are rejected, each at the full level: at 0.05, if the 90 % interval lies within ±margin. */

import { signFlipTest } from "./sign-flip.js";

/** p-value of "the mean lies outside ±margin": the larger of the two sign-flip tests'. */
export function equivalenceTest(differences: readonly number[], margin: number): number {
  const above = signFlipTest(
    differences.map((d) => d + margin),
    { side: "greater" },
  );
  const below = signFlipTest(
    differences.map((d) => d - margin),
    { side: "less" },
  );
  return Math.max(above.pValue, below.pValue);
}
