/** Axioms: on models where they hold, and where it is known by how much they do not. */
import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { compensated } from "../../src/measures/axioms/input-invariance.js";
import { evaluateMeasures, expandMeasures, measures } from "../../src/measures/index.js";
import { nothingOf } from "../../src/measures/variants.js";
import { initialise, type Model, zoo } from "../../src/model/index.js";
import { random, tensor } from "../../src/tensor/index.js";
import { dot, picture, scoreMap, uniform } from "./contexts.js";
import { data, network, split, trained } from "./fixtures.js";

describe("completeness gap", () => {
  const image = picture([2, 2, 2], uniform(8, "axioms"));
  const w = uniform(8, "w", -1, 1);
  const linear = { image, f: (x: ArrayLike<number>) => dot(w, x) + 3 };
  const channels = w.map((value, at) => value * image.data[at]);
  const { completenessGap } = measures;
  test("0 for the contributions of a linear model, whatever its bias", () => {
    expect(scoreMap(completenessGap, linear, { map: channels, channels })).toBeCloseTo(0, 12);
  });
  test("by hand: half of the contributions leave half of the logit's difference", () => {
    const half = channels.map((a) => a / 2);
    expect(scoreMap(completenessGap, linear, { map: half, channels: half })).toBeCloseTo(0.5, 12);
    const twice = channels.map((a) => 2 * a);
    expect(scoreMap(completenessGap, linear, { map: twice, channels: twice })).toBeCloseTo(1, 12);
  });
  test("counts from the baseline asked for", () => {
    const mean = nothingOf(image, "mean").data;
    const fromMean = w.map((value, at) => value * (image.data[at] - mean[at]));
    const found = { map: fromMean, channels: fromMean };
    expect(scoreMap(completenessGap, linear, found, { baseline: "mean" })).toBeCloseTo(0, 6);
    expect(scoreMap(completenessGap, linear, found)).toBeGreaterThan(0.01);
  });
  test("sensitivities and class-activation maps promise nothing: a state, and not asked for in lists", () => {
    const model = network(
      [1, 1, 2],
      [
        {
          weight: [
            [2, 4],
            [0, 0],
          ],
        },
      ],
    );
    const { results } = evaluateMeasures(
      trained(model, data(2, split([1, 1, 2], [[0.5, 0.75]], [0]))),
      {
        measures: ["completenessGap/saliency", "completenessGap/inputTimesGradient"],
        explained: 1,
      },
    );
    expect(results["completenessGap/saliency"]).toEqual({
      value: null,
      states: { otherKind: 1 },
    });
    expect(results["completenessGap/inputTimesGradient"]).toMatchObject({
      value: expect.closeTo(0, 6),
      controls: { random: null, constant: null, sobel: null },
    });
    expect(expandMeasures(["completenessGap"], ["saliency", "lrpEpsilon", "gradCam"])).toEqual([
      "completenessGap/lrpEpsilon",
    ]);
    expect(expandMeasures(["completenessGap"], ["gradCam"])).toEqual(["completenessGap/gradCam"]);
  });
});

