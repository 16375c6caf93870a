/** Methods restated from their papers, and cases worked by hand. float64. */

import { afterAll, describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { baselineOf } from "../../src/explain/baselines.js";
import { batchMateSensitivity } from "../../src/explain/batch-mates.js";
import { lastRectified } from "../../src/explain/class-activation.js";
import { enlarge } from "../../src/explain/enlarge.js";
import {
  classes,
  difference,
  explainers,
  explainInTurns,
  only,
  reduceChannels,
  runnerUp,
  top,
} from "../../src/explain/index.js";
import { usualCount, usualSide } from "../../src/explain/patches.js";
import * as layers from "../../src/model/build.js";
import { type Graph, initialise, type Model } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { size, slice, type Tensor, tensor } from "../../src/tensor/tensor.js";
import { worst } from "../golden.js";
import { batch } from "../networks.js";
import { formula, type Logit, linear, powers } from "./functions.js";

const doubles = (shape: number[], values: ArrayLike<number>) =>
  tensor(shape, Float64Array.from(values));
const noise = (shape: number[], name: string) => {
  const stream = random(name);
  return doubles(
    shape,
    Array.from({ length: size(shape) }, () => stream.uniform()),
  );
};
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

describe("targets", () => {
  const logits = doubles([2, 3], [1, 5, 5, 7, 0, 9]);
  test("runnerUp is the second largest logit; among equals the first class is first", () => {
    expect([...runnerUp(logits)]).toEqual([2, 0]);
  });
  test("a difference is explained by the difference of the maps", () => {
    const model = formula([linear([1, 2]), linear([5, -3]), powers([1, 1], 2)]);
    const x = doubles([1, 1, 1, 2], [2, 3]);
    const of = (target: Parameters<typeof difference>[0]) => target;
    const explained = explainers.saliency.explain(model, x, {
      target: difference(of(only(2)), of(only(1))),
    });
    expect([...explained.values.data]).toEqual([4 - 5, 6 + 3]);
    expect([...explained.target, ...(explained.against ?? [])]).toEqual([2, 1]);
    const integral = explainers.integratedGradients.explain(model, x, {
      target: difference(top, runnerUp),
    });
    expect([...integral.target, ...(integral.against ?? [])]).toEqual([2, 0]);
    expect(sum(integral.values.data)).toBeCloseTo(13 - 8, 12);
  });
  test("a class that is not there is an error", () => {
    expect(() =>
      explainers.saliency.explain(formula([linear([1])]), doubles([2, 1, 1, 1], [1, 1]), {
        target: classes([0, 3]),
      }),
    ).toThrow("target: got class 3 for image 1, expected 0 to 0");
  });
});

test("channels: the largest magnitude, and the Euclidean norm", () => {
  const values = doubles([1, 2, 1, 2], [3, -1, -4, 0.5]);
  expect(reduceChannels(values, "max")).toEqual([Float64Array.of(4, 1)]);
  expect(reduceChannels(values, "l2")).toEqual([Float64Array.of(5, Math.sqrt(1.25))]);
});

describe("baselines", () => {
  const x = noise([2, 2, 6, 5], "baselines");
  test("mean is every channel's own", () => {
    const { data } = baselineOf(x, "mean", "test");
    for (let plane = 0; plane < 4; plane++) {
      const own = x.data.slice(plane * 30, plane * 30 + 30);
      expect(data[plane * 30 + 7]).toBeCloseTo(sum(own) / 30, 14);
    }
  });
  test("blur is the normalised sum over an 11×11 Gaussian window", () => {
    const { data } = baselineOf(x, "blur", "test");
    for (const [plane, row, column] of [
      [0, 0, 0],
      [3, 5, 4],
      [2, 2, 3],
    ]) {
      let [total, weight] = [0, 0];
      for (let y = 0; y < 6; y++)
        for (let c = 0; c < 5; c++) {
          if (Math.abs(y - row) > 5 || Math.abs(c - column) > 5) continue;
          const w = Math.exp(-((y - row) ** 2 + (c - column) ** 2) / 50);
          total += w * x.data[plane * 30 + y * 5 + c];
          weight += w;
        }
      expect(data[plane * 30 + row * 5 + column]).toBeCloseTo(total / weight, 14);
    }
  });
  test("one of one's own for all images", () => {
    const own = noise([1, 2, 6, 5], "own");
    expect(slice(baselineOf(x, own, "test"), 1, 2).data).toEqual(own.data);
  });
});

describe("noise", () => {
  const model = formula([powers([1, -2, 3, 0.5], 2)]);
  const x = doubles([2, 1, 2, 2], [0, 1, 2, 4, 1, 1, 1, 1]);
  test("SmoothGrad of squares tends to the gradient, VarGrad to (2cσ)²; an image without range has no noise", () => {
    const options = { samples: 4000, noise: 0.25 }; // σ = 0.25·(4 − 0) = 1 for image 0, 0 for image 1
    const smooth = explainers.smoothGrad.explain(model, x, options).values.data;
    const variance = explainers.varGrad.explain(model, x, options).values.data;
    const c = [1, -2, 3, 0.5];
    c.forEach((cj, j) => {
      const deviation = Math.abs(2 * cj);
      expect(Math.abs(smooth[j] - 2 * cj * x.data[j])).toBeLessThan(
        (5 * deviation) / Math.sqrt(4000),
      );
      expect(Math.abs(variance[j] / deviation ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / 4000));
      expect(smooth[4 + j]).toBeCloseTo(2 * cj, 12);
      expect(variance[4 + j]).toBeCloseTo(0, 12);
    });
  });
  test("VarGrad's variance is the biased one: of two copies, half of σ² on average", () => {
    const many = doubles(
      [800, 1, 1, 3],
      Array.from({ length: 2400 }, (_, i) => [0, 1, i / 2400][i % 3]), // range 1, every image another
    );
    const { values } = explainers.varGrad.explain(formula([powers([0.5, 0, 0], 2)]), many, {
      samples: 2,
      noise: 1,
    });
    const mean = sum(Array.from({ length: 800 }, (_, i) => values.data[3 * i])) / 800;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.15);
  });
  test("expected gradients of squares: x² minus the mean of the background's squares", () => {
    const background = noise([5, 1, 2, 2], "background");
    const { values, checks } = explainers.expectedGradients.explain(model, x, {
      background,
      samples: 4000,
    });
    [1, -2, 3, 0.5].forEach((c, j) => {
      const mean = sum(Array.from({ length: 5 }, (_, b) => background.data[4 * b + j] ** 2)) / 5;
      expect(Math.abs(values.data[j] - c * (x.data[j] ** 2 - mean))).toBeLessThan(0.05);
    });
    expect(Math.abs(checks.completenessGap?.[0] ?? 1)).toBeLessThan(0.1);
  });
  test("with one background image they are integrated gradients from it", () => {
    const background = noise([1, 1, 2, 2], "background");
    const expected = explainers.integratedGradients.explain(model, x, { baseline: background });
    const found = explainers.expectedGradients.explain(model, x, { background, samples: 2000 });
    expect(worst(found.values.data, expected.values.data)).toBeLessThan(1e-3); // α is stratified
  });
});

