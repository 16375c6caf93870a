/** Two one-sided tests (Schuirmann 1987): a difference is as good as none if both "at most −margin" and "at least
 *  +margin" are rejected, each by the exact sign-flip test. At 0.05 that is a 90 % interval within ±margin. */

import { signFlipTest } from "./sign-flip.js";

/** p-value of "the mean lies outside ±margin", the larger of the two. */
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
