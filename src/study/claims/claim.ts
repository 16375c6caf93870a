/** A claim: a sentence from the literature with the contrasts and directions that would support it. */

import type { MeasureKey } from "../../measures/index.js";

export interface Evidence {
  readonly measure: MeasureKey;
  /** Where Batch Norm lies, compared with none, if the claim is true. */
  readonly expected: "higher" | "lower";
  /** Primary measures decide, and are corrected for their number; the others are shown beside them. */
  readonly primary: boolean;
}

export interface Claim {
  readonly title: string;
  /** The same in Chinese. */
  readonly zh: { readonly title: string };
  readonly source: string;
  /** How several primary measures make one verdict.
   *  - `every`: the claim says all of it at once. Supported if all are, refuted if one is.
   *  - `some`: facets of one thing. Supported if one is and none is refuted; refuted the other way round. */
  readonly rule: "every" | "some";
  readonly evidence: readonly Evidence[];
}

const evidence =
  (primary: boolean) =>
  (measure: MeasureKey, expected: Evidence["expected"]): Evidence => ({
    measure,
    expected,
    primary,
  });

/** A measure that decides. */
export const primary = evidence(true);

/** A measure that is only shown. */
export const secondary = evidence(false);