/** x = (3, −1); pre-activations (1, 5, −4) and, at the baseline 0, (0, 1, −1). */
describe("DeepLIFT by hand", () => {
  const hidden: [number[], number][] = [
    [[1, 2], 0],
    [[1, -1], 1],
    [[-1, 0], -1],
  ];
  const out = [1, 2, 3];
  const net = (): Model => {
    const g = layers.graph([2, 1, 1]);
    const first = layers.dense({ id: "in", units: 3 });
    const inner = g.node(layers.relu(), g.node(first, g.node(layers.flatten(), g.input)));
    return {
      ...g.output(g.node(layers.dense({ id: "out", units: 1, bias: false }), inner)),
      parameters: {
        "in.weight": doubles(
          [3, 2],
          hidden.flatMap(([w]) => w),
        ),
        "in.bias": doubles(
          [3],
          hidden.map(([, b]) => b),
        ),
        "out.weight": doubles([1, 3], out),
      },
    };
  };
  test("m = Δy/Δx per unit", () => {
    // Unit 1: 0 → 1, multiplier 1; unit 2: 1 → 5, multiplier 1; unit 3: −1 → −4, multiplier 0.
    // m_x = 1·(1, 2) + 2·(1, −1) = (3, 0), a = (3·3, 0·(−1)) = (9, 0); f(x) − f(0) = 11 − 2 = 9.
    const x = doubles([1, 2, 1, 1], [3, -1]);
    const { values, checks } = explainers.deepLift.explain(
      session(net(), { backend: "reference" }),
      x,
    );
    expect(Array.from(values.data, (v) => v + 0)).toEqual([9, 0]);
    expect(checks.completenessGap).toEqual(Float64Array.of(0));
  });
  test("a unit that wakes up on the way has a multiplier between 0 and 1", () => {
    // x = (−3, −1): units (−5, −1, 2), at 0: (0, 1, −1). Multipliers 0, (0 − 1)/(−1 − 1) = 1/2, (2 − 0)/(2 + 1) = 2/3.
    // m_x = 2·½·(1, −1) + 3·⅔·(−1, 0) = (−1, −1), a = (3, 1); f(x) − f(0) = 6 − 2 = 4.
    const { values } = explainers.deepLift.explain(
      session(net(), { backend: "reference" }),
      doubles([1, 2, 1, 1], [-3, -1]),
    );
    expect(worst(values.data, [3, 1])).toBeLessThan(1e-14);
  });
});

