import { describe, expect, test } from "vitest";
import {
  classes,
  controlNames,
  explainers,
  gaussLegendre,
  only,
  reduceChannels,
  riemannMiddle,
  top,
} from "../../src/explain/index.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";
import { formula, linear, powers } from "./functions.js";

const doubles = (shape: number[], values: number[]) => tensor(shape, Float64Array.from(values));

const integrate = explainers.integratedGradients.explain;

describe("targets", () => {
  const logits = doubles([3, 3], [1, 5, 5, 7, 0, 7, -3, -2, -1]);
  test("top is the first largest logit", () => {
    expect([...top(logits)]).toEqual([1, 0, 2]);
  });
  test("only and classes name them", () => {
    expect([...only(2)(logits)]).toEqual([2, 2, 2]);
    expect([...classes([2, 0, 1])(logits)]).toEqual([2, 0, 1]);
  });
});

describe("on linear logits", () => {
  const model = formula([linear([1, -2, 3, 0.5], 4), linear([-1, 1, 2, -5], 1)]);
  const images = doubles([2, 1, 2, 2], [1, 2, 3, 4, 0, 1, 1, -2]);
  // f₀ = 4 + 1 − 4 + 9 + 2 = 12, f₁ = 1 − 1 + 2 + 6 − 20 = −12; f₀ = 4 − 2 + 3 − 1 = 4, f₁ = 1 + 1 + 2 + 10 = 14.
  test("saliency is the row of weights of the predicted class", () => {
    const { values, target, logits } = explainers.saliency.explain(model, images);
    expect([...logits.data]).toEqual([12, -12, 4, 14]);
    expect([...target]).toEqual([0, 1]);
    expect([...values.data]).toEqual([1, -2, 3, 0.5, -1, 1, 2, -5]);
  });
  test("a chosen class is explained in its place", () => {
    const { values } = explainers.saliency.explain(model, images, { target: only(1) });
    expect([...values.data]).toEqual([-1, 1, 2, -5, -1, 1, 2, -5]);
  });
  test("input × gradient and integrated gradients are w ⊙ x", () => {
    const expected = [1, -4, 9, 2, -0, 1, 2, 10];
    const product = explainers.inputTimesGradient.explain(model, images);
    expect([...product.values.data]).toEqual(expected);
    const integral = explainers.integratedGradients.explain(model, images);
    integral.values.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 13);
    });
    expect(Math.max(...integral.checks.completenessGap!.map(Math.abs))).toBeLessThan(1e-13);
  });
  test("explaining leaves the images as they were", () => {
    const before = [...images.data];
    for (const explainer of [explainers.saliency, explainers.integratedGradients, explainers.sobel])
      explainer.explain(model, images);
    expect([...images.data]).toEqual(before);
  });
});

test("a batch that the session cuts is explained image by image", () => {
  const model = formula([linear([1, 2]), linear([-3, 4])]);
  const images = doubles([5, 1, 1, 2], [1, 0, 0, 1, 1, 1, 5, 1, -1, 0]);
  const expected = [1, 2, -3, 4, 1, 2, 1, 2, -3, 4]; // classes 0, 1, 0 (3 > 1), 0, 1
  const { values, target } = explainers.saliency.explain(model, images);
  expect([...target]).toEqual([0, 1, 0, 0, 1]);
  expect([...values.data]).toEqual(expected);
  const chosen = explainers.saliency.explain(model, images, { target: classes([1, 0, 1, 1, 0]) });
  expect([...chosen.values.data]).toEqual([-3, 4, 1, 2, -3, 4, -3, 4, 1, 2]);
});

describe("integrated gradients on powers", () => {
  const x = doubles([1, 1, 1, 3], [2, -1, 0.5]);
  test("squares: one middle point is exact, a = c·x²", () => {
    const model = formula([powers([1, 2, -4], 2)]);
    const { values, checks } = integrate(model, x, { steps: 1, rule: "riemannMiddle" });
    expect([...values.data]).toEqual([4, 2, -1]);
    expect([...checks.completenessGap!]).toEqual([0]);
  });
  test("cubes: two middles leave the gap 3·(5/16 − 1/3)·Σ c·x³, two Gauss points none", () => {
    const model = formula([powers([1, 2, -4], 3)]);
    const total = 8 - 2 - 0.5;
    const middle = integrate(model, x, { steps: 2, rule: "riemannMiddle" });
    expect(middle.checks.completenessGap![0]).toBeCloseTo(3 * (5 / 16 - 1 / 3) * total, 13);
    const gauss = integrate(model, x, { steps: 2, rule: "gaussLegendre" });
    expect(gauss.checks.completenessGap![0]).toBeCloseTo(0, 13);
    expect(gauss.values.data[1]).toBeCloseTo(-2, 13);
  });
  test("from another baseline: Σ a = f(x) − f(x₀)", () => {
    const model = formula([powers([1, 2, -4], 2)]);
    const baseline = doubles([1, 1, 1, 3], [1, 1, 1]);
    const { values } = integrate(model, x, { baseline });
    // c·(x² − x₀²) for squares, whatever the path's midpoint.
    [3, 0, 3].forEach((a, i) => {
      expect(values.data[i]).toBeCloseTo(a, 12);
    });
  });
  test("says what is wrong with its options", () => {
    const model = formula([linear([1, 1, 1])]);
    expect(() => integrate(model, x, { steps: 0 })).toThrow(
      "integratedGradients: got 0 steps, expected a whole number from 1",
    );
    expect(() => integrate(model, x, { baseline: doubles([1, 1, 3, 1], [0, 0, 0]) })).toThrow(
      "integratedGradients: got a baseline of [1,1,3,1], expected [1,1,1,3] like the images or [1,1,1,3] for all",
    );
  });
});

