/** Relevance maps against those of zennit in float64: every composite, every way to treat batch norm, four networks.
 *  In float32 the reference itself is off by up to 6 % where denominators cancel: the tolerance says so. */

import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import {
  alongGradient,
  type BatchNormWay,
  type Composite,
  composites,
  epsilon,
  type Rule,
  relevance,
  zPlus,
} from "../../../src/explain/relevance/index.js";
import { classes } from "../../../src/explain/target.js";
import { type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { golden, worst } from "../../golden.js";
import { type GoldenModel, goldenModel } from "./golden-models.js";

const everywhere = (rule: Rule): Composite => [{ kinds: ["conv2d", "dense"], rule }];

const theirComposites: Readonly<Record<string, Composite>> = {
  epsilon: composites.epsilon,
  epsilon_0p25: everywhere(epsilon(0.25)),
  zplus: everywhere(zPlus()),
  epsilon_plus: composites.epsilonPlus,
  epsilon_plus_flat: composites.epsilonPlusFlat,
  epsilon_alpha2_beta1: composites.epsilonAlpha2Beta1,
  epsilon_gamma_box: composites.epsilonGammaBox,
};

/** The rule that a composite has for convolutions after the first. */
const convolutionRule = (composite: Composite): Rule =>
  composite.find(({ kinds, first }) => !first && kinds?.includes("conv2d"))?.rule as Rule;

interface Variant {
  readonly batchNorm: BatchNormWay;
  rules(composite: Composite): Composite;
}

const bothGetAll: Composite = [{ kinds: ["add"], rule: alongGradient() }];
const asConvolution = (composite: Composite): Composite => [
  { kinds: ["batchNorm"], rule: convolutionRule(composite) },
];

/** `sum` is our default for sums; without it both branches get all the relevance. */
const variants: Readonly<Record<string, Variant>> = {
  none: { batchNorm: "pass", rules: () => bothGetAll },
  smb: { batchNorm: "fold", rules: () => bothGetAll },
  bneps: { batchNorm: "affine", rules: () => bothGetAll },
  bnconv: { batchNorm: "pass", rules: (c) => [...bothGetAll, ...asConvolution(c)] },
  mergeright: { batchNorm: "fold", rules: () => [] },
  sum: { batchNorm: "pass", rules: () => [] },
  smb_sum: { batchNorm: "fold", rules: () => [] },
  bnconv_sum: { batchNorm: "pass", rules: asConvolution },
};

/** One array where our float32 is further off than three times the reference's own 2.8e-5: pixels of up to 104, from a
 *  relevance of 1, hang on one neuron whose value after batch norm cancels to a hair. */
const unlucky: Readonly<Record<string, number>> = { "seed none__epsilon": 2e-4 };

const counts: Readonly<Record<GoldenModel, number>> = {
  seed: 21,
  "seed-pos": 28,
  conventional: 28,
  residual: 49,
};

/** float64 is slow, so each way and each rule once on the smaller networks, and sums with the largest. */
const inDouble: Readonly<Record<GoldenModel, RegExp>> = {
  seed: /./,
  "seed-pos": /^mergeright/,
  conventional: /^(none|smb|bnconv)__(epsilon|.*alpha2_beta1|.*box)$/,
  residual: /^(smb_sum__(epsilon|.*box)|bneps__epsilon|bnconv_sum__.*box|none__.*plus)$/,
};

for (const [name, count] of Object.entries(counts) as [GoldenModel, number][])
  describe(name, () => {
    const reference = golden(`relevance-${name}.npz`);
    const get = (key: string) => reference.get(key) as Tensor;
    const { model, inputs, targets } = goldenModel(name);
    const picked = [...get("images").data];
    const each = inputs.data.length / inputs.shape[0];
    const images = tensor(
      [picked.length, ...model.inputShape],
      Float64Array.from(picked.flatMap((i) => [...inputs.data.subarray(i * each, (i + 1) * each)])),
    );
    const target = classes(picked.map((i) => targets[i]));
    const keys = [...reference.keys()].filter((key) => /^[a-z_]+__/.test(key));
    test("every array is there", () => expect(keys.length).toBe(count));

    for (const backend of ["reference", "wasm"] as const) {
      const run = session(model, { backend });
      const some = keys.filter((key) => backend === "wasm" || inDouble[name].test(key));
      test.each(some)(`%s, ${backend}`, (key) => {
        const [variant, composite] = key.split("__");
        const { batchNorm, rules } = variants[variant];
        const chosen = theirComposites[composite];
        const { values } = relevance(run, images, {
          target,
          batchNorm,
          composite: chosen,
          rules: rules(chosen),
          start: "one",
        });
        const expected = get(key).data;
        const noise = get(`noise.${key}`).data[0];
        const largest = get(`largest.${key}`).data[0];
        const scale = Math.max(...expected.map(Math.abs));
        // The reference's noise is measured over its four images and in units of their largest value.
        const single = ((unlucky[`${name} ${key}`] ?? Math.max(3 * noise, 1e-4)) * largest) / scale;
        const tolerance = backend === "reference" ? 1e-6 : single;
        expect(worst(values.data, expected)).toBeLessThan(tolerance);
      });
    }
  });
