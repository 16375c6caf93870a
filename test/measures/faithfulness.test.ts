/** Whether maps name what a model uses: on linear models, whose contributions w ⊙ x tell everything; by hand; and against
 *  the papers' formulas written another way. */
import { describe, expect, test } from "vitest";
import { setSize } from "../../src/measures/faithfulness/faithfulness-correlation.js";
import { unexplained } from "../../src/measures/faithfulness/infidelity.js";
import { risingShare } from "../../src/measures/faithfulness/monotonicity.js";
import { randomSets } from "../../src/measures/faithfulness/removals.js";
import { sizes } from "../../src/measures/faithfulness/sensitivity-n.js";
import { measures } from "../../src/measures/index.js";
import { differing, exchanged, nothingOf } from "../../src/measures/variants.js";
import { tensor } from "../../src/tensor/index.js";
import {
  correlation,
  dot,
  floats,
  imageContext,
  logistic,
  picture,
  scoreMap,
  uniform,
} from "./contexts.js";

const [C, H, W] = [2, 6, 5];
const pixels = H * W;
const image = picture([C, H, W], uniform(C * pixels, "image"));
const w = uniform(C * pixels, "weights", -1, 1);
const linear = { image, f: (x: ArrayLike<number>) => dot(w, x) };
const parts = Float64Array.from(w, (value, at) => value * image.data[at]);
/** Contributions of pixels: w ⊙ x, channels summed. */
const contributions = Float64Array.from({ length: pixels }, (_, p) => parts[p] + parts[pixels + p]);
/** A map that has nothing to do with the model. */
const other = uniform(pixels, "other", -1, 1);

const {
  faithfulnessCorrelation,
  sensitivityN,
  faithfulnessEstimate,
  infidelity,
  deletion,
  insertion,
  monotonicity,
  monotonicityCorrelation,
  regionPerturbation,
  regionPerturbationLeast,
  selectivity,
  averageDrop,
  increaseInConfidence,
} = measures;

describe("variants", () => {
  const small = picture([2, 1, 3], [1, 2, 3, 4, 5, 6]);
  test("all channels of a pixel go together; the image stays", () => {
    const black = picture([2, 1, 3], [0, 0, 0, 0, 0, 0]);
    const { shape, data } = exchanged(small, black, [[], [1], [2, 0]]);
    expect(shape).toEqual([3, 2, 1, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6, 1, 0, 3, 4, 0, 6, 0, 2, 0, 0, 5, 0]);
    expect([...small.data]).toEqual([1, 2, 3, 4, 5, 6]);
  });
  test("pixels that differ in some channel", () => {
    expect([...differing(small, picture([2, 1, 3], [1, 2, 0, 4, 9, 6]))]).toEqual([1, 2]);
    expect([...differing(small, small)]).toEqual([]);
  });
  test("baselines: black, the channels' means, a blur", () => {
    expect([...nothingOf(small, "zero").data]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...nothingOf(small, "mean").data]).toEqual([2, 2, 2, 5, 5, 5]);
    const blurred = nothingOf(small, "blur").data;
    expect(blurred[0]).toBeGreaterThan(1);
    expect(blurred[0]).toBeLessThan(2);
  });
});

describe("random sets", () => {
  const context = imageContext(linear);
  test("of the size asked for, without repetition, the same again", () => {
    const sets = randomSets(context, nothingOf(image, "zero"), 50, () => 7);
    expect(sets.length).toBe(50);
    for (const set of sets) expect(new Set(set).size).toBe(7);
    expect(new Set(sets.flatMap((set) => [...set])).size).toBe(pixels);
    expect(randomSets(context, nothingOf(image, "zero"), 50, () => 7)).toEqual(sets);
  });
  test("only of pixels that the baseline changes", () => {
    const dark = picture([1, 1, 6], [0, 0.5, 0, 0.25, 0, 1]);
    const sets = randomSets(
      imageContext({ ...linear, image: dark }),
      nothingOf(dark, "zero"),
      20,
      (n) => {
        expect(n).toBe(3);
        return 2;
      },
    );
    expect(new Set(sets.flatMap((set) => [...set]))).toEqual(new Set([1, 3, 5]));
  });
  test("every pixel as often as the others", () => {
    const counts = new Array(pixels).fill(0);
    for (const set of randomSets(context, nothingOf(image, "zero"), 3000, () => 10))
      for (const p of set) counts[p]++;
    // 1000 expected, deviation √(3000·⅓·⅔) = 26.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * 26);
  });
  test("1 % of the pixels, at least 4, at most half of those that can go", () => {
    expect(setSize(0.01, 784, 784)).toBe(8);
    expect(setSize(0.01, 1024, 1024)).toBe(10);
    expect(setSize(0.01, 64, 64)).toBe(4);
    expect(setSize(0.01, 784, 5)).toBe(2);
    expect(setSize(0.01, 784, 1)).toBe(0);
  });
});

