/** Whether maps depend on what was learned, and on the class. */
import { describe, expect, test } from "vitest";
import { imageBatch } from "../../src/data/dataset.js";
import { session } from "../../src/engine/session.js";
import { evaluateMeasures, measures } from "../../src/measures/index.js";
import { histogramEntropy } from "../../src/measures/randomisation/efficient-randomisation.js";
import { blocksOf, stagesOf } from "../../src/measures/randomisation/randomised.js";
import { likeness } from "../../src/measures/randomisation/stages.js";
import { spearman, ssim } from "../../src/measures/similarity.js";
import { initialise, type Model, zoo } from "../../src/model/index.js";
import { random, slice, type Tensor, tensor } from "../../src/tensor/index.js";
import { recalibrate } from "../../src/training/index.js";
import { explainerContext, floats, picture, scoreExplainer, uniform } from "./contexts.js";
import { data, network, split, trained } from "./fixtures.js";

const shape = [1, 12, 12] as const;
const rows = Array.from({ length: 40 }, (_, i) => [...uniform(144, `row ${i}`, 0, 1)]);
const labels = rows.map((_, i) => i % 3);
const dataset = data(3, split(shape, rows, labels));

/** A network as if it were trained: every parameter moved away from where training starts. */
function learned(norm: "none" | "batch"): Model {
  const model = initialise(zoo.plain({ norm, inputShape: shape, classes: 3, depth: 2 }), random(9));
  const parameters = Object.fromEntries(
    Object.entries(model.parameters).map(([key, { shape: own, data: values }]) => {
      const stream = random(key);
      return [
        key,
        tensor(
          own,
          values.map((v) => Math.abs(v) + stream.uniform(0.1, 0.3)),
        ),
      ];
    }),
  );
  return { ...model, parameters };
}
const of = (norm: "none" | "batch") => trained(learned(norm), dataset, { seed: 5 });
const keysOf = (ids: readonly string[], { parameters }: Model): string[] =>
  Object.keys(parameters).filter((key) => ids.includes(key.split(".")[0]));

describe("blocks", () => {
  test("a layer with the norm behind it is one, so networks with and without norms have as many", () => {
    const [none, batch] = [learned("none"), learned("batch")].map(blocksOf);
    expect(none.length).toBe(batch.length);
    none.forEach((ids, k) => {
      expect(ids.length).toBe(1);
      expect(batch[k][0]).toBe(ids[0]);
    });
    expect(batch.flat().length).toBeGreaterThan(none.flat().length);
    const normed = batch.filter((ids) => ids.length === 2);
    for (const [, id] of normed) expect(id).toMatch(/^norm/);
  });
  test("a norm in front of the first layer belongs to it", () => {
    const model = initialise(
      zoo.plain({ norm: "batch", inputShape: shape, classes: 3 }),
      random(0),
    );
    const [{ id: first }] = model.nodes;
    const early: Model = {
      ...model,
      nodes: [
        {
          id: "early",
          kind: "batchNorm",
          attributes: { epsilon: 1e-3, keep: 0.9, scale: true, center: true, ghost: 0 },
          inputs: ["input"],
        },
        ...model.nodes,
      ],
    };
    expect(blocksOf(early)[0].slice(0, 2)).toEqual(["early", first]);
    expect(blocksOf(early).length).toBe(blocksOf(model).length);
  });
});

describe("stages", () => {
  test("from the input up: the first k blocks are drawn anew, the rest stays as it was", () => {
    const whole = of("batch");
    const { model } = whole;
    const blocks = blocksOf(model);
    const stages = stagesOf(whole, { calibration: 40 });
    expect(stages.length).toBe(blocks.length);
    stages.forEach((stage, k) => {
      const gone = blocks.slice(0, k + 1).flat();
      for (const key of keysOf(gone, model))
        expect(stage.parameters[key].data, key).not.toEqual(model.parameters[key].data);
      for (const key of keysOf(blocks.slice(k + 1).flat(), model))
        expect(stage.parameters[key], key).toBe(model.parameters[key]);
    });
    // Nothing learned is left: γ, β and weights are those that training starts from.
    const fresh = stages[stages.length - 1].parameters;
    for (const key of Object.keys(fresh).filter((name) => name.endsWith("gamma")))
      expect([...fresh[key].data].every((value) => value === 1)).toBe(true);
  });
  test("running statistics of random norms are those of what they really see", () => {
    const whole = of("batch");
    const [stage] = stagesOf(whole, { calibration: 40 });
    const [layer, norm] = blocksOf(whole.model)[0];
    const { activations } = session(stage, { stats: "running" });
    const x = imageBatch(dataset.train.images, 0, 40);
    const reads = stage.nodes.find(({ id }) => id === norm)?.inputs[0] ?? layer;
    const values = activations(x, [reads])[reads];
    const [n, channels] = values.shape;
    const area = values.data.length / (n * channels);
    for (let c = 0; c < channels; c++) {
      const own = Array.from(
        { length: n * area },
        (_, k) => values.data[(Math.floor(k / area) * channels + c) * area + (k % area)],
      );
      const mean = own.reduce((s, v) => s + v, 0) / own.length;
      const variance = own.reduce((s, v) => s + (v - mean) ** 2, 0) / own.length;
      expect(stage.parameters[`${norm}.runningMean`].data[c]).toBeCloseTo(mean, 5);
      expect(stage.parameters[`${norm}.runningVariance`].data[c]).toBeCloseTo(variance, 5);
    }
    const all = stagesOf(whole, { calibration: 40 })[blocksOf(whole.model).length - 1];
    const again = recalibrate(all, dataset.train.images);
    expect(again.parameters).toEqual(all.parameters);
  });
  test("arms of a seed get the same random layers; another seed gets others", () => {
    const [none, batch] = [of("none"), of("batch")].map(
      (each) => stagesOf(each, { calibration: 40 })[0],
    );
    const [layer] = blocksOf(none)[0];
    expect(batch.parameters[`${layer}.weight`]).toEqual(none.parameters[`${layer}.weight`]);
    const other = stagesOf(trained(learned("none"), dataset, { seed: 6 }), { calibration: 40 })[0];
    expect(other.parameters[`${layer}.weight`]).not.toEqual(none.parameters[`${layer}.weight`]);
  });
});