test("excitation backpropagation by hand, with a skip connection", () => {
  // a = (2, 1); h = W a = (2·2 − 1, 2 + 3·1) = (3, 5), s = h + a = (5, 6), logit = 4·5 + 1·6.
  // P(s) = (20, 6)/26. P(h₁) = 3/5·20/26 = 12/26, P(h₂) = 5/6·6/26 = 5/26; straight on: 8/26 and 1/26.
  // h₁ sees 2·a₁ alone: all of 12/26 to a₁. h₂: a₁ gets 2/5, a₂ 3/5 of 5/26.
  // P(a₁) = (8 + 12 + 2)/26 = 22/26, P(a₂) = (1 + 3)/26 = 4/26.
  const g = layers.graph([2, 1, 1]);
  const h = g.node(layers.conv2d({ id: "h", filters: 2, kernel: 1, bias: true }), g.input);
  const s = g.node(layers.flatten(), g.node(layers.add(), g.node(layers.relu(), h), g.input));
  const net = g.output(g.node(layers.dense({ id: "out", units: 2 }), s));
  const model: Model = {
    ...net,
    parameters: {
      "h.weight": doubles([2, 2, 1, 1], [2, -1, 1, 3]),
      "h.bias": doubles([2], [0, 0]),
      "out.weight": doubles([2, 2], [4, 1, -1, -1]),
      "out.bias": doubles([2], [-7, 0]), // takes no part
    },
  };
  const run = session(model, { backend: "reference" });
  const x = doubles([1, 2, 1, 1], [2, 1]);
  const { values, checks } = explainers.excitationBackpropagation.explain(run, x);
  expect(worst(values.data, [22 / 26, 4 / 26])).toBeLessThan(1e-15);
  expect(checks.lost?.[0]).toBeCloseTo(0, 15);
  // Class 1 has no excitatory input at all.
  const none = explainers.excitationBackpropagation.explain(run, x, { target: only(1) });
  expect(none.checks.lost?.[0]).toBe(1);
});

