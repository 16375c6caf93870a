/** What all measures share: which images, which maps count, what stands beside them. */
import { describe, expect, test } from "vitest";
import { explainedImages, prepare } from "../../src/measures/bench.js";
import { type EvaluationOptions, evaluateMeasures, measures } from "../../src/measures/index.js";
import { watch } from "../../src/measures/progress.js";
import { mapState, readingOf } from "../../src/measures/reading.js";
import type { Model } from "../../src/model/model.js";
import { data, network, split, steps, trained } from "./fixtures.js";

const shape = [1, 2, 2] as const;

/** z₀ = 0, z₁ = x₀ − x₁ + 2x₂: class 1 where that is positive. */
const linear = network(shape, [
  {
    weight: [
      [0, 0, 0, 0],
      [1, -1, 2, 0],
    ],
  },
]);
const rows = [
  [1, 0, 0, 0], // class 1
  [0, 1, 0, 0], // class 0
  [0, 0, 1, 0], // class 1
  [0, 0.5, 1, 1], // class 1
];
const masks = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 1, 1, 0],
  [0, 0, 1, 1],
];

const evaluate = (
  model: Model,
  options: Partial<EvaluationOptions> & Pick<EvaluationOptions, "measures">,
  labels = [1, 0, 1, 1],
  images = rows,
  objects: number[][] | null = masks,
) =>
  evaluateMeasures(
    trained(model, data(2, split(shape, images, labels, objects ?? undefined)), {
      steps: steps([3, 5], "microseconds"),
    }),
    { explained: images.length, ...options },
  );

test("map states: all zero, one value, not finite, fine", () => {
  expect(mapState([0, 0, 0])).toBe("allZero");
  expect(mapState([0, -0, 0])).toBe("allZero");
  expect(mapState([2, 2])).toBe("singleValue");
  expect(mapState([1, Number.NaN])).toBe("notFinite");
  expect(mapState([Number.POSITIVE_INFINITY, 1])).toBe("notFinite");
  expect(mapState([0, 1])).toBeUndefined();
});

describe("which images", () => {
  test("drawn without replacement under the seed, ascending, at most as many as there are", () => {
    const drawn = [...explainedImages(1000, 64, 3)];
    expect(new Set(drawn).size).toBe(64);
    expect([...drawn].sort((a, b) => a - b)).toEqual(drawn);
    expect(drawn[63]).toBeLessThan(1000);
    expect([...explainedImages(1000, 64, 3)]).toEqual(drawn);
    expect([...explainedImages(1000, 64, 4)]).not.toEqual(drawn);
    expect([...explainedImages(5, 64, 3)]).toEqual([0, 1, 2, 3, 4]);
    // Other images would be other results: raise RESULT_VERSION with these numbers.
    expect([...explainedImages(1000, 6, 3)]).toEqual([145, 194, 325, 634, 778, 787]);
  });
  test("every image has its score; the model's value is the mean over those it got right", () => {
    // |w| = (1, 1, 2, 0): shares on the masks are ¼, ¼, ¾, ½. The label of image 3 is missed.
    const { results, explained } = evaluate(
      linear,
      { measures: ["relevanceMass/saliency"] },
      [1, 0, 1, 0],
    );
    const { value, images } = results["relevanceMass/saliency"];
    // Image 1 is of class 0, whose logit does not depend on the image: an all-zero map.
    expect(images).toEqual([0.25, null, 0.75, 0.5]);
    expect(value).toBe(0.5);
    expect(explained).toEqual({ indices: [0, 1, 2, 3], correct: [true, true, true, false] });
  });
  test("a model that gets nothing right has scores but no value", () => {
    const { results } = evaluate(linear, { measures: ["sparseness/saliency"] }, [0, 1, 0, 0]);
    expect(results["sparseness/saliency"].value).toBeNull();
    expect(results["sparseness/saliency"].images?.[0]).toBeGreaterThan(0);
  });
});

