/** Normalisation by statistics of one image: layer, instance and group norm are one computation that differs in
 *  the number of channel groups. Per image and group over m = (C/groups)·H·W elements:
 *
 *    μ = (1/m) Σ x    σ² = (1/m) Σ (x − μ)²    z = (x − μ)/√(σ² + ε)    y = γ·z + β   (γ, β per channel)
 *    dx = r·(γ·dy − mean(γ·dy) − z·mean(γ·dy·z)),  means over the group
 *
 *  These depend on the image at inference too, so they are not affine and cannot be folded. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape, size } from "../tensor/tensor.js";
import { type Emit, images, type Op, type Place } from "./op.js";
import { perChannel } from "./parameters.js";
import { undoRelu } from "./relu.js";

export const groupAttributes = {
  /** ε, added to the variance. */
  epsilon: z.number().positive().default(1e-3),
  /** γ exists. */
  scale: z.boolean().default(true),
  /** β exists. */
  center: z.boolean().default(true),
};

interface Common {
  readonly epsilon: number;
  readonly scale: boolean;
  readonly center: boolean;
}

/** The op whose statistics run over C/groups channels. */
export function groupStatistics<A extends Common>(
  kind: string,
  summary: string,
  attributes: Op<A>["attributes"],
  groupsOf: (a: A, channels: number) => number,
): Op<A> {
  const statistics = (c: Emit<A>) => ({
    mean: c.perImage("mean", c.inputs[0].cs),
    rstd: c.perImage("rstd", c.inputs[0].cs),
    groups: groupsOf(c.attributes, c.inputs[0].C),
    gamma: (c.attributes.scale ? c.parameter("gamma") : -1) as Place | -1,
  });

  return {
    summary,
    inputs: 1,
    attributes,
    ordered: true,

    shape(a, [x]) {
      const groups = groupsOf(a, x[0]);
      if (x[0] % groups !== 0)
        fail(
          "shape",
          `${kind}: got ${x[0]} channels (input ${showShape(x)}), expected a multiple of groups = ${groups}`,
        );
      const m = size(x) / groups;
      if (m < 2)
        fail(
          "shape",
          `${kind}: got 1 element per group (input ${showShape(x)}, ${groups} groups), expected at least 2; σ² would be 0`,
        );
      return x;
    },

    parameters: (a, [x]) => [
      ...(a.scale ? [perChannel(x, "gamma", { initial: 1 })] : []),
      ...(a.center ? [perChannel(x, "beta")] : []),
    ],

    macs: (_, [x]) => size(x),
    affine: () => ({ form: "none" }),

    forward(c) {
      const { center, epsilon } = c.attributes;
      const { C, H, W, cs } = c.inputs[0];
      const P = H * W;
      const { mean, rstd, groups, gamma } = statistics(c);
      const parts = c.perImage("moments", 2 * cs);
      const affine = [mean, rstd, gamma, center ? c.parameter("beta") : -1] as const;
      const ends = [c.fused.sum ? c.x(1) : -1, c.fused.relu ? 1 : 0] as const;
      c.each("moments", c.x(), parts, images(), P, cs);
      c.each("mergeGroups", parts, images(), P, C, cs, groups, epsilon, mean, rstd);
      c.each("normalise", c.x(), c.y, 0, images(), P, cs, 1, ...affine, ...ends);
    },

    backward(c) {
      const { C, H, W, cs } = c.inputs[0];
      const P = H * W;
      const { mean, rstd, groups, gamma } = statistics(c);
      const parts = c.perImage("gradientSums", 2 * cs);
      undoRelu(c);
      if (c.fused.sum) c.passGradient(1);
      c.each("gradientSums", c.x(), c.dy, parts, 0, images(), P, cs, 1, mean, rstd);
      const dgamma = c.attributes.scale ? c.gradient("gamma") : undefined;
      const dbeta = c.attributes.center ? c.gradient("beta") : undefined;
      if (dgamma || dbeta) {
        const unused = [c.shared("meanGradient", cs), c.shared("meanProduct", cs)] as const;
        const to = [...unused, dgamma ?? -1, dbeta ?? -1] as const;
        c.once("mergeGradients", parts, c.N, P, cs, 0, gamma, ...to);
      }
      const dx = c.dx();
      if (!dx) return;
      const A = c.perImage("A", cs); // mean(γ·dy)
      const B = c.perImage("B", cs); // mean(γ·dy·z)
      const affine = [mean, rstd, gamma, A, B, c.fused.maskInput ? 1 : 0] as const;
      c.each("mergeGroupGradients", parts, images(), P, C, cs, groups, gamma, A, B);
      c.each("normaliseBackward", c.x(), c.dy, dx, 0, images(), P, cs, 1, ...affine);
    },
  };
}