/** Weights of random size and biases of both signs. */
function lively(graph: Graph): Model {
  const model = initialise(graph, random("lively"));
  const stream = random("biases");
  const parameters = Object.entries(model.parameters).map(([key, { shape, data }]) => {
    const change = (v: number) => (key.endsWith("weight") ? v : v + 0.3 * stream.normal());
    return [key, doubles([...shape], key.endsWith("Variance") ? data : data.map(change))] as const;
  });
  return { ...model, parameters: Object.fromEntries(parameters) };
}

describe("class activation", () => {
  const model = lively(zoo.plain({ inputShape: [2, 9, 8], depth: 2, classes: 3 }));
  const run = session(model, { backend: "reference" });
  const x = noise([2, 2, 9, 8], "cam");
  const at = lastRectified(model);
  const [C, P] = [16, 72];
  const coarse = (name: "gradCam" | "gradCamPlusPlus" | "hiResCam" | "layerCam") =>
    explainers[name].explain(run, x, { size: "layer", evidence: "signed" }).values.data;
  const target = top(run.forward(x));
  const seed = (y: Tensor) =>
    doubles(
      [...y.shape],
      Array.from(y.data, (_, i) => (i % 3 === target[Math.floor(i / 3)] ? 1 : 0)),
    );
  const { values, gradients } = run.activationGradients(x, [at], seed);
  const A = (i: number, c: number, p: number) => values[at].data[(i * C + c) * P + p];
  const G = (i: number, c: number, p: number) => gradients[at].data[(i * C + c) * P + p];
  const channels = Array.from({ length: C }, (_, c) => c);
  const pixels = Array.from({ length: P }, (_, p) => p);
  const mapped = (f: (i: number, p: number) => number) =>
    [0, 1].flatMap((i) => pixels.map((p) => f(i, p)));
  const over = <T>(list: readonly T[], f: (v: T) => number) => sum(list.map(f));

  test("the layer is the last ReLU on an image", () => expect(at).toBe("relu2"));
  test("Grad-CAM", () => {
    const w = (i: number, c: number) => over(pixels, (p) => G(i, c, p)) / P;
    const expected = mapped((i, p) => over(channels, (c) => w(i, c) * A(i, c, p)));
    expect(worst(coarse("gradCam"), expected)).toBeLessThan(1e-12);
  });
  test("Grad-CAM++", () => {
    const alpha = (i: number, c: number, p: number) =>
      G(i, c, p) ** 2 / (2 * G(i, c, p) ** 2 + over(pixels, (q) => A(i, c, q)) * G(i, c, p) ** 3);
    const w = (i: number, c: number) =>
      over(pixels, (p) => (G(i, c, p) === 0 ? 0 : alpha(i, c, p) * Math.max(G(i, c, p), 0)));
    const expected = mapped((i, p) => over(channels, (c) => w(i, c) * A(i, c, p)));
    expect(worst(coarse("gradCamPlusPlus"), expected)).toBeLessThan(1e-12);
  });
  test("LayerCAM", () => {
    const expected = mapped((i, p) => over(channels, (c) => Math.max(G(i, c, p), 0) * A(i, c, p)));
    expect(worst(coarse("layerCam"), expected)).toBeLessThan(1e-12);
  });
  test("HiResCAM before a global mean and a dense layer adds up to the logit without its bias, and is Grad-CAM", () => {
    const maps = coarse("hiResCam");
    const logits = run.forward(x);
    for (const i of [0, 1]) {
      const bias = model.parameters["dense.bias"].data[target[i]];
      const f = logits.data[3 * i + target[i]];
      expect(sum(maps.slice(i * P, (i + 1) * P))).toBeCloseTo(f - bias, 12);
    }
    expect(worst(coarse("gradCam"), maps)).toBeLessThan(1e-12);
  });
  test("only evidence for the class is drawn unless asked otherwise, on the whole image", () => {
    const options = { target: difference(only(0), only(1)), layer: "norm2" };
    const { values: drawn, kind } = explainers.hiResCam.explain(run, x, options);
    const raw = explainers.hiResCam.explain(run, x, { ...options, evidence: "signed" }).values;
    expect(drawn.shape).toEqual([2, 1, 9, 8]);
    expect(Math.min(...raw.data)).toBeLessThan(-0.001);
    expect(Math.max(...raw.data)).toBeGreaterThan(0.001);
    const positive = raw.data.map((v) => Math.max(v, 0));
    expect(worst(drawn.data, positive)).toBe(0); // the layer is as large as the image
    expect(kind).toBe("cam");
  });
  test("enlargement holds centres: 2 → 4 gives (a, ¾a + ¼b, ¼a + ¾b, b)", () => {
    const large = enlarge(doubles([1, 1, 1, 2], [1, 5]), 1, 4);
    expect([...large.data]).toEqual([1, 2, 4, 5]);
    const square = enlarge(doubles([1, 1, 2, 2], [0, 4, 8, 12]), 4, 4).data;
    expect([...square.slice(4, 8)]).toEqual([2, 3, 5, 6]);
    expect([...enlarge(doubles([1, 1, 1, 3], [3, 6, 9]), 1, 3).data]).toEqual([3, 6, 9]);
  });
  test("without a ReLU, the last activation of another kind is looked at, not a gate", () => {
    const g = layers.graph([1, 4, 4]);
    const a = g.node(
      layers.gelu({ id: "gelu" }),
      g.node(layers.conv2d({ filters: 2, kernel: 1 }), g.input),
    );
    const gate = g.node(layers.clip({ low: 0, high: 1 }), a);
    const y = g.node(layers.globalAvgPool(), g.node(layers.multiply(), a, gate));
    expect(lastRectified(g.output(g.node(layers.flatten(), y)))).toBe("gelu");
    const both = layers.sequential(
      [1, 4, 4],
      [layers.relu({ id: "relu" }), layers.elu(), layers.flatten()],
    );
    expect(lastRectified(both)).toBe("relu");
  });
  test("says which layers there are", () => {
    expect(() => explainers.gradCam.explain(run, x, { layer: "dense" })).toThrow(
      'class activation: got layer "dense", expected one of conv1, norm1, relu1, conv2, norm2, relu2',
    );
    const mlp = session(initialise(zoo.mlp({ inputShape: [1, 2, 2] }), random(0)));
    expect(() => explainers.gradCam.explain(mlp, doubles([1, 1, 2, 2], [0, 0, 0, 1]))).toThrow(
      "class activation: got a model without a rectified image, expected a convolutional one with ReLU; " +
        "use a method that needs no layer, such as integratedGradients",
    );
  });
});

