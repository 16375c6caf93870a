/** The presets of relevance propagation as explainers. */

import { type Explainer, passes } from "../explanation.js";
import type { CompositeName } from "./composite.js";
import { type RelevanceOptions, relevance, relevanceSteps } from "./relevance.js";

/** What people read for a preset. */
export const compositeTitles: Readonly<Record<CompositeName, string>> = {
  epsilon: "LRP-ε",
  epsilonPlus: "LRP ε-z⁺",
  epsilonPlusFlat: "LRP ε-z⁺-flat",
  epsilonAlpha2Beta1: "LRP ε-α2β1",
  epsilonAlpha2Beta1Flat: "LRP ε-α2β1-flat",
  epsilonGammaBox: "LRP ε-γ-zᴮ",
};

/** The row of the table for a preset; options may change all but the composite. */
function preset(
  method: string,
  composite: CompositeName,
  reference: string,
  [forward, backward]: readonly [number, number],
): Explainer<Omit<RelevanceOptions, "composite">> {
  const title = compositeTitles[composite];
  return {
    title,
    zh: { title },
    kind: "attribution",
    reduction: "sum",
    dependsOn: "graph",
    passes: passes(forward, backward),
    reference,
    batchNorm:
      "Depends on how it is drawn: folded first unless asked otherwise, then affine, pass or absolute.",
    explain: (session, images, options) =>
      relevance(session, images, { ...options, composite }, method),
    asDrawn: (session, images, options) =>
      relevance(session, images, { ...options, composite, batchNorm: "affine" }, method),
    steps: (session, images, options) =>
      relevanceSteps(session, images, { ...options, composite }, method),
  };
}

export const lrpEpsilon = preset("lrpEpsilon", "epsilon", "Bach et al. 2015", [2, 1]);
export const lrpEpsilonPlus = preset(
  "lrpEpsilonPlus",
  "epsilonPlus",
  "Montavon et al. 2017",
  [3, 2],
);
export const lrpEpsilonPlusFlat = preset(
  "lrpEpsilonPlusFlat",
  "epsilonPlusFlat",
  "Lapuschkin et al. 2019",
  [3, 2],
);
export const lrpEpsilonAlpha2Beta1 = preset(
  "lrpEpsilonAlpha2Beta1",
  "epsilonAlpha2Beta1",
  "Bach et al. 2015",
  [5, 4],
);
export const lrpEpsilonAlpha2Beta1Flat = preset(
  "lrpEpsilonAlpha2Beta1Flat",
  "epsilonAlpha2Beta1Flat",
  "Lapuschkin et al. 2019",
  [5, 4],
);
export const lrpEpsilonGammaBox = preset(
  "lrpEpsilonGammaBox",
  "epsilonGammaBox",
  "Montavon et al. 2019",
  [6, 4],
);