test("random draws belong to the image and the seed, not to the model or the other images", () => {
  const images = data(2, split(shape, rows, [0, 1, 0, 1]));
  const streams = (model: Model, explained: number, seed = 0) => {
    const bench = prepare(trained(model, images, { seed }), explained);
    return new Map(
      bench.images.map((each, i) => [bench.indices[i], each.stream("any name").bits()] as const),
    );
  };
  const all = streams(linear, 4);
  expect(new Set(all.values()).size).toBe(4);
  const other = network(shape, [{ weight: [new Array(4).fill(1), new Array(4).fill(-1)] }]);
  expect(streams(other, 4)).toEqual(all);
  for (const [image, bits] of streams(linear, 2)) expect(bits).toBe(all.get(image));
  expect(streams(linear, 4, 1)).not.toEqual(all);
});

describe("states are counted, not scored", () => {
  test("all-zero and constant maps", () => {
    const { results } = evaluate(linear, { measures: ["sparseness/saliency"] });
    expect(results["sparseness/saliency"].states).toEqual({
      allZero: 1,
      notFinite: 0,
      singleValue: 0,
    });
    expect(results["sparseness/saliency"].images?.[1]).toBeNull();
    // w = (1, 1, 1, 1) against −w: every gradient is constant.
    const flat = network(shape, [{ weight: [new Array(4).fill(1), new Array(4).fill(-1)] }]);
    const constant = evaluate(flat, { measures: ["sparseness/saliency"] }, [0, 0, 0, 0]).results;
    expect(constant["sparseness/saliency"]).toMatchObject({
      value: null,
      images: [null, null, null, null],
      states: { allZero: 0, notFinite: 0, singleValue: 4 },
    });
  });
  test("gradients that overflow", () => {
    const huge = network(shape, [
      { weight: [[1e30, 0, 0, 0]], bias: [1] },
      { weight: [[1e30], [-1e30]] },
    ]);
    const { states, value } = evaluate(huge, { measures: ["sparseness/saliency"] }, [0, 0, 0, 0])
      .results["sparseness/saliency"];
    expect(states).toEqual({ allZero: 0, notFinite: 4, singleValue: 0 });
    expect(value).toBeNull();
  });
  test("gradients of the loss without direction", () => {
    const dead = network(shape, [
      { weight: [[-1, -1, -1, -1]] },
      { weight: [[1], [-1]], bias: [1, 0] },
    ]);
    const { ligs } = evaluate(dead, { measures: ["ligs"] }, [0, 0, 0, 0]).results;
    expect(ligs).toEqual({
      value: null,
      images: [null, null, null, null],
      states: { zeroGradient: 4 },
    });
  });
  test("no masks", () => {
    const { results } = evaluate(
      linear,
      { measures: ["relevanceMass/saliency", "sparseness/saliency"] },
      [1, 0, 1, 1],
      rows,
      null,
    );
    expect(results["relevanceMass/saliency"]).toMatchObject({ value: null, states: { noMask: 4 } });
    expect(results["sparseness/saliency"].value).toBeGreaterThan(0);
  });
  test("a mask without object gives that image no score", () => {
    const empty = [[0, 0, 0, 0], ...masks.slice(1)];
    const { images, states } = evaluate(
      linear,
      { measures: ["relevanceMass/saliency"] },
      [1, 0, 1, 1],
      rows,
      empty,
    ).results["relevanceMass/saliency"];
    expect(images).toEqual([null, null, 0.75, 0.5]);
    expect(states).toEqual({ allZero: 1, notFinite: 0, singleValue: 0, noScore: 1 });
  });
});

describe("controls", () => {
  test("the constant map scores the share of the mask and no sparseness; random and Sobel are there", () => {
    const { results } = evaluate(linear, {
      measures: [
        "relevanceMass/saliency",
        "relevanceMass/integratedGradients",
        "sparseness/saliency",
      ],
    });
    const { controls } = results["relevanceMass/saliency"];
    // Masks of 1, 1, 2, 2 of four pixels.
    expect(controls?.constant).toBeCloseTo(0.375, 14);
    expect(Object.keys(controls ?? {}).sort()).toEqual(["constant", "random", "sobel"]);
    expect(controls?.random).toBeGreaterThan(0);
    expect(controls?.random).toBeLessThan(1);
    expect(results["relevanceMass/integratedGradients"].controls).toEqual(controls);
    expect(results["sparseness/saliency"].controls?.constant).toBe(0);
  });
  test("are scored on the images the model got right alone", () => {
    const { controls } = evaluate(linear, { measures: ["relevanceMass/saliency"] }, [1, 0, 0, 0])
      .results["relevanceMass/saliency"];
    expect(controls?.constant).toBe(0.25);
  });
});