/** A logit with interactions: Σ cⱼxⱼ + Σ dⱼ·xⱼ·xⱼ₊₁. */
const entangled = (c: readonly number[], d: readonly number[]): Logit => ({
  value: (x) => sum(c.map((cj, j) => cj * x[j] + (j + 1 < c.length ? d[j] * x[j] * x[j + 1] : 0))),
  gradient: () => [],
});

describe("perturbation", () => {
  test("windows and patches grow with the image, so that their number does not", () => {
    const square = (side: number) => [usualSide(side, side), usualCount(side, side)];
    expect([8, 28, 32, 64, 224].map(square)).toEqual([
      [4, 4],
      [4, 49],
      [4, 64],
      [8, 64],
      [28, 64],
    ]);
    expect([usualSide(300, 224), usualCount(224, 300)]).toEqual([28, 88]);
    const x = noise([1, 1, 64, 48], "large");
    const layer = [layers.flatten(), layers.dense({ units: 2 })];
    const run = session(initialise(layers.sequential([1, 64, 48], layer), random(1)));
    const settings = [explainers.occlusion, explainers.kernelShap, explainers.shapleySampling].map(
      ({ explain }) => explain(run, x).settings,
    );
    expect(settings[0]).toMatchObject({ window: 6, stride: 3 });
    expect(settings[1]).toMatchObject({ patch: 6 });
    expect(settings[2]).toMatchObject({ patch: 6 });
  });

  const c = [1, -2, 0.5, 3, 1, -1];
  const d = [2, 1, -3, 0.5, 4];
  const model = formula([entangled(c, d)]);
  const x = doubles([1, 1, 2, 3], [1, 2, -1, 0.5, 3, 1]);
  const f = (values: readonly number[]) => entangled(c, d).value(values);

  /** Shapley values of the six pixels over all 720 orders. */
  const shapley = (() => {
    const phi = new Array<number>(6).fill(0);
    const walk = (present: number[], left: number[]): void => {
      const at = (set: readonly number[]) =>
        f(Array.from(x.data, (v, j) => (set.includes(j) ? v : 0)));
      const orders = [1, 1, 2, 6, 24, 120][left.length - 1] ?? 1;
      for (const j of left) {
        const gain = at([...present, j]) - at(present);
        phi[j] += (gain * orders) / 720;
        const rest = left.filter((k) => k !== j);
        if (rest.length > 0) walk([...present, j], rest);
      }
    };
    walk([], [0, 1, 2, 3, 4, 5]);
    return phi;
  })();

  test("KernelSHAP over all coalitions is the Shapley value", () => {
    const { values, settings, checks } = explainers.kernelShap.explain(model, x, { patch: 1 });
    expect(settings.exact).toBe(true);
    expect(worst(values.data, shapley)).toBeLessThan(1e-10);
    expect(Math.abs(checks.completenessGap?.[0] ?? 1)).toBeLessThan(1e-12);
  });
  test("KernelSHAP on drawn coalitions comes near, and stays complete", () => {
    const { values, settings, checks } = explainers.kernelShap.explain(model, x, {
      patch: 1,
      samples: 60,
    });
    expect(settings.exact).toBe(false);
    expect(worst(values.data, shapley)).toBeLessThan(0.15);
    expect(Math.abs(checks.completenessGap?.[0] ?? 1)).toBeLessThan(1e-12);
  });
  test("Shapley sampling comes near with orders, and is complete with one", () => {
    const many = explainers.shapleySampling.explain(model, x, { patch: 1, orders: 400 });
    expect(worst(many.values.data, shapley)).toBeLessThan(0.1);
    const one = explainers.shapleySampling.explain(model, x, { patch: 1, orders: 1 });
    expect(sum(one.values.data)).toBeCloseTo(f([...x.data]), 12);
  });
  test("an additive function is recovered exactly, spread over the pixels of a patch", () => {
    const additive = formula([linear(c)]);
    const whole = Array.from(x.data, (v, j) => c[j] * v);
    // Patches of 2: columns 0–1 and 2.
    const left = (whole[0] + whole[1] + whole[3] + whole[4]) / 4;
    const right = (whole[2] + whole[5]) / 2;
    const expected = [left, left, right, left, left, right];
    for (const name of ["kernelShap", "shapleySampling"] as const)
      expect(
        worst(explainers[name].explain(additive, x, { patch: 2 }).values.data, expected),
      ).toBeLessThan(1e-12);
  });
  test("too few coalitions are an error, not a map", () => {
    expect(() => explainers.kernelShap.explain(model, x, { patch: 1, samples: 4 })).toThrow(
      "kernelShap: got too few samples to tell 6 patches apart; take more samples or larger patches",
    );
  });

  test("occlusion is the mean over the windows upon a pixel, the last ones cut by the border", () => {
    const { values } = explainers.occlusion.explain(model, x, { window: 2, stride: 2 });
    const base = f([...x.data]);
    const drop = (gone: readonly number[]) =>
      base - f(Array.from(x.data, (v, j) => (gone.includes(j) ? 0 : v)));
    const [left, right] = [drop([0, 1, 3, 4]), drop([2, 5])];
    expect([...values.data]).toEqual([left, left, right, left, left, right]);
    const dense = explainers.occlusion.explain(model, x, { window: 2, stride: 1 }).values.data;
    // Windows begin at rows 0, columns 0 and 1; pixel 1 lies in both.
    expect(dense[1]).toBeCloseTo((drop([0, 1, 3, 4]) + drop([1, 2, 4, 5])) / 2, 13);
    expect(dense[3]).toBeCloseTo(left, 13);
  });
  test("occlusion with an image of one's own in the window", () => {
    const own = doubles([1, 1, 2, 3], [9, 8, 7, 6, 5, 4]);
    const { values } = explainers.occlusion.explain(model, x, {
      window: 1,
      stride: 1,
      baseline: own,
    });
    const with4 = Array.from(x.data, (v, j) => (j === 4 ? 5 : v));
    expect(values.data[4]).toBeCloseTo(f([...x.data]) - f(with4), 13);
  });

  test("RISE of a single class is the mean mask over keep: near 1 everywhere", () => {
    const image = noise([1, 1, 10, 12], "rise");
    const { values } = explainers.rise.explain(formula([linear(new Array(120).fill(0))]), image, {
      masks: 2000,
      keep: 0.3,
    });
    for (const value of values.data) expect(Math.abs(value - 1)).toBeLessThan(0.15);
    expect(new Set(values.data).size).toBeGreaterThan(100);
  });
  test("RISE's masks are cut out at random places: their steps lie anywhere", () => {
    const steps = { across: new Set<number>(), down: new Set<number>() };
    for (let k = 0; k < 40; k++) {
      const { data } = explainers.rise.explain(
        formula([linear(new Array(144).fill(0))]),
        noise([1, 1, 12, 12], `rise ${k}`),
        { masks: 1, cells: 3 },
      ).values;
      // Along a line a mask is linear but for kinks at the centres of cells, 4 pixels apart.
      const kink = (p: number, by: number) =>
        Math.abs(data[p - by] - 2 * data[p] + data[p + by]) > 1e-6;
      for (let i = 1; i < 11; i++) {
        if (kink(12 * 5 + i, 1)) steps.across.add(i % 4);
        if (kink(12 * i + 5, 12)) steps.down.add(i % 4);
      }
    }
    expect([steps.across.size, steps.down.size]).toEqual([4, 4]);
  });
  test("RISE finds the pixel that decides", () => {
    const weights = new Array<number>(120).fill(0);
    weights[5 * 12 + 8] = 6;
    const { values } = explainers.rise.explain(
      formula([linear(weights), linear(new Array(120).fill(0), 3)]),
      doubles([1, 1, 10, 12], new Array(120).fill(1)),
      { target: only(0) },
    );
    const best = values.data.indexOf(Math.max(...values.data));
    const [row, column] = [Math.floor(best / 12), best % 12];
    expect(Math.max(Math.abs(row - 5), Math.abs(column - 8))).toBeLessThanOrEqual(1);
    expect(Math.max(...values.data)).toBeGreaterThan(1.4 * Math.min(...values.data));
  });
});