describe("faithfulness correlation", () => {
  test("1 for the contributions of a linear model, whatever their scale; −1 for their negative", () => {
    expect(scoreMap(faithfulnessCorrelation, linear, { map: contributions })).toBeCloseTo(1, 6);
    const map = contributions.map((a) => -7 * a);
    expect(scoreMap(faithfulnessCorrelation, linear, { map })).toBeCloseTo(-1, 6);
  });
  test("with another baseline, contributions are w ⊙ (x − x₀)", () => {
    const nothing = nothingOf(image, "blur").data;
    const map = contributions.map(
      (_, p) =>
        w[p] * (image.data[p] - nothing[p]) +
        w[p + pixels] * (image.data[p + pixels] - nothing[p + pixels]),
    );
    const options = { baseline: "blur" };
    expect(scoreMap(faithfulnessCorrelation, linear, { map }, options)).toBeCloseTo(1, 5);
    expect(scoreMap(faithfulnessCorrelation, linear, { map })).toBeLessThan(0.99);
  });
  test("the formula: drops of the answer against sums of the map over the sets drawn", () => {
    const curved = { image, f: (x: ArrayLike<number>) => dot(w, x) ** 2 + x[3] };
    const sets = randomSets(imageContext(curved), nothingOf(image, "zero"), 100, () => 4);
    for (const output of ["logit", "probability"]) {
      const answer = (x: ArrayLike<number>): number =>
        output === "logit" ? curved.f(x) : logistic(curved.f(x));
      const drops = sets.map((set) => {
        const without = image.data.slice();
        for (const p of set) without[p] = without[p + pixels] = 0;
        return answer(image.data) - answer(without);
      });
      const sums = sets.map((set) => set.reduce((s, p) => s + other[p], 0));
      const found = scoreMap(faithfulnessCorrelation, curved, { map: other }, { output });
      expect(found).toBeCloseTo(correlation(sums, drops), 8);
    }
  });
  test("sets are a share of all pixels, of which only some can go", () => {
    const half = picture(
      [1, 20, 20],
      Array.from({ length: 400 }, (_, p) => p % 2),
    );
    const context = imageContext({ image: half, f: (x) => dot(x, x) });
    const { sets } = faithfulnessCorrelation.groundwork.make(context, {
      ...faithfulnessCorrelation.defaults,
      share: 0.1,
    });
    expect(sets.map((set) => set.length)).toEqual(new Array(100).fill(40));
  });
  test("a constant map, and an image that is the baseline, have none", () => {
    const flat = new Float64Array(pixels).fill(2);
    expect(scoreMap(faithfulnessCorrelation, linear, { map: flat })).toBeNull();
    const black = picture([C, H, W], new Float32Array(C * pixels));
    expect(
      scoreMap(faithfulnessCorrelation, { ...linear, image: black }, { map: other }),
    ).toBeNull();
  });
});

