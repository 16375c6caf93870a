/** Against Quantus 0.6.0 (commit 85bc29d), on the seed network with random weights, one image a call, float32.
 *  Black is there the smallest value of the image; the curve begins after the first step. */
import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { classProbability } from "../../src/measures/calibration.js";
import { gini } from "../../src/measures/complexity/sparseness.js";
import { massInside } from "../../src/measures/localisation/relevance-mass.js";
import { area, descending, exchangeCurve } from "../../src/measures/variants.js";
import { slice, type Tensor, tensor } from "../../src/tensor/tensor.js";
import { goldenNetwork } from "../explain/golden-networks.js";
import { golden, worst } from "../golden.js";

const numbers = golden("measures/quantus.npz");
const get = (name: string): Tensor => numbers.get(name) as Tensor;
const pixels = 28 * 28;
const { model, inputs } = goldenNetwork("seed");
const images = tensor(inputs.shape, Float32Array.from(inputs.data));
const run = session(model, { stats: "running", backend: "reference" });

const mapOf = (name: string, i: number): Float64Array =>
  Float64Array.from(
    slice(get(`attribution_${name}`), i, i + 1).data.subarray(0, pixels),
    (value) => value,
  );
const inOrder = Int32Array.from({ length: pixels }, (_, p) => p);

describe.each(["ig", "gradient"])("%s", (name) => {
  test.each([0, 1, 2, 3])("sparseness and relevance mass of image %d", (i) => {
    const magnitude = mapOf(name, i).map(Math.abs);
    const peak = Math.max(...magnitude);
    const padded = magnitude.map((value) => value / peak + 1e-7); // theirs keeps off 0/0
    expect(gini(padded)).toBeCloseTo(get(`sparseness_${name}`).data[i], 7);
    expect(gini(magnitude)).toBeCloseTo(get(`sparseness_${name}`).data[i], 5);
    const mask = slice(get("mask"), i, i + 1).data;
    const expected = get(`relevance_mass_${name}`).data[i];
    expect(Math.abs((massInside(magnitude, mask) ?? 0) - expected)).toBeLessThan(1e-6);
  });

  test.each([0, 1, 2, 3])("deletion of 28 pixels a step from image %d", (i) => {
    const image = tensor([1, 28, 28], slice(images, i, i + 1).data);
    const target = get("targets").data[i];
    const black = new Float32Array(pixels).fill(Math.min(...image.data));
    const curve = exchangeCurve(
      image,
      tensor(image.shape, black),
      descending(mapOf(name, i), inOrder),
      28,
      (variants) => classProbability(run.forward(variants), target, 1),
    );
    const expected = get(`flipping_${name}_softmax1`).data.subarray(i * 28, (i + 1) * 28);
    expect(curve.length).toBe(29);
    expect(worst(curve.subarray(1), expected)).toBeLessThan(1e-5);
    // Theirs leaves out the first trapezoid and does not divide by the number of steps.
    const theirs = get(`flipping_auc_${name}_softmax1`).data[i];
    expect(area(curve)).toBeCloseTo((theirs + (curve[0] + curve[1]) / 2) / 28, 6);
  });
});