describe("how a map is read", () => {
  test("integrated gradients are w ⊙ x; what is negative still has mass", () => {
    const { results } = evaluate(linear, { measures: ["relevanceMass/integratedGradients"] });
    // Image 3: (0, −½, 2, 0), mask on the last two: 2/2.5.
    const { images } = results["relevanceMass/integratedGradients"];
    [1, null, 1, 0.8].forEach((expected, i) => {
      if (expected === null) expect(images?.[i]).toBeNull();
      else expect(images?.[i]).toBeCloseTo(expected, 6);
    });
  });
  test("deletion takes signed integrated gradients, and the magnitude of saliency", () => {
    const { results } = evaluate(
      linear,
      { measures: ["deletion/integratedGradients", "deletion/saliency"] },
      [1],
      [[0.25, 0.5, 1, 1]],
      [masks[0]],
    );
    const p = (z: number): number => 1 / (1 + Math.exp(-z));
    // z = ¼ − ½ + 2. A step is a row, two pixels. Signed order: x₂, x₀ | x₃, x₁ → 1.75, −½, 0.
    const signed = (p(1.75) / 2 + p(-0.5) + p(0) / 2) / 2;
    expect(results["deletion/integratedGradients"].value).toBeCloseTo(signed, 6);
    // |w| = (1, 1, 2, 0): x₂ first, then x₀ or x₁ by the tie order, x₃ never before them.
    const ties = [p(-0.5), p(0.25)].map((middle) => (p(1.75) / 2 + middle + p(0) / 2) / 2);
    const found = results["deletion/saliency"].value ?? 0;
    expect(Math.min(...ties.map((value) => Math.abs(value - found)))).toBeLessThan(1e-6);
  });
  test("probabilities are taken at the calibrated temperature", () => {
    const images = data(2, split(shape, [[0.25, 0.5, 1, 1]], [1]));
    const { results } = evaluateMeasures(trained(linear, images, { temperature: 5 }), {
      measures: ["deletion/integratedGradients"],
      explained: 1,
    });
    const p = (z: number): number => 1 / (1 + Math.exp(-z / 5));
    expect(results["deletion/integratedGradients"].value).toBeCloseTo(
      (p(1.75) / 2 + p(-0.5) + p(0) / 2) / 2,
      6,
    );
  });
});

describe("scale", () => {
  const map = Float64Array.of(-4, 2, 0, 1);
  test("divided by the largest magnitude where a measure asks for it, else as it is", () => {
    expect([...readingOf(measures.effectiveComplexity, "saliency")(map)]).toEqual([
      1, 0.5, 0, 0.25,
    ]);
    expect([...readingOf(measures.sparseness, "saliency")(map)]).toEqual([4, 2, 0, 1]);
    expect([...readingOf(measures.effectiveComplexity, "saliency")(new Float64Array(2))]).toEqual([
      0, 0,
    ]);
  });
  test("evidence: signs of attributions, magnitudes of the rest; positive parts", () => {
    expect([...readingOf(measures.deletion, "integratedGradients")(map)]).toEqual([-4, 2, 0, 1]);
    expect([...readingOf(measures.deletion, "saliency")(map)]).toEqual([4, 2, 0, 1]);
    expect([...readingOf(measures.attributionLocalisation, "saliency")(map)]).toEqual([0, 2, 0, 1]);
  });
});