describe("long work", () => {
  const model = formula([linear([1, -2, 3, 4])]);
  const x = noise([2, 1, 2, 2], "long");
  test("reports how far it is", () => {
    const seen: string[] = [];
    explainers.shapleySampling.explain(model, x, {
      patch: 1,
      orders: 30,
      onProgress: ({ done, of }) => seen.push(`${done}/${of}`),
    });
    expect(seen).toEqual(["64/180", "90/180", "154/180", "180/180"]);
  });
  test("stops at a signal, in turns too", async () => {
    const controller = new AbortController();
    const options = {
      samples: 50,
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => void (done === 3 && controller.abort()),
    };
    expect(() => explainers.smoothGrad.explain(model, x, options)).toThrow(
      "smoothGrad: cancelled by the caller",
    );
    const later = new AbortController();
    setTimeout(() => later.abort(), 20);
    const work = explainInTurns(
      explainers.smoothGrad,
      model,
      x,
      { samples: 1e7, signal: later.signal },
      { pause: 5 },
    );
    await expect(work).rejects.toThrow("smoothGrad: cancelled by the caller");
  });
  test("in turns the result is the same", async () => {
    const together = explainers.kernelShap.explain(model, x, { patch: 1 });
    const inTurns = await explainInTurns(
      explainers.kernelShap,
      model,
      x,
      { patch: 1 },
      { pause: 0 },
    );
    expect(inTurns).toEqual(together);
  });
});

