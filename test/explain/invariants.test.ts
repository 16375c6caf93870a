/** Laws over random networks: both orders of batch norm and ReLU, residual blocks, γ of both signs and zero, σ² small
 *  against ε. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { type ExplainerName, explainers } from "../../src/explain/index.js";
import { foldGraph } from "../../src/fold/fold.js";
import { modelHash } from "../../src/model/hash.js";
import { build, noise, type Recipe, recipes, scramble } from "../fold/random-models.js";
import { worst } from "../golden.js";

const runs = { seed: 20151, numRuns: 20 };

/** A random model, its float64 session and two images. */
function given(recipe: Recipe) {
  const model = scramble(build(recipe), recipe.seed);
  const options = { backend: "reference" } as const;
  return { model, run: session(model, options), x: noise([2, ...model.inputShape], recipe.seed) };
}

const few = { samples: 3, orders: 2, masks: 4, patch: 4, steps: 8 };

const dependOnFunction = [
  "saliency",
  "inputTimesGradient",
  "integratedGradients",
  "expectedGradients",
  "smoothGrad",
  "varGrad",
  "deepLift",
  "occlusion",
  "rise",
  "shapleySampling",
] as const satisfies readonly ExplainerName[];

describe("laws", () => {
  test("explaining leaves the model as it was", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const { model, run, x } = given(recipe);
        const before = modelHash(model);
        const background = noise([2, ...model.inputShape], "background");
        for (const [name, explainer] of Object.entries(explainers)) {
          if (explainer.kind === "cam" && name !== "rise") continue; // there may be no layer for it
          if (name === "kernelShap") continue; // as shapleySampling
          const { model: hash } = explainer.explain(run, x, { ...few, background });
          expect(hash).toBe(before);
        }
        expect(modelHash(model)).toBe(before);
      }),
      { ...runs, numRuns: 6 },
    );
  });

  test("DeepLIFT is complete", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const { run, x } = given(recipe);
        const { checks, values } = explainers.deepLift.explain(run, x, { baseline: "mean" });
        const scale = Math.max(...values.data.map(Math.abs), 1e-3);
        for (const gap of checks.completenessGap ?? [])
          expect(Math.abs(gap) / scale).toBeLessThan(1e-8);
      }),
      runs,
    );
  });

  test("the gap of integrated gradients shrinks with steps, and is the sum's own", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const { run, x } = given(recipe);
        const gaps = [4, 128].map((steps) => {
          const found = explainers.integratedGradients.explain(run, x, {
            steps,
            rule: "riemannMiddle",
          });
          const inner = found.values.data.length / 2;
          const f = run.forward(x).data;
          const f0 = run.forward({ shape: x.shape, data: x.data.map(() => 0) }).data;
          return [0, 1].map((i) => {
            const own = found.values.data.subarray(i * inner, (i + 1) * inner);
            const total = Array.from(own).reduce((sum, v) => sum + v, 0);
            const at = 4 * i + found.target[i];
            expect(found.checks.completenessGap?.[i]).toBeCloseTo(total - (f[at] - f0[at]), 9);
            return Math.abs(total - (f[at] - f0[at])) / Math.max(1, Math.abs(f[at] - f0[at]));
          });
        });
        // A kink costs at most its share of one step: 1/128 of the change of slope.
        expect(Math.max(...gaps[1])).toBeLessThan(Math.max(0.02, Math.max(...gaps[0])));
      }),
      runs,
    );
  });

  test("what depends on the function alone is the same after folding", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const { model, run, x } = given(recipe);
        const folded = session(foldGraph(model, { leftover: "convolution" }).model, {
          backend: "reference",
        });
        const background = noise([2, ...model.inputShape], "background");
        for (const name of dependOnFunction) {
          const options = { ...few, background };
          const [a, b] = [run, folded].map(
            (s) => explainers[name].explain(s, x, options).values.data,
          );
          const biggest = Math.max(...a.map(Math.abs));
          if (biggest > 1e-9) expect(worst(b, a), name).toBeLessThan(1e-6);
        }
      }),
      { ...runs, numRuns: 15 },
    );
  });
});