describe("a list of measures", () => {
  test("times are apart from results", () => {
    const { results, timings } = evaluate(linear, { measures: ["stepTime", "trainLoss"] });
    expect(Object.keys(results)).toEqual(["trainLoss"]);
    expect(timings).toEqual({ stepTime: 4 });
  });
  test("options change single measures; each is announced before it runs", () => {
    const seen: string[] = [];
    const { results } = evaluate(
      linear,
      {
        measures: ["deletion/integratedGradients"],
        measureOptions: { deletion: { rowsPerStep: 2 } },
        onProgress: ({ key, done, of }) => seen.push(`${key} ${done}/${of}`),
      },
      [1],
      [[0.25, 0.5, 1, 1]],
      [masks[0]],
    );
    // All at once: the mean of the ends.
    const p = (z: number): number => 1 / (1 + Math.exp(-z));
    expect(results["deletion/integratedGradients"].value).toBeCloseTo((p(1.75) + p(0)) / 2, 6);
    expect(seen[0]).toBe("deletion/integratedGradients 0/1");
  });
  const full = [[0.25, 0.5, 1, 1]];
  test("progress by cost: rising from 0 to 1, within long measures too", () => {
    const seen: { key: string; done: number; share: number }[] = [];
    const keys = ["trainLoss", "ligs", "faithfulnessCorrelation/saliency", "deletion/saliency"];
    evaluate(
      linear,
      { measures: keys, onProgress: (progress) => seen.push(progress) },
      [1],
      full,
      null,
    );
    const shares = seen.map(({ share }) => share);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(seen[0]).toMatchObject({ key: "trainLoss", done: 0 });
    expect(shares[0]).toBeLessThan(0.02);
    expect(shares[shares.length - 1]).toBe(1);
    expect([...new Set(seen.map(({ key }) => key))]).toEqual(keys);
    for (const [done, key] of keys.entries())
      for (const each of seen.filter((one) => one.key === key)) expect(each.done).toBe(done);
    // Its groundwork, its maps and those of controls are passes apart.
    const within = seen.filter(({ key }) => key === "faithfulnessCorrelation/saliency");
    expect(within.length).toBeGreaterThan(2);
  });
  test("a measure that turns out cheaper than declared is left behind", () => {
    const shares: number[] = [];
    const { begin, spend } = watch(2, { forward: 100, backward: 0 }, undefined, ({ share }) =>
      shares.push(share),
    );
    begin("a", { own: { forward: 0, backward: 0 }, until: 50 });
    spend({ forward: 10, backward: 5 });
    begin("b", { own: { forward: 0, backward: 0 }, until: 100 });
    spend({ forward: 30, backward: 0 });
    expect(shares).toEqual([0, 0.2, 0.5, 0.8]);
  });
  test("a measure with work of its own says how far it is", () => {
    const shares: number[] = [];
    const spent = { forward: 100, backward: 0 };
    const { tick, begin } = watch(2, spent, undefined, ({ share }) => shares.push(share));
    begin("gradientNoiseScale", { own: spent, until: 100 });
    for (const share of [0.25, 0.5, 0.501, 0.2, 1]) tick(share);
    begin("trainLoss", { own: { forward: 0, backward: 0 }, until: 100 });
    // Too near to the last report, or behind it: not said.
    expect(shares).toEqual([0, 0.25, 0.5, 1, 1]);
  });
  test("stops within a measure when it is cancelled", () => {
    const stop = new AbortController();
    const keys = ["sensitivityN/saliency"];
    let last = 0;
    const onProgress = ({ share }: { share: number }): void => {
      last = share;
      if (share > 0.3) stop.abort();
    };
    const options = { measures: keys, signal: stop.signal, onProgress };
    const run = () => evaluate(linear, options, [1, 1, 1], [...full, ...full, ...full], null);
    expect(run).toThrow("measures: cancelled by the caller");
    expect(last).toBeLessThan(0.9);
  });
  test("stops when it is cancelled", () => {
    expect(() =>
      evaluate(linear, { measures: ["trainLoss"], signal: AbortSignal.abort() }),
    ).toThrow("measures: cancelled by the caller");
  });
  test("evaluating changes neither model nor images, and gives the same bits again", () => {
    const before = JSON.stringify(linear);
    const all = {
      measures: ["ligs", "deletion/saliency", "sparseness/integratedGradients"],
    } as const;
    const first = evaluate(linear, all);
    expect(evaluate(linear, all)).toEqual(first);
    expect(JSON.stringify(linear)).toBe(before);
  });
});
