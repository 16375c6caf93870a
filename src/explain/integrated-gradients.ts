/** Integrated gradients: a = (x − x₀) ⊙ ∫₀¹ ∂f/∂x (x₀ + α(x − x₀)) dα, so Σ a = f(x) − f(x₀).
 *  Sundararajan, Taly & Yan 2017. */

import type { Session } from "../engine/session.js";
import { fail } from "../tensor/errors.js";
import { sameShape, showShape, type Tensor } from "../tensor/tensor.js";
import {
  classes,
  type Explainer,
  type ExplainOptions,
  type Explanation,
  targetGradient,
  top,
  zeros,
} from "./explanation.js";
import { gaussLegendre, type Quadrature, riemannMiddle } from "./quadrature.js";

const rules = { gaussLegendre, riemannMiddle } as const satisfies Record<
  string,
  (n: number) => Quadrature
>;

export interface IntegratedGradientsOptions extends ExplainOptions {
  /** Points on the path; defaults to 32. */
  readonly steps?: number;
  /** Where the points lie and what they weigh; defaults to Gauss–Legendre. */
  readonly rule?: keyof typeof rules;
  /** The image that stands for "nothing", of the images' shape; defaults to zeros (black). */
  readonly baseline?: Tensor;
}

/** Integrated gradients of a batch, with the completeness gap of each image. */
export function integrate(
  session: Session,
  images: Tensor,
  options: IntegratedGradientsOptions = {},
): Explanation {
  const { target: choose = top, steps = 32, rule = "gaussLegendre" } = options;
  const baseline = options.baseline ?? zeros(images);
  if (!Number.isInteger(steps) || steps < 1)
    fail("option", `integratedGradients: got ${steps} steps, expected a whole number from 1`);
  if (!sameShape(baseline.shape, images.shape))
    fail(
      "shape",
      `integratedGradients: got a baseline of ${showShape(baseline.shape)}, ` +
        `expected ${showShape(images.shape)} like the images`,
    );
  const logits = session.forward(images);
  const target = choose(logits);
  const mean = meanGradient(session, images, baseline, target, rules[rule](steps));
  const values = zeros(images);
  for (let i = 0; i < mean.length; i++)
    values.data[i] = mean[i] * (images.data[i] - baseline.data[i]);
  const start = session.forward(baseline);
  return {
    values,
    target,
    logits,
    method: "integratedGradients",
    kind: "attribution",
    completenessGap: completenessGap(values, logits, start, target),
  };
}

/** Σ weight·∂f/∂x over the points of the path, summed in float64. */
function meanGradient(
  session: Session,
  images: Tensor,
  baseline: Tensor,
  target: Int32Array,
  { nodes, weights }: Quadrature,
): Float64Array {
  const mean = new Float64Array(images.data.length);
  const point = zeros(images);
  for (let k = 0; k < nodes.length; k++) {
    for (let i = 0; i < mean.length; i++)
      point.data[i] = baseline.data[i] + nodes[k] * (images.data[i] - baseline.data[i]);
    const { gradient } = targetGradient(session, point, classes(target));
    for (let i = 0; i < mean.length; i++) mean[i] += weights[k] * gradient.data[i];
  }
  return mean;
}

function completenessGap(
  values: Tensor,
  end: Tensor,
  start: Tensor,
  target: Int32Array,
): Float64Array {
  const [n, K] = end.shape;
  const inner = values.data.length / n;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let p = 0; p < inner; p++) sum += values.data[i * inner + p];
    return sum - (end.data[i * K + target[i]] - start.data[i * K + target[i]]);
  });
}

export const integratedGradients: Explainer = {
  title: "Integrated gradients",
  kind: "attribution",
  reduction: "sum",
  reference: "Sundararajan et al. 2017",
  explain: (session, images, options) => integrate(session, images, options),
};