describe("quadrature", () => {
  test("Gauss–Legendre with two and three nodes is the textbook's", () => {
    const two = gaussLegendre(2);
    expect(two.nodes[0]).toBeCloseTo((1 - 1 / Math.sqrt(3)) / 2, 15);
    expect(two.weights[1]).toBeCloseTo(0.5, 15);
    const three = gaussLegendre(3);
    expect(three.nodes[2]).toBeCloseTo((1 + Math.sqrt(3 / 5)) / 2, 15);
    [5 / 18, 8 / 18, 5 / 18].forEach((weight, k) => {
      expect(three.weights[k]).toBeCloseTo(weight, 14);
    });
  });
  test.each([1, 2, 5, 32, 64])("%d nodes integrate powers up to degree 2n − 1", (n) => {
    const { nodes, weights } = gaussLegendre(n);
    for (const degree of [0, 1, 2 * n - 1]) {
      const sum = nodes.reduce((total, t, k) => total + weights[k] * t ** degree, 0);
      expect(Math.abs(sum * (degree + 1) - 1)).toBeLessThan(1e-12);
    }
    expect([...nodes]).toEqual([...nodes].sort((a, b) => a - b));
  });
  test("middles", () => {
    expect([...riemannMiddle(4).nodes]).toEqual([0.125, 0.375, 0.625, 0.875]);
    expect([...riemannMiddle(4).weights]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

describe("channels", () => {
  const values = doubles([1, 3, 1, 2], [1, -2, -3, 1, 2, 1.5]);
  test("sum keeps the total", () => {
    expect(reduceChannels(values, "sum").map((map) => [...map])).toEqual([[0, 0.5]]);
  });
  test("strongest keeps magnitude and sign", () => {
    expect(reduceChannels(values, "strongest").map((map) => [...map])).toEqual([[-3, -2]]);
  });
});

describe("controls", () => {
  const model = formula([linear(new Array(12).fill(1))]);
  const ramp = doubles([1, 1, 3, 4], [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
  test("Sobel of a horizontal ramp: 8 inside, 4 at the repeated border", () => {
    const { values } = explainers.sobel.explain(model, ramp);
    expect([...values.data]).toEqual([4, 8, 8, 4, 4, 8, 8, 4, 4, 8, 8, 4]);
  });
  test("Sobel of one bright pixel is the filters' own numbers", () => {
    const dot = doubles([1, 1, 3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0]);
    const { values } = explainers.sobel.explain(formula([linear(new Array(9).fill(1))]), dot);
    const corner = Math.sqrt(2);
    expect([...values.data]).toEqual([corner, 2, corner, 2, 0, 2, corner, 2, corner]);
  });
  test("constant is 1", () => {
    expect(new Set(explainers.constant.explain(model, ramp).values.data)).toEqual(new Set([1]));
  });
  test("random depends on the root stream and the image, not on the batch", () => {
    const two = doubles([2, 1, 3, 4], [...ramp.data, ...[...ramp.data].reverse()]);
    const draw = (images: typeof two, seed: number) => [
      ...explainers.random.explain(model, images, { random: random(seed) }).values.data,
    ];
    const both = draw(two, 3);
    expect(draw(ramp, 3)).toEqual(both.slice(0, 12));
    expect(new Set(both).size).toBe(24);
    expect(draw(two, 4)).not.toEqual(both);
    expect(Math.min(...both)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...both)).toBeLessThan(1);
  });
  test("every control is in the table as one", () => {
    const kinds = Object.entries(explainers).filter(([, { kind }]) => kind === "control");
    expect(kinds.map(([name]) => name).sort()).toEqual([...controlNames].sort());
  });
});