describe("likeness", () => {
  test("1 with itself, −1 reversed, the mean over the stages or the last", () => {
    const map = floats(1, 2, 3, 4);
    const reversed = floats(4, 3, 2, 1);
    expect(likeness([map], [[map]], "mean")).toEqual([expect.closeTo(1, 12)]);
    expect(likeness([map], [[map], [reversed]], "mean")).toEqual([expect.closeTo(0, 12)]);
    expect(likeness([map], [[map], [reversed]], "last")).toEqual([expect.closeTo(-1, 12)]);
  });
  test("stages without order do not count; none at all is no score", () => {
    const map = floats(1, 2, 3);
    const flat = floats(5, 5, 5);
    expect(likeness([map], [[map], [flat]], "mean")).toEqual([expect.closeTo(1, 12)]);
    expect(likeness([map], [[flat]], "mean")).toEqual([null]);
  });
});

describe("the measures", () => {
  const run = (norm: "none" | "batch", keys: string[]) =>
    evaluateMeasures(of(norm), { measures: keys, explained: 6 }).results;

  test("randomisation: the explainer's maps of the stages against its own", () => {
    const { model } = of("batch");
    const key = "randomisation/saliency?calibration=40";
    const found = run("batch", [key])[key];
    const x = imageBatch(
      dataset.validation.images,
      evaluateMeasures(of("batch"), { measures: [], explained: 6 }).explained.indices,
    );
    const classes = (z: Tensor): number[] =>
      Array.from({ length: 6 }, (_, i) => {
        const row = [...slice(z, i, i + 1).data];
        return row.indexOf(Math.max(...row));
      });
    const targets = classes(session(model).forward(x));
    const gradients = (each: Model): Float64Array[] => {
      const { gradient } = session(each).inputGradient(x, ({ shape: [n, K], data: z }, from) => {
        const seed = tensor([n, K], new Float32Array(z.length));
        for (let i = 0; i < n; i++) seed.data[i * K + targets[from + i]] = 1;
        return seed;
      });
      return targets.map((_, i) => Float64Array.from(slice(gradient, i, i + 1).data, Math.abs));
    };
    const own = gradients(model);
    const stages = stagesOf(of("batch"), { calibration: 40 }).map(gradients);
    own.forEach((map, i) => {
      const each = stages.map((maps) => spearman(map, maps[i]) ?? Number.NaN);
      expect(found.images?.[i]).toBeCloseTo(each.reduce((s, v) => s + v, 0) / each.length, 9);
    });
  });
  test("maps that know nothing of the model stay exactly", () => {
    const keys = ["randomisation/saliency", "smoothRandomisation/saliency?draws=2"];
    const results = run("none", keys);
    for (const key of keys) {
      expect(results[key].controls?.random ?? 1).toBeCloseTo(1, 12);
      expect(results[key].controls?.sobel ?? 1).toBeCloseTo(1, 12);
    }
  });
  test("efficient randomisation by hand: half of the pixels +1, half −1 have ln 2", () => {
    expect(histogramEntropy(floats(1, -1, 1, -1))).toBeCloseTo(Math.log(2), 14);
    expect(histogramEntropy(floats(1, 1, 1, 1))).toBe(0);
    expect(histogramEntropy(floats(0, 0))).toBeUndefined();
    // √mean(a²) = 1: bins of 0.1. 0.72 and 0.78 share one, 1.25 and 1.14 do not.
    const map = floats(0.72, 0.78, 1.25, Math.sqrt(4 - 0.72 ** 2 - 0.78 ** 2 - 1.25 ** 2));
    const expected = 1.5 * Math.log(2);
    expect(histogramEntropy(map)).toBeCloseTo(expected, 12);
    // No scale, and the far end is one bin.
    expect(histogramEntropy(map.map((a) => 1e-6 * a))).toBeCloseTo(expected, 12);
    const far = new Float64Array(400);
    far[0] = 1;
    far[1] = 0.9;
    expect(histogramEntropy(far)).toBeCloseTo(
      -(398 / 400) * Math.log(398 / 400) - (2 / 400) * Math.log(2 / 400),
      12,
    );
  });
  test("efficient randomisation: (H(random) − H)/H with the last stage", () => {
    const map = floats(1, -1, 1, -1, 2, 2);
    const last = floats(5, 4, 3, 2, 1, 9);
    const images = picture([1, 1, 2, 3], uniform(6, "entropy"));
    const context = explainerContext({ images, mapOf: () => map });
    const [h, hr] = [histogramEntropy(map) ?? 0, histogramEntropy(last) ?? 0];
    const { score, defaults } = measures.efficientRandomisation;
    expect(score(context, defaults, [[map], [last]])[0]).toBeCloseTo((hr - h) / h, 12);
    expect(score(context, defaults, [[last], [map]])[0]).toBeCloseTo(0, 12);
  });
  test("smooth randomisation averages maps over noisy images, the same for all stages", () => {
    const images = picture([2, 1, 2, 3], uniform(12, "smooth", 0, 5));
    const context = explainerContext({
      images,
      mapOf: (x, _t, { model }) => Float64Array.from(x, (v) => (model ? (v - 1) ** 2 : v * v * v)),
    });
    const found = scoreExplainer(measures.smoothRandomisation, context, { draws: 5, noise: 0.2 });
    expect(context.asked.length).toBe(10);
    const [own, random_] = [context.asked.slice(0, 5), context.asked.slice(5)];
    expect(random_).toEqual(own);
    for (let i = 0; i < 2; i++) {
      const [low, high] = [Math.min, Math.max].map((f) => f(...slice(images, i, i + 1).data));
      const copies = own.map((asked) => [...slice(asked, i, i + 1).data]);
      const spread = copies.flatMap((copy) => copy.map((v, p) => v - images.data[i * 6 + p]));
      const deviation = Math.sqrt(spread.reduce((s, v) => s + v * v, 0) / spread.length);
      expect(deviation / (0.2 * (high - low))).toBeGreaterThan(0.6);
      expect(deviation / (0.2 * (high - low))).toBeLessThan(1.4);
      const averaged = (f: (v: number) => number): number[] =>
        copies[0].map((_, p) => copies.reduce((s, copy) => s + f(copy[p]), 0) / 5);
      expect(found[i]).toBeCloseTo(
        spearman(
          averaged((v) => v * v * v),
          averaged((v) => (v - 1) ** 2),
        ) ?? Number.NaN,
        9,
      );
    }
  });
});

