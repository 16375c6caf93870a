/** KernelSHAP over square patches: the φ that fits v(S) ≈ v(∅) + Σ_{j∈S} φ_j best under the Shapley kernel
 *    π(S) = (M − 1) / (C(M,|S|)·|S|·(M − |S|)),   with Σ φ = v(all) − v(∅) exactly.
 *  v(S) is f of the image with the patches outside S at the baseline. With few patches all 2^M coalitions are asked, and
 *  φ are the Shapley values; otherwise pairs of a coalition and its complement are drawn from π. A patch's φ is spread
 *  evenly over its pixels. Lundberg & Lee 2017; Covert & Lee 2021 (pairs). */

import { fail } from "../tensor/errors.js";
import type { Random } from "../tensor/random.js";
import { slice } from "../tensor/tensor.js";
import { imageSums } from "./arrays.js";
import { type Baseline, baselineName, baselineOf } from "./baselines.js";
import { imageStreams } from "./draws.js";
import { type ExplainOptions, explainer } from "./explanation.js";
import { leastSquares } from "./least-squares.js";
import { patchesOf, removeAbsent, spread, usualCount } from "./patches.js";
import { choose, repeated, scoreOf, top } from "./target.js";
import { perImage, variantScores } from "./variants.js";

export interface KernelShapOptions extends ExplainOptions {
  /** Side of a patch in pixels; defaults to an eighth of the shorter side (`usualSide`). */
  readonly patch?: number;
  /** Coalitions asked per image; defaults to 1024. */
  readonly samples?: number;
  /** What an absent patch becomes; defaults to zeros (black). */
  readonly baseline?: Baseline;
}

interface Coalition {
  /** 1 where the patch is present. */
  readonly present: Uint8Array;
  readonly weight: number;
}

/** Whether all coalitions but none and all can be asked. */
const canAskAll = (M: number, samples: number): boolean => M < 25 && 2 ** M - 2 <= samples;

/** Coalitions asked. */
const coalitionCount = (M: number, samples: number): number =>
  canAskAll(M, samples) ? 2 ** M - 2 : 2 * Math.floor(samples / 2);

/** All coalitions but none and all, with their kernel weights. */
function everyCoalition(M: number): Coalition[] {
  return Array.from({ length: 2 ** M - 2 }, (_, k) => {
    const present = Uint8Array.from({ length: M }, (_, j) => ((k + 1) >> j) & 1);
    const size = present.reduce((sum, bit) => sum + bit, 0);
    let choices = 1; // C(M, size)
    for (let j = 1; j <= size; j++) choices = (choices * (M - size + j)) / j;
    return { present, weight: (M - 1) / (choices * size * (M - size)) };
  });
}

/** Coalitions drawn from the kernel, each followed by its complement. */
function drawnCoalitions(M: number, samples: number, stream: Random): Coalition[] {
  // All sizes together: P(size) ∝ 1/(size·(M − size)); within a size all coalitions are alike.
  const odds = Array.from({ length: M - 1 }, (_, k) => 1 / ((k + 1) * (M - 1 - k)));
  const total = odds.reduce((a, b) => a + b, 0);
  return Array.from({ length: Math.floor(samples / 2) }, () => {
    let left = stream.uniform() * total;
    let size = 1;
    while (size < M - 1 && left >= odds[size - 1]) left -= odds[size++ - 1];
    const order = stream.permutation(M);
    const present = new Uint8Array(M);
    for (let j = 0; j < size; j++) present[order[j]] = 1;
    return [present, present.map((bit) => 1 - bit)].map((each) => ({ present: each, weight: 1 }));
  }).flat();
}

/** φ from the values of coalitions. The last patch's φ follows from the constraint. */
function fit(
  coalitions: readonly Coalition[],
  v: Float64Array,
  none: number,
  all: number,
): Float64Array {
  const M = coalitions[0].present.length;
  const free = M - 1;
  const rows = coalitions.map(({ present, weight }, k) => ({
    x: Float64Array.from({ length: free }, (_, j) => present[j] - present[free]),
    y: v[k] - none - present[free] * (all - none),
    weight,
  }));
  const phi = leastSquares(rows, free, "kernelShap");
  return Float64Array.of(...phi, all - none - phi.reduce((a, b) => a + b, 0));
}

export const kernelShap = explainer<KernelShapOptions>(
  "kernelShap",
  {
    title: "KernelSHAP",
    zh: { title: "KernelSHAP" },
    kind: "attribution",
    reduction: "sum",
    dependsOn: "function",
    passes: (H, W) => ({
      forward: 2 + coalitionCount(usualCount(H, W), 1024),
      backward: 0,
    }),
    reference: "Lundberg & Lee 2017",
    batchNorm: "None: it only asks for logits.",
  },
  function* (session, images, options) {
    const { target = top, random, samples = 1024, baseline = "zero" } = options;
    const patches = patchesOf(images.shape, options.patch, "kernelShap");
    if (!Number.isInteger(samples) || samples < 2)
      fail("option", `kernelShap: got ${samples} samples, expected a whole number from 2`);
    const isExact = canAskAll(patches.count, samples);
    const nothing = baselineOf(images, baseline, "kernelShap");
    const logits = session.forward(images);
    const chosen = choose(target, logits);
    const all = scoreOf(logits, chosen);
    const none = scoreOf(session.forward(nothing), chosen);
    const streams = imageStreams("kernelShap", images, random);
    const values = yield* perImage(images, samples, function* (image, i, into) {
      const coalitions = isExact
        ? everyCoalition(patches.count)
        : drawnCoalitions(patches.count, samples, streams[i]);
      const from = slice(nothing, i, i + 1);
      const v = yield* variantScores(session, {
        image,
        count: coalitions.length,
        write: (k, copy) => removeAbsent(patches, coalitions[k].present, from, copy),
        score: (part) => scoreOf(part, repeated(chosen, i, part.shape[0])),
      });
      spread(patches, fit(coalitions, v, none[i], all[i]), into);
    });
    return {
      values,
      logits,
      chosen,
      settings: { patch: patches.side, samples, baseline: baselineName(baseline), exact: isExact },
      checks: { completenessGap: imageSums(values).map((sum, i) => sum - (all[i] - none[i])) },
    };
  },
);
