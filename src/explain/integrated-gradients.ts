/** Integrated gradients: a = (x − x₀) ⊙ ∫₀¹ ∂f/∂x (x₀ + α(x − x₀)) dα, so Σ a = f(x) − f(x₀).
 *  Sundararajan, Taly & Yan 2017. */

import type { Session } from "../engine/session.js";
import { fail } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { imageSums, zeros } from "./arrays.js";
import { type Baseline, baselineName, baselineOf } from "./baselines.js";
import { type ExplainOptions, explainer, type Progress, passes } from "./explanation.js";
import { pointGradients } from "./points.js";
import { gaussLegendre, type Quadrature, riemannMiddle } from "./quadrature.js";
import { type Chosen, choose, scoreOf, top } from "./target.js";

export const quadratures = { gaussLegendre, riemannMiddle } as const satisfies Record<
  string,
  (n: number) => Quadrature
>;

export interface IntegratedGradientsOptions extends ExplainOptions {
  /** Points on the path; defaults to 32. */
  readonly steps?: number;
  /** Where the points lie and what they weigh; defaults to Gauss–Legendre. */
  readonly rule?: keyof typeof quadratures;
  /** The image that stands for "nothing"; defaults to zeros (black). */
  readonly baseline?: Baseline;
}

/** Σ weight·∂f/∂x over the points of the path, summed in float64. */
function* meanGradient(
  session: Session,
  images: Tensor,
  baseline: Tensor,
  chosen: Chosen,
  { nodes, weights }: Quadrature,
): Generator<Progress, Float64Array> {
  const mean = new Float64Array(images.data.length);
  yield* pointGradients(session, images, chosen, {
    count: nodes.length,
    write(k, { data }) {
      for (let i = 0; i < mean.length; i++)
        data[i] = baseline.data[i] + nodes[k] * (images.data[i] - baseline.data[i]);
    },
    read(k, gradient) {
      for (let i = 0; i < mean.length; i++) mean[i] += weights[k] * gradient[i];
    },
  });
  return mean;
}

export const integratedGradients = explainer<IntegratedGradientsOptions>(
  "integratedGradients",
  {
    title: "Integrated gradients",
    zh: { title: "积分梯度" },
    kind: "attribution",
    reduction: "sum",
    dependsOn: "function",
    passes: passes(34, 32),
    reference: "Sundararajan et al. 2017",
    batchNorm: "None: it depends on the function alone, so folding leaves it as it is.",
  },
  function* (session, images, options) {
    const { target = top, steps = 32, rule = "gaussLegendre", baseline = "zero" } = options;
    if (!Number.isInteger(steps) || steps < 1)
      fail("option", `integratedGradients: got ${steps} steps, expected a whole number from 1`);
    const start = baselineOf(images, baseline, "integratedGradients");
    const logits = session.forward(images);
    const chosen = choose(target, logits);
    const mean = yield* meanGradient(session, images, start, chosen, quadratures[rule](steps));
    const values = zeros(images);
    for (let i = 0; i < mean.length; i++)
      values.data[i] = mean[i] * (images.data[i] - start.data[i]);
    const [end, begin] = [scoreOf(logits, chosen), scoreOf(session.forward(start), chosen)];
    return {
      values,
      logits,
      chosen,
      settings: { steps, rule, baseline: baselineName(baseline) },
      checks: { completenessGap: imageSums(values).map((sum, i) => sum - (end[i] - begin[i])) },
    };
  },
);
