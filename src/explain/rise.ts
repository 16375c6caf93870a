/** RISE: the mean of random masks, weighted by how much the class is seen through them,
 *    S(p) = 1/(N·keep) Σ_k prob(x ⊙ M_k)·M_k(p).
 *  A mask is a coarse random grid of ones (with probability `keep`) and zeros, enlarged bilinearly by a little more
 *  than the image and cut out at a random place. For the difference of two classes prob is that of the one among the
 *  two. Petsiuk, Das & Saenko 2018. */

import { fail } from "../tensor/errors.js";
import { exp } from "../tensor/math.js";
import type { Random } from "../tensor/random.js";
import { slice, type Tensor } from "../tensor/tensor.js";
import { type Baseline, baselineName, baselineOf } from "./baselines.js";
import { imageStreams } from "./draws.js";
import { enlargedPart, looks } from "./enlarge.js";
import { type ExplainOptions, explainer, passes } from "./explanation.js";
import { type Chosen, choose, repeated, top } from "./target.js";
import { perImage, variantScores } from "./variants.js";

export interface RiseOptions extends ExplainOptions {
  /** Masks per image; defaults to 1000. */
  readonly masks?: number;
  /** Cells of the coarse grid along each side; defaults to 7. */
  readonly cells?: number;
  /** Probability that a cell stays visible; defaults to 0.5. */
  readonly keep?: number;
  /** What a masked pixel becomes; defaults to zeros (black). */
  readonly baseline?: Baseline;
}

/** Makes masks of H·W numbers in [0, 1]. */
function masksOf(cells: number, keep: number, H: number, W: number) {
  const side = cells + 1;
  const [cellH, cellW] = [Math.ceil(H / cells), Math.ceil(W / cells)];
  const axes = [looks(side, side * cellH), looks(side, side * cellW)] as const;
  return (stream: Random): Float32Array => {
    const grid = Float64Array.from({ length: side * side }, () =>
      stream.uniform() < keep ? 1 : 0,
    );
    const at = [stream.below(cellH), stream.below(cellW)] as const;
    const made = new Float32Array(H * W);
    enlargedPart(grid, side, axes, { at, size: [H, W] }, made);
    return made;
  };
}

/** Probability of the target among all classes, or among the two of a difference. */
function probabilities(logits: Tensor, { target, against }: Chosen): Float64Array {
  const [n, K] = logits.shape;
  return Float64Array.from({ length: n }, (_, i) => {
    const row = logits.data.subarray(i * K, (i + 1) * K);
    const rivals = against ? [row[target[i]], row[against[i]]] : [...row];
    return 1 / rivals.reduce((sum, z) => sum + exp(z - row[target[i]]), 0);
  });
}

export const rise = explainer<RiseOptions>(
  "rise",
  {
    title: "RISE",
    zh: { title: "RISE" },
    kind: "cam",
    reduction: "sum",
    dependsOn: "function",
    passes: passes(1001, 0),
    reference: "Petsiuk et al. 2018",
    batchNorm: "None: it only asks for logits.",
  },
  function* (session, images, options) {
    const {
      target = top,
      random,
      masks = 1000,
      cells = 7,
      keep = 0.5,
      baseline = "zero",
    } = options;
    for (const [name, value] of Object.entries({ masks, cells }))
      if (!Number.isInteger(value) || value < 1)
        fail("option", `rise: got ${value} ${name}, expected a whole number from 1`);
    if (!(keep > 0 && keep < 1)) fail("option", `rise: got keep ${keep}, expected between 0 and 1`);
    const [, , H, W] = images.shape;
    const nothing = baselineOf(images, baseline, "rise");
    const logits = session.forward(images);
    const chosen = choose(target, logits);
    const streams = imageStreams("rise", images, random);
    const maskOf = masksOf(cells, keep, H, W);
    const values = yield* perImage(images, masks, function* (image, i, into) {
      const made = Array.from({ length: masks }, (_, k) => maskOf(streams[i].split(k)));
      const from = slice(nothing, i, i + 1).data;
      const seen = yield* variantScores(session, {
        image,
        count: masks,
        write(k, copy) {
          const mask = made[k];
          for (let at = 0; at < from.length; )
            for (let p = 0; p < mask.length; p++, at++)
              copy[at] = from[at] + mask[p] * (image.data[at] - from[at]);
        },
        score: (part) => probabilities(part, repeated(chosen, i, part.shape[0])),
      });
      const sums = new Float64Array(H * W);
      for (const [k, mask] of made.entries())
        for (let p = 0; p < sums.length; p++) sums[p] += seen[k] * mask[p];
      for (let p = 0; p < sums.length; p++) into[p] = sums[p] / (masks * keep);
    });
    const settings = { masks, cells, keep, baseline: baselineName(baseline) };
    return { values, logits, chosen, settings };
  },
);
