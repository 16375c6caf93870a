/** Occlusion: a window slides over the image and puts the baseline there; a pixel's value is the mean over the windows
 *  upon it of f(x) − f(x with the window occluded). All channels go together. Zeiler & Fergus 2014. */

import { fail } from "../tensor/errors.js";
import { slice } from "../tensor/tensor.js";
import { type Baseline, baselineName, baselineOf } from "./baselines.js";
import { type ExplainOptions, explainer } from "./explanation.js";
import { usualSide } from "./patches.js";
import { choose, repeated, scoreOf, top } from "./target.js";
import { perImage, variantScores } from "./variants.js";

export interface OcclusionOptions extends ExplainOptions {
  /** Side of the window in pixels; defaults to an eighth of the image's shorter side (`usualSide`). */
  readonly window?: number;
  /** Pixels from one window to the next; defaults to half a window. */
  readonly stride?: number;
  /** What an occluded pixel becomes; defaults to zeros (black). */
  readonly baseline?: Baseline;
}

/** Where windows begin along an axis; the last one is cut by the border if need be, so every pixel has one. */
function starts(length: number, window: number, stride: number): number[] {
  const found = [0];
  while ((found.at(-1) as number) + window < length) found.push((found.at(-1) as number) + stride);
  return found;
}

export const occlusion = explainer<OcclusionOptions>(
  "occlusion",
  {
    title: "Occlusion",
    zh: { title: "遮挡" },
    kind: "attribution",
    reduction: "sum",
    dependsOn: "function",
    passes(H, W) {
      const window = usualSide(H, W);
      const [rows, columns] = [H, W].map((length) => starts(length, window, window / 2).length);
      return { forward: 1 + rows * columns, backward: 0 };
    },
    reference: "Zeiler & Fergus 2014",
    batchNorm: "None: it only asks for logits.",
  },
  function* (session, images, options) {
    const [, , H, W] = images.shape;
    const { target = top, window = usualSide(H, W), baseline = "zero" } = options;
    const { stride = Math.max(1, Math.floor(window / 2)) } = options;
    for (const [name, value] of Object.entries({ window, stride }))
      if (!Number.isInteger(value) || value < 1)
        fail("option", `occlusion: got ${name} ${value}, expected a whole number from 1`);
    if (stride > window)
      fail("option", `occlusion: got stride ${stride}, expected at most the window, ${window}`);
    const nothing = baselineOf(images, baseline, "occlusion");
    const logits = session.forward(images);
    const chosen = choose(target, logits);
    const scores = scoreOf(logits, chosen);
    const corners = starts(H, window, stride).flatMap((y) =>
      starts(W, window, stride).map((x) => [y, x] as const),
    );
    const values = yield* perImage(images, corners.length, function* (image, i, into) {
      const from = slice(nothing, i, i + 1).data;
      const inside = (k: number, pixel: (p: number) => void): void => {
        const [top, left] = corners[k];
        for (let y = top; y < Math.min(H, top + window); y++)
          for (let x = left; x < Math.min(W, left + window); x++) pixel(y * W + x);
      };
      const occluded = yield* variantScores(session, {
        image,
        count: corners.length,
        write: (k, copy) =>
          inside(k, (p) => {
            for (let at = p; at < from.length; at += H * W) copy[at] = from[at];
          }),
        score: (part) => scoreOf(part, repeated(chosen, i, part.shape[0])),
      });
      const sums = new Float64Array(H * W);
      const windows = new Float64Array(H * W);
      occluded.forEach((score, k) => {
        inside(k, (p) => {
          sums[p] += scores[i] - score;
          windows[p]++;
        });
      });
      for (let p = 0; p < sums.length; p++) into[p] = sums[p] / windows[p];
    });
    return {
      values,
      logits,
      chosen,
      settings: { window, stride, baseline: baselineName(baseline) },
    };
  },
);