describe("every explainer", () => {
  const model = initialise(zoo.seed({ inputShape: [1, 9, 8] }), random("every"));
  const { x } = batch(5, [1, 9, 8]);
  const options = {
    background: batch(3, [1, 9, 8], "background").x,
    samples: 40,
    masks: 20,
    orders: 3,
    patch: 3,
    random: random(7),
  };
  for (const [name, explainer] of Object.entries(explainers))
    test(`${name}: a batch is its images, whoever cuts it; the result says what made it`, () => {
      const whole = explainer.explain(session(model), x, options);
      const cut = explainer.explain(session(model, { batch: 2 }), x, options);
      expect(worst(cut.values.data, whole.values.data)).toBe(0);
      const last = explainer.explain(session(model), slice(x, 4, 5), options);
      const inner = whole.values.data.length / 5;
      expect(worst(last.values.data, whole.values.data.slice(4 * inner))).toBe(0);
      expect(whole.values.shape.slice(2)).toEqual([9, 8]);
      expect(whole.method).toBe(name);
      expect(whole.kind).toBe(explainer.kind);
      expect(whole.model).toMatch(/^[0-9a-f]{64}$/);
      expect(whole.settings).toMatchObject({ stats: "running", backend: "wasm" });
      if (name !== "constant") expect(new Set(whole.values.data).size).toBeGreaterThan(5);
    });
});

