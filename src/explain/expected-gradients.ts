/** Expected gradients (GradientSHAP): integrated gradients averaged over baselines drawn from a background set,
 *    a = E_{x₀ ~ background, α ~ U(0,1)} [(x − x₀) ⊙ ∂f/∂x (x₀ + α(x − x₀))],
 *  so that Σ a → f(x) − E f(x₀) as draws grow. α is stratified: the k-th draw takes it from [k/m, (k+1)/m).
 *  Erion et al. 2021; Lundberg & Lee 2017. */

import { fail } from "../tensor/errors.js";
import { sameShape, showShape, slice, type Tensor } from "../tensor/tensor.js";
import { imageSums, zeros } from "./arrays.js";
import { imageStreams } from "./draws.js";
import { type ExplainOptions, explainer, passes } from "./explanation.js";
import { pointGradients } from "./points.js";
import { choose, repeated, scoreOf, top } from "./target.js";

export interface ExpectedGradientsOptions extends ExplainOptions {
  /** Images [m, C, H, W] that stand for "what might have been there". Needed. */
  readonly background?: Tensor;
  /** Draws per image; defaults to 64. */
  readonly samples?: number;
}

/** The background set, checked against the images. */
function checked(images: Tensor, background: Tensor | undefined): Tensor {
  const wanted = images.shape.slice(1);
  if (!background)
    return fail(
      "option",
      "expectedGradients: got no background, expected images of the same kind; " +
        "give some of the training set, or use integratedGradients with one baseline",
    );
  if (!sameShape(background.shape.slice(1), wanted) || background.shape[0] === 0)
    fail(
      "shape",
      `expectedGradients: got a background of ${showShape(background.shape)}, ` +
        `expected [m,${wanted.join(",")}] with m ≥ 1`,
    );
  return background;
}

export const expectedGradients = explainer<ExpectedGradientsOptions>(
  "expectedGradients",
  {
    title: "Expected gradients",
    zh: { title: "期望梯度" },
    kind: "attribution",
    reduction: "sum",
    dependsOn: "function",
    passes: passes(65, 64),
    reference: "Erion et al. 2021",
    batchNorm: "None: it depends on the function alone, so folding leaves it as it is.",
    needs: "background",
  },
  function* (session, images, { target = top, random, background, samples = 64 }) {
    if (!Number.isInteger(samples) || samples < 1)
      fail("option", `expectedGradients: got ${samples} samples, expected a whole number from 1`);
    const set = checked(images, background);
    const [n] = images.shape;
    const [m] = set.shape;
    const logits = session.forward(images);
    const chosen = choose(target, logits);
    const streams = imageStreams("expectedGradients", images, random);
    const orders = streams.map((stream) => stream.split("strata").permutation(samples));
    const sum = new Float64Array(images.data.length);
    const drawn = Array.from({ length: samples }, () => new Int32Array(n));
    yield* pointGradients(session, images, chosen, {
      count: samples,
      write(k, point) {
        for (let i = 0; i < n; i++) {
          const own = slice(images, i, i + 1).data;
          drawn[k][i] = streams[i].below(m);
          const from = slice(set, drawn[k][i], drawn[k][i] + 1).data;
          const alpha = (orders[i][k] + streams[i].uniform()) / samples;
          const at = slice(point, i, i + 1).data;
          for (let p = 0; p < own.length; p++) at[p] = from[p] + alpha * (own[p] - from[p]);
        }
      },
      read(k, gradient) {
        const inner = sum.length / n;
        for (let i = 0, at = 0; i < n; i++) {
          const from = slice(set, drawn[k][i], drawn[k][i] + 1).data;
          for (let p = 0; p < inner; p++, at++)
            sum[at] += gradient[at] * (images.data[at] - from[p]);
        }
      },
    });
    const values = zeros(images);
    for (let i = 0; i < sum.length; i++) values.data[i] = sum[i] / samples;
    const scores = scoreOf(logits, chosen);
    const before = session.forward(set);
    const gap = imageSums(values).map((total, i) => {
      const each = scoreOf(before, repeated(chosen, i, m));
      return total - (scores[i] - each.reduce((a, b) => a + b, 0) / m);
    });
    return {
      values,
      logits,
      chosen,
      settings: { samples, background: m },
      checks: { completenessGap: gap },
    };
  },
);