describe("sensitivity-n", () => {
  test("sizes double up to a share of the pixels", () => {
    expect(sizes(0.8, 784)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
    expect(sizes(1, 8)).toEqual([1, 2, 4]);
    expect(sizes(0.8, 1)).toEqual([]);
  });
  test("1 for the contributions of a linear model", () => {
    expect(scoreMap(sensitivityN, linear, { map: contributions })).toBeCloseTo(1, 6);
  });
  test("the formula: the mean of one correlation per size", () => {
    const curved = { image, f: (x: ArrayLike<number>) => dot(w, x) ** 2 };
    const each = [1, 2, 4, 8, 16].map((n) => {
      const sets = randomSets(imageContext(curved), nothingOf(image, "zero"), 20, () => n);
      const drops = sets.map((set) => {
        expect(set.length).toBe(n);
        const without = image.data.slice();
        for (const p of set) without[p] = without[p + pixels] = 0;
        return curved.f(image.data) - curved.f(without);
      });
      return correlation(
        sets.map((set) => set.reduce((s, p) => s + other[p], 0)),
        drops,
      );
    });
    const expected = each.reduce((s, r) => s + r, 0) / each.length;
    expect(scoreMap(sensitivityN, curved, { map: other }, { subsets: 20 })).toBeCloseTo(
      expected,
      8,
    );
  });
});

describe("faithfulness estimate", () => {
  test("1 for the contributions of a linear model", () => {
    expect(scoreMap(faithfulnessEstimate, linear, { map: contributions })).toBeCloseTo(1, 6);
  });
  test("by hand: groups of two along the map, each removed alone", () => {
    // f = x₀x₁ + 2x₂ + x₃ at ones: groups {0, 1}, {2, 3} drop 1 and 3; then {3} of another map.
    const seen = {
      image: picture([1, 1, 5], [1, 1, 1, 1, 0]),
      f: (x: ArrayLike<number>) => x[0] * x[1] + 2 * x[2] + x[3],
    };
    // The last pixel is black already: the map's largest value there takes no part.
    const found = scoreMap(faithfulnessEstimate, seen, { map: [5, 4, 2, 1, 9] }, { pixels: 1 });
    expect(found).toBeCloseTo(correlation([5, 4, 2, 1], [1, 1, 2, 1]), 12);
    const pairs = scoreMap(faithfulnessEstimate, seen, { map: [5, 4, 2, 1, 9] }, { pixels: 2 });
    expect(pairs).toBeCloseTo(correlation([9, 3], [1, 3]), 12);
  });
});

describe("infidelity", () => {
  test("min over β of Σ(βe − Δ)²/ΣΔ²: 1 − cos², by hand and by search", () => {
    expect(unexplained([1, 0], [1, 1])).toBeCloseTo(0.5, 14);
    expect(unexplained([2, 4], [3, 6])).toBe(0);
    expect(unexplained([0, 0], [1, 1])).toBe(1);
    expect(unexplained([1, 1], [0, 0])).toBeNull();
    const [e, drops] = [
      [1, -2, 0.5],
      [2, 1, 3],
    ];
    let best = Infinity;
    for (let beta = -5; beta <= 5; beta += 1e-3)
      best = Math.min(
        best,
        e.reduce((s, v, k) => s + (beta * v - drops[k]) ** 2, 0) / dot(drops, drops),
      );
    expect(unexplained(e, drops)).toBeCloseTo(best, 5);
  });
  test("0 for a linear model: its contributions in one form, its gradient in the other", () => {
    const gradient = { map: other, channels: w, kind: "sensitivity" } as const;
    expect(scoreMap(infidelity, linear, gradient)).toBeCloseTo(0, 10);
    const contribution = { map: contributions, channels: parts, kind: "attribution" } as const;
    expect(scoreMap(infidelity, linear, contribution)).toBeCloseTo(0, 10);
    // Each in the other's form is not.
    expect(scoreMap(infidelity, linear, gradient, { form: "contribution" })).toBeGreaterThan(0.1);
    expect(scoreMap(infidelity, linear, contribution, { form: "gradient" })).toBeGreaterThan(1e-3);
  });
  test("what was removed is x − x₀, whatever the baseline", () => {
    const gradient = { map: other, channels: w, kind: "sensitivity" } as const;
    for (const baseline of ["mean", "blur"])
      expect(scoreMap(infidelity, linear, gradient, { baseline })).toBeCloseTo(0, 8);
  });
  test("a map of pixels as a whole counts for every channel", () => {
    const same = { image, f: (x: ArrayLike<number>) => x[7] + x[7 + pixels] };
    const map = new Float64Array(pixels);
    map[7] = 3;
    expect(scoreMap(infidelity, same, { map, kind: "sensitivity" })).toBeCloseTo(0, 10);
  });
  test("squares of 2 and 4 pixels in turn, each with a pixel that changes", () => {
    const dark = picture([1, 8, 8], new Float32Array(64));
    dark.data[27] = 1;
    const context = imageContext({ image: dark, f: (x) => dot(x, x) });
    const { sets, drops } = infidelity.groundwork.make(context, {
      ...infidelity.defaults,
      draws: 40,
    });
    sets.forEach((set, k) => {
      expect(set.length).toBe(k % 2 === 0 ? 4 : 16);
      expect(set.includes(27)).toBe(true);
      const rows = [...set].map((p) => Math.floor(p / 8));
      const columns = [...set].map((p) => p % 8);
      const span = k % 2 === 0 ? 1 : 3;
      expect(Math.max(...rows) - Math.min(...rows)).toBe(span);
      expect(Math.max(...columns) - Math.min(...columns)).toBe(span);
    });
    expect([...drops]).toEqual(new Array(40).fill(1));
    // Where the pixel stands within the square differs.
    expect(new Set(sets.map((set) => set[0])).size).toBeGreaterThan(5);
  });
});

describe("deletion and insertion", () => {
  const small = picture([1, 2, 3], [0.9, 0.5, 0.7, 0.3, 0.8, 0.2]);
  const weights = [2, -1, 0.5, 3, -2, 1];
  const seen = { image: small, f: (x: ArrayLike<number>) => dot(weights, x) };
  const options = { rowsPerStep: 1 / 3, output: "logit" };
  /** Areas of all 720 orders of the pixels, as maps that ask for them. */
  const areas = (measure: typeof deletion | typeof insertion): number[] => {
    const orders = (rest: number[]): number[][] =>
      rest.length === 0
        ? [[]]
        : rest.flatMap((p) => orders(rest.filter((q) => q !== p)).map((more) => [p, ...more]));
    return orders([0, 1, 2, 3, 4, 5]).map((order) => {
      const map = new Float64Array(6);
      order.forEach((p, k) => {
        map[p] = 6 - k;
      });
      return scoreMap(measure, seen, { map }, { ...options, baseline: "zero" }) ?? Number.NaN;
    });
  };
  const best = small.data.map((x, p) => x * weights[p]);
  test("contributions have the smallest deletion area of all orders, and the largest insertion", () => {
    const zero = { ...options, baseline: "zero" };
    expect(scoreMap(deletion, seen, { map: best }, zero)).toBeCloseTo(
      Math.min(...areas(deletion)),
      6,
    );
    expect(scoreMap(insertion, seen, { map: best }, zero)).toBeCloseTo(
      Math.max(...areas(insertion)),
      6,
    );
  });
  test("by hand: a row a step, from the image to black, and from the blur to the image", () => {
    const map = [6, 5, 4, 3, 2, 1];
    const top = small.data.map((x, p) => (p < 3 ? 0 : x));
    const deleted = [small.data, top, new Float32Array(6)].map((x) => logistic(seen.f(x)));
    expect(scoreMap(deletion, seen, { map })).toBeCloseTo(
      (deleted[0] / 2 + deleted[1] + deleted[2] / 2) / 2,
      7,
    );
    const blurred = nothingOf(small, "blur").data;
    const half = small.data.map((x, p) => (p < 3 ? x : blurred[p]));
    const inserted = [blurred, half, small.data].map((x) => logistic(seen.f(x)));
    expect(scoreMap(insertion, seen, { map })).toBeCloseTo(
      (inserted[0] / 2 + inserted[1] + inserted[2] / 2) / 2,
      7,
    );
  });
});

describe("region perturbation and selectivity", () => {
  // Four squares of 2×2 that hold 1, 2, 3, 4 in every pixel; f is their sum.
  const four = picture([1, 4, 4], [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
  const seen = {
    image: tensor(
      four.shape,
      four.data.map((x) => x / 40),
    ),
    f: (x: ArrayLike<number>) => dot(x, new Array(16).fill(1)),
  };
  const map = four.data;
  const logit = { output: "logit" };
  test("by hand: the squares of 4 and 3, one after the other, out of 40", () => {
    // Drops 0, 16/40, 28/40; the mean over three points.
    const options = { ...logit, share: 0.5 };
    expect(scoreMap(regionPerturbation, seen, { map }, options)).toBeCloseTo(
      (0 + 16 + 28) / 120,
      6,
    );
    expect(scoreMap(regionPerturbationLeast, seen, { map }, options)).toBeCloseTo(
      (0 + 4 + 12) / 120,
      6,
    );
  });
  test("a fifth of the squares by default, at least one", () => {
    expect(scoreMap(regionPerturbation, seen, { map }, logit)).toBeCloseTo(16 / 80, 6);
  });
  test("selectivity by hand: 40, 24, 12, 4, 0", () => {
    expect(scoreMap(selectivity, seen, { map }, logit)).toBeCloseTo(
      (20 + 24 + 12 + 4 + 0) / 4 / 40,
      6,
    );
  });
  test("probabilities by default", () => {
    const p = [1, 0.6, 0.3, 0.1, 0].map(logistic);
    expect(scoreMap(selectivity, seen, { map })).toBeCloseTo(
      (p[0] / 2 + p[1] + p[2] + p[3] + p[4] / 2) / 4,
      6,
    );
    expect(scoreMap(regionPerturbation, seen, { map })).toBeCloseTo((p[0] - p[1]) / 2, 6);
  });
});

describe("monotonicity", () => {
  test("the share of steps that do not go down", () => {
    expect(risingShare([0, 1, 1, 0.5, 2])).toBe(0.75);
  });
  const positive = { image, f: (x: ArrayLike<number>) => dot(w.map(Math.abs), x) };
  test("1 for a model that every pixel speaks for, strictly too", () => {
    expect(scoreMap(monotonicity, positive, { map: other })).toBe(1);
    expect(scoreMap(monotonicity, positive, { map: other }, { strict: true })).toBe(1);
  });
  test("by hand: the least relevant pixels come back first", () => {
    const seen = {
      image: picture([1, 4, 1], [1, 1, 1, 1]),
      f: (x: ArrayLike<number>) => 3 * x[0] - x[1] - x[2] + x[3],
    };
    // From black 0: −1 (pixel 2), −2 (1), 1 (0), 2 (3).
    expect(scoreMap(monotonicity, seen, { map: [3, 2, 1, 4] })).toBe(0.5);
    // Pixel 1 alone speaks against the class, with pixel 0 for it: −1, 1 rather than 0, 1.
    const pair = {
      image: picture([1, 2, 1], [1, 1]),
      f: (x: ArrayLike<number>) => 2 * x[0] * x[1] - x[1],
    };
    expect(scoreMap(monotonicity, pair, { map: [2, 1] })).toBe(0.5);
    expect(scoreMap(monotonicity, pair, { map: [1, 2] })).toBe(1);
    // One of four steps goes down.
    const once = { ...seen, f: (x: ArrayLike<number>) => 3 * x[0] - x[1] + x[2] + x[3] };
    expect(scoreMap(monotonicity, once, { map: [9, 2, 1, 3] })).toBe(0.75);
    expect(scoreMap(monotonicity, once, { map: [9, 2, 1, 3] }, { strict: true })).toBe(0);
  });
});

describe("monotonicity correlation", () => {
  const column = picture([1, 8, 1], [0, 1, 0, 1, 0, 1, 0, 1]);
  const weights = [1, 2, 4, 8, 16, 32, 64, 128];
  const seen = { image: column, f: (x: ArrayLike<number>) => dot(weights, x) };
  test("1 where larger values stand for larger effects, −1 the other way round", () => {
    const options = { draws: 40 };
    expect(scoreMap(monotonicityCorrelation, seen, { map: weights }, options)).toBeCloseTo(1, 12);
    const map = [...weights].reverse();
    expect(scoreMap(monotonicityCorrelation, seen, { map }, options)).toBeCloseTo(-1, 12);
  });
  test("contents are drawn between the image's own extremes, for the pixels of the group alone", () => {
    const context = imageContext({ ...seen, image: picture([1, 3, 1], [2, 5, 3]) });
    const map = floats(3, 2, 1);
    const full = { ...context, map, channels: map, kind: "attribution" } as const;
    monotonicityCorrelation.score(full, { rowsPerStep: 1, draws: 30 });
    const values = context.asked.slice(1).flatMap(({ data }) => [data[0], data[4], data[8]]);
    expect(Math.min(...values)).toBeGreaterThan(2);
    expect(Math.max(...values)).toBeLessThan(5);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(2.5);
    for (const { data } of context.asked.slice(1))
      expect([data[1], data[2], data[3]]).toEqual([5, 3, 2]);
  });
});

describe("seen through the map", () => {
  const seen = {
    image: picture([1, 1, 2], [1, 1]),
    f: (x: ArrayLike<number>) => x[0] + 2 * x[1] - 1,
  };
  test("by hand: the map (½, 1) leaves ½ + 2 − 1, (1, 0) leaves 0", () => {
    const [p, half, none] = [2, 1.5, 0].map(logistic);
    expect(scoreMap(averageDrop, seen, { map: [2, 4] })).toBeCloseTo((p - half) / p, 7);
    expect(scoreMap(averageDrop, seen, { map: [3, 0] })).toBeCloseTo((p - none) / p, 7);
    expect(scoreMap(increaseInConfidence, seen, { map: [3, 0] })).toBe(0);
  });
  test("what spoke against the class goes, and the model is surer", () => {
    const against = { ...seen, f: (x: ArrayLike<number>) => 2 * x[0] - x[1] };
    expect(scoreMap(increaseInConfidence, against, { map: [1, -1] })).toBe(1);
    expect(scoreMap(averageDrop, against, { map: [1, -1] })).toBe(0);
  });
  test("a constant map shows the image as it is", () => {
    expect(scoreMap(averageDrop, seen, { map: [5, 5] })).toBe(0);
    expect(scoreMap(increaseInConfidence, seen, { map: [5, 5] })).toBe(0);
  });
});