describe("batch mates", () => {
  const model = lively(zoo.seed({ inputShape: [1, 9, 8] }));
  const { x } = batch(8, [1, 9, 8]);
  const of = (stats: "batch" | "running", net = model) =>
    batchMateSensitivity(net, explainers.saliency, x, { batch: 4, draws: 3, stats });
  test("move no map with running statistics, and every map with those of the batch", () => {
    expect(Math.max(...of("running").largest)).toBe(0);
    const { mean, largest } = of("batch");
    expect(Math.min(...mean)).toBeGreaterThan(1e-3);
    mean.forEach((value, i) => {
      expect(largest[i]).toBeGreaterThanOrEqual(value);
    });
  });
  test("move nothing where no norm looks at the batch", () => {
    const plain = lively(zoo.seed({ inputShape: [1, 9, 8], norm: "group" }));
    expect(Math.max(...of("batch", plain).largest)).toBeLessThan(1e-6);
  });
});

describe("fewer images than threads are explained at several points at once", () => {
  const model = initialise(zoo.seed({ norm: "batch", inputShape: [2, 9, 8] }), random("points"));
  const run = session(model, { threads: 3 });
  afterAll(() => run.close());
  const { x, labels } = batch(9, model.inputShape);
  const background = batch(5, model.inputShape, "background").x;

  test.each(["integratedGradients", "expectedGradients", "smoothGrad", "varGrad"] as const)(
    "%s: two of them as among nine",
    (name) => {
      const options = { target: classes(labels), background, samples: 12, steps: 12 };
      const all = explainers[name].explain(run, x, options);
      const few = explainers[name].explain(run, slice(x, 0, 3), options);
      expect(few.values).toEqual(slice(all.values, 0, 3));
      expect([...few.target]).toEqual(labels.slice(0, 3));
    },
  );
});