describe("non-sensitivity", () => {
  const { nonSensitivity } = measures;
  const image = picture([1, 2, 3], [0, 0.2, 0.4, 0.6, 0.8, 1]);
  // Reads pixels 1, 2 and 4.
  const seen = { image, f: (x: ArrayLike<number>) => x[1] - 2 * x[2] + 0.1 * x[4] };
  test("0 where attribution and influence lie on the same pixels", () => {
    expect(scoreMap(nonSensitivity, seen, { map: [0, 1, 0.5, 0, 0.2, 0] })).toBe(0);
  });
  test("by hand: pixel 0 has attribution without influence, pixel 4 influence without attribution", () => {
    expect(scoreMap(nonSensitivity, seen, { map: [0.1, 1, 0.5, 0, 0, 0] })).toBeCloseTo(2 / 6, 14);
    expect(scoreMap(nonSensitivity, seen, { map: [1, 0, 0, 1, 0, 1] })).toBe(1);
  });
  test("a black pixel has influence too: it goes to the farther end of the range", () => {
    const dark = { image: picture([1, 1, 3], [0, 0, 1]), f: (x: ArrayLike<number>) => x[0] };
    expect(scoreMap(nonSensitivity, dark, { map: [1, 0, 0] })).toBe(0);
    expect(scoreMap(nonSensitivity, dark, { map: [0, 0, 1] })).toBeCloseTo(2 / 3, 14);
  });
  test("logits know no scale", () => {
    const tiny = { ...seen, f: (x: ArrayLike<number>) => 1e-7 * seen.f(x) };
    expect(scoreMap(nonSensitivity, tiny, { map: [0, 1, 0.5, 0, 0.2, 0] })).toBe(0);
  });
  test("what is next to nothing is nothing, on either side", () => {
    const faint = { ...seen, f: (x: ArrayLike<number>) => x[1] + 1e-7 * x[5] };
    expect(scoreMap(nonSensitivity, faint, { map: [0, 1, 0, 0, 1e-6, 0] })).toBe(0);
    const options = { epsilon: 1e-8 };
    expect(scoreMap(nonSensitivity, faint, { map: [0, 1, 0, 0, 1e-6, 0] }, options)).toBeCloseTo(
      2 / 6,
      14,
    );
  });
});

describe("input invariance", () => {
  const shape = [2, 12, 12] as const;
  const stream = random("invariance");
  const rows = Array.from({ length: 5 }, () => Array.from({ length: 288 }, () => stream.uniform()));
  const dataset = data(3, split(shape, rows, [0, 1, 2, 0, 1]));
  const draw = random("parameters");
  const scrambled = (model: Model): Model => ({
    ...model,
    parameters: Object.fromEntries(
      Object.entries(model.parameters).map(([key, value]) => [
        key,
        /Variance/.test(key)
          ? { ...value, data: value.data.map(() => draw.uniform(0.5, 2)) }
          : /gamma|beta|Mean|bias/.test(key)
            ? { ...value, data: value.data.map(() => draw.uniform(-1, 1)) }
            : value,
      ]),
    ),
  });
  const models = (["none", "batch", "group"] as const).map((norm) => {
    const graph = zoo.plain({ norm, inputShape: shape, classes: 3, depth: 2 });
    return [norm, scrambled(initialise(graph, random(1)))] as const;
  });
  const x = tensor([5, ...shape], Float32Array.from(rows.flat()));
  test.each(models)(
    "%s: the compensated network is the same function of shifted images",
    (_, model) => {
      // Its first convolution pads with zeros, so its bias becomes a map.
      for (const shift of [-1, 0.7]) {
        const there = tensor(
          x.shape,
          x.data.map((value) => value + shift),
        );
        const [before, after] = [
          session(model).forward(x),
          session(compensated(model, shift)).forward(there),
        ];
        before.data.forEach((z, k) => {
          expect(after.data[k]).toBeCloseTo(z, 3);
        });
        expect(session(model).forward(there).data[0]).not.toBeCloseTo(before.data[0], 2);
      }
    },
  );
  test.each(models)("%s: gradients stay, what is multiplied by the input moves", (_, model) => {
    const { results } = evaluateMeasures(trained(model, dataset), {
      measures: ["inputInvariance/saliency", "inputInvariance/inputTimesGradient"],
      explained: 5,
    });
    for (const score of results["inputInvariance/saliency"].images ?? [])
      expect(score).toBeLessThan(1e-3);
    for (const score of results["inputInvariance/inputTimesGradient"].images ?? [])
      expect(score).toBeGreaterThan(0.1);
  });
  test("by hand: w ⊙ x becomes w ⊙ (x − 1)", () => {
    const linear = network(
      [1, 1, 2],
      [
        {
          weight: [
            [2, 4],
            [0, 0],
          ],
        },
      ],
    );
    const { results } = evaluateMeasures(
      trained(linear, data(2, split([1, 1, 2], [[0.5, 0.75]], [0]))),
      { measures: ["inputInvariance/inputTimesGradient"], explained: 1 },
    );
    // ‖(2, 4)‖ / ‖(1, 3)‖
    expect(results["inputInvariance/inputTimesGradient"].value).toBeCloseTo(Math.sqrt(2), 5);
  });
});
