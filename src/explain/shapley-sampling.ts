/** Shapley sampling over square patches: φ_j = E over orders of what patch j adds to those that came before it,
 *    φ_j = mean of v(before ∪ {j}) − v(before),
 *  so Σ φ = v(all) − v(none) for every order. Each drawn order is also walked backwards, which halves the noise of what
 *  is nearly additive. A patch's φ is spread evenly over its pixels. Castro et al. 2009; Štrumbelj & Kononenko 2010. */

import { fail } from "../tensor/errors.js";
import { slice } from "../tensor/tensor.js";
import { imageSums } from "./arrays.js";
import { type Baseline, baselineName, baselineOf } from "./baselines.js";
import { imageStreams } from "./draws.js";
import { type ExplainOptions, explainer } from "./explanation.js";
import { patchesOf, removeAbsent, spread, usualCount } from "./patches.js";
import { choose, repeated, scoreOf, top } from "./target.js";
import { perImage, variantScores } from "./variants.js";

export interface ShapleySamplingOptions extends ExplainOptions {
  /** Side of a patch in pixels; defaults to an eighth of the shorter side (`usualSide`). */
  readonly patch?: number;
  /** Orders walked per image, backwards ones included; defaults to 16. */
  readonly orders?: number;
  /** What an absent patch becomes; defaults to zeros (black). */
  readonly baseline?: Baseline;
}

export const shapleySampling = explainer<ShapleySamplingOptions>(
  "shapleySampling",
  {
    title: "Shapley sampling",
    zh: { title: "沙普利值采样" },
    kind: "attribution",
    reduction: "sum",
    dependsOn: "function",
    passes: (H, W) => ({
      forward: 2 + 16 * (usualCount(H, W) - 1),
      backward: 0,
    }),
    reference: "Štrumbelj & Kononenko 2010",
    batchNorm: "None: it only asks for logits.",
  },
  function* (session, images, options) {
    const { target = top, random, orders = 16, baseline = "zero" } = options;
    const patches = patchesOf(images.shape, options.patch, "shapleySampling");
    if (!Number.isInteger(orders) || orders < 1)
      fail("option", `shapleySampling: got ${orders} orders, expected a whole number from 1`);
    const M = patches.count;
    const nothing = baselineOf(images, baseline, "shapleySampling");
    const logits = session.forward(images);
    const chosen = choose(target, logits);
    const all = scoreOf(logits, chosen);
    const none = scoreOf(session.forward(nothing), chosen);
    const streams = imageStreams("shapleySampling", images, random);
    const values = yield* perImage(images, orders * (M - 1), function* (image, i, into) {
      const walks = Array.from({ length: Math.ceil(orders / 2) }, () => {
        const order = streams[i].permutation(M);
        return [order, order.slice().reverse()];
      })
        .flat()
        .slice(0, orders);
      const from = slice(nothing, i, i + 1);
      const present = new Uint8Array(M);
      // Variant k: the first k mod (M − 1) + 1 patches of walk ⌊k/(M − 1)⌋; none and all of them are known.
      const v = yield* variantScores(session, {
        image,
        count: orders * (M - 1),
        write(k, copy) {
          const size = (k % (M - 1)) + 1;
          const walk = walks[Math.floor(k / (M - 1))];
          present.fill(0);
          for (let j = 0; j < size; j++) present[walk[j]] = 1;
          removeAbsent(patches, present, from, copy);
        },
        score: (part) => scoreOf(part, repeated(chosen, i, part.shape[0])),
      });
      const phi = new Float64Array(M);
      walks.forEach((walk, w) => {
        walk.forEach((player, j) => {
          const before = j === 0 ? none[i] : v[w * (M - 1) + j - 1];
          const after = j === M - 1 ? all[i] : v[w * (M - 1) + j];
          phi[player] += (after - before) / orders;
        });
      });
      spread(patches, phi, into);
    });
    return {
      values,
      logits,
      chosen,
      settings: { patch: patches.side, orders, baseline: baselineName(baseline) },
      checks: { completenessGap: imageSums(values).map((sum, i) => sum - (all[i] - none[i])) },
    };
  },
);