describe("random logit", () => {
  const images = picture([2, 1, 8, 8], uniform(128, "logit"));
  const maps = [0, 1, 2].map((k) => uniform(64, `class ${k}`));
  const context = explainerContext({
    images,
    logitsOf: (x) => (x === undefined ? [] : [0, 5, 1]),
    mapOf: (_, target) => maps[target],
  });
  test("the mean over all other classes, by rank correlation and by SSIM", () => {
    const rank = [0, 2].map((k) => spearman(maps[1], maps[k]) ?? 0);
    expect(scoreExplainer(measures.randomLogit, context)[0]).toBeCloseTo(
      (rank[0] + rank[1]) / 2,
      12,
    );
    const look = [0, 2].map((k) => ssim(maps[1], maps[k], 8) ?? 0);
    expect(scoreExplainer(measures.randomLogitSsim, context)[1]).toBeCloseTo(
      (look[0] + look[1]) / 2,
      12,
    );
    expect(scoreExplainer(measures.randomLogit, context, { others: 1 })[0]).toBeCloseTo(
      rank[1],
      12,
    );
  });
  test("1 for maps that do not know the class", () => {
    const deaf = explainerContext({ images, mapOf: (x) => Float64Array.from(x) });
    for (const score of scoreExplainer(measures.randomLogit, deaf))
      expect(score).toBeCloseTo(1, 12);
  });
  test("on a network: gradients of the logits are its weights", () => {
    const weight = [0, 1, 2].map((k) => [...uniform(144, `w${k}`, -1, 1)]);
    const linear = network(shape, [{ weight, bias: [0, 100, 0] }]);
    const { results } = evaluateMeasures(trained(linear, dataset), {
      measures: ["randomLogit/saliency"],
      explained: 4,
    });
    const expected =
      ((spearman(weight[1], weight[0]) ?? 0) + (spearman(weight[1], weight[2]) ?? 0)) / 2;
    for (const score of results["randomLogit/saliency"].images ?? [])
      expect(score).toBeCloseTo(expected, 6);
  });
});
