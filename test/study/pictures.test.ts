/** What a report shows of images, maps and curves, and what is done to make it small. */

import { describe, expect, test } from "vitest";
import { glyphs } from "../../src/data/glyphs/glyphs.js";
import { inBlocks } from "../../src/study/course.js";
import { picturedImages, pictureMaps, pictures, quantise } from "../../src/study/pictures.js";
import { planStudy } from "../../src/study/plan.js";
import {
  checkOutcome,
  hashParameters,
  runTrial,
  type TrialProgress,
} from "../../src/study/trial.js";
import { tensor } from "../../src/tensor/tensor.js";
import { data, network, split } from "../measures/fixtures.js";
import { tiny } from "./tiny.js";

const shape = [1, 2, 2] as const;
const rows = [
  [0, 0.5, 1, 0.25],
  [1, 1, 1, 1],
  [0, 0, 0, 0.1],
  [0.2, 0.4, 0.6, 0.8],
  [2, -1, 0, 0],
];
const masks = rows.map((_, i) => [0, 1, 2, 3].map((p) => (p === i % 4 ? 1 : 0)));

describe("pictures", () => {
  test("the first of each class, then the second of each", () => {
    const images = split(shape, rows, [1, 1, 0, 1, 0]);
    expect(picturedImages(images, 3, 4)).toEqual([2, 0, 4, 1]);
    expect(picturedImages(images, 3, 99)).toEqual([2, 0, 4, 1, 3]);
    expect(picturedImages(images, 3, 0)).toEqual([]);
  });
  test("are bytes, with the object's mask where it is known", () => {
    const known = data(2, split(shape, rows.slice(0, 4), [1, 1, 0, 1], masks.slice(0, 4)));
    expect(pictures(known, 2)).toEqual([
      { image: 2, label: 0, shape: [1, 2, 2], pixels: [0, 0, 0, 26], mask: [0, 0, 1, 0] },
      { image: 0, label: 1, shape: [1, 2, 2], pixels: [0, 128, 255, 64], mask: [1, 0, 0, 0] },
    ]);
    const unknown = data(2, split(shape, rows, [0, 1, 1, 1, 1]));
    expect(pictures(unknown, 1)).toEqual([
      { image: 0, label: 0, shape: [1, 2, 2], pixels: [0, 128, 255, 64] },
    ]);
    // Beyond the range of pictures: cut off.
    expect(pictures(data(1, split(shape, rows.slice(4), [0])), 1)[0].pixels).toEqual([
      255, 0, 0, 0,
    ]);
  });
  test("maps are whole numbers up to 127 of the largest magnitude", () => {
    expect(quantise(Float64Array.of(0.5, -2, 1, 0))).toEqual({
      peak: 2,
      values: [32, -127, 64, 0],
    });
    expect(quantise(Float64Array.of(0, -0))).toEqual({ peak: 0, values: [0, 0] });
    expect(quantise(Float64Array.of(Number.NaN, 1, Number.POSITIVE_INFINITY))).toEqual({
      peak: 1,
      values: [0, 127, 0],
    });
  });
  test("maps explain the predicted class: w and w ⊙ x of a linear network", () => {
    const linear = network(shape, [
      {
        weight: [
          [0, 0, 0, 0],
          [1, -2, 4, 0],
        ],
      },
    ]);
    const found = pictureMaps(linear, data(2, split(shape, rows.slice(0, 1), [0])), 1);
    expect(found.map(({ method, label, prediction }) => ({ method, label, prediction }))).toEqual([
      { method: "saliency", label: 0, prediction: 1 },
      { method: "integratedGradients", label: 0, prediction: 1 },
    ]);
    expect(found[0]).toMatchObject({ peak: 4, values: [32, -63, 127, 0], shape: [2, 2] });
    expect(found[1].peak).toBeCloseTo(4, 6);
    expect(found[1].values).toEqual([0, -32, 127, 0]);
  });
});

test("curves are means over at most 200 equal blocks, the last of which may be shorter", () => {
  const record = (loss: number) => ({ step: 1, loss, accuracy: loss / 2, microseconds: 1 });
  const short = inBlocks([1, 3].map(record));
  expect(short).toEqual({ every: 1, loss: [1, 3], accuracy: [0.5, 1.5] });
  const long = inBlocks(Array.from({ length: 401 }, (_, i) => record(i)));
  expect(long.every).toBe(3);
  expect(long.loss.length).toBe(134);
  expect(long.loss[0]).toBe(1);
  expect(long.loss[133]).toBe(399.5); // steps 399 and 400
  expect(inBlocks([record(Number.NaN)]).loss).toEqual([null]);
});

test("the hash of parameters knows names, shapes and bits", () => {
  const model = network(shape, [{ weight: [[1, 2, 3, 4]] }]);
  const hash = hashParameters(model);
  const weight = (values: number[], form = [1, 4]) => ({
    ...model,
    parameters: { ...model.parameters, "dense0.weight": tensor(form, Float32Array.from(values)) },
  });
  expect(hashParameters(weight([1, 2, 3, 4]))).toBe(hash);
  expect(hashParameters(weight([1, 2, 3, 4.0000005]))).not.toBe(hash);
  expect(hashParameters(weight([1, 2, 3, 4], [4, 1]))).not.toBe(hash);
});

describe("a trial", () => {
  const dataset = glyphs({ train: 96, validation: 24 });
  const run = (
    arm: string,
    change: object = {},
    onProgress?: (progress: TrialProgress) => void,
  ) => {
    const [trial] = planStudy({ ...tiny, arms: [arm], seeds: 1, ...change }).trials;
    return runTrial(trial, dataset, onProgress && { onProgress });
  };

  test("measures Batch Norm by statistics of all training images, unless the moving average is asked for", async () => {
    const [anew, moving] = [await run("batch"), await run("batch", { statistics: "moving" })];
    // The same training; another model in use.
    expect(moving.result.weights).toBe(anew.result.weights);
    expect(moving.result.history).toEqual(anew.result.history);
    expect(moving.result.measures.gradientNoiseScale).toEqual(
      anew.result.measures.gradientNoiseScale,
    );
    const loss = ({ result }: typeof anew): number => result.measures.trainLoss.value ?? 0;
    // Twelve steps at keep 0.99 leave 89 % of the initial statistics: far from what training saw.
    expect(loss(moving)).toBeGreaterThan(loss(anew));
    const running = anew.result.history.epochs[1].trainLoss ?? 0;
    expect(loss(anew)).toBeLessThan(running * 1.1);
  });
  test("without running statistics there is nothing to choose", async () => {
    const { hash: _, ...anew } = (await run("none")).result;
    const { hash: __, ...moving } = (await run("none", { statistics: "moving" })).result;
    expect(moving).toEqual(anew);
  });
  test("an outcome of another trial is refused", async () => {
    const outcome = await run("none", { epochs: 1, measures: ["trainLoss"], pictured: 0 });
    const { hash } = outcome.result;
    checkOutcome(outcome, hash);
    const other = "0123456789abcdef".repeat(4);
    expect(() => checkOutcome(outcome, other)).toThrow(
      `study: arm none, seed 0 came back as trial ${hash.slice(0, 12)}…, expected 0123456789ab…; ` +
        "all threads and machines must run one version on the same data",
    );
    const mixed = { ...outcome, timings: { ...outcome.timings, hash: other } };
    expect(() => checkOutcome(mixed, hash)).toThrow("came back as trial 0123456789ab…");
  });
  test("every setting of the optimiser changes the weights", async () => {
    const sgd = { name: "sgd", learningRate: 0.05 };
    const designs = [
      { optimiser: { name: "adam" } },
      { optimiser: { name: "adamw" } }, // decays by 0.01
      { optimiser: { name: "adamw", weightDecay: 0.5 } },
      { optimiser: { name: "adam", learningRate: 0.01 } },
      { arms: [{ name: "none", norm: "none", learningRate: 0.02 }] },
      { optimiser: sgd },
      { optimiser: { ...sgd, weightDecay: 0.5 } },
      { optimiser: { ...sgd, momentum: 0.9 } },
      { optimiser: { ...sgd, momentum: 0.9, nesterov: true } },
    ];
    const short = { epochs: 1, measures: ["trainLoss"], pictured: 0 };
    const weights: string[] = [];
    for (const design of designs)
      weights.push((await run("none", { ...short, ...design })).result.weights);
    expect(new Set(weights).size).toBe(designs.length);
  });
  test("tells how far it is, never backwards", async () => {
    const seen: TrialProgress[] = [];
    await run("none", {}, (progress) => seen.push(progress));
    const shares = seen.map(({ share }) => share);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(seen.filter(({ stage }) => stage === "training").length).toBe(12);
    expect(seen.at(-1)).toMatchObject({ stage: "measuring", epoch: 2, epochs: 2 });
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
  });
});

test("maps in the course of training: three moments before its end, of saliency alone", async () => {
  const trial = planStudy({ ...tiny, epochs: 5, seeds: [0], arms: ["batch"], measures: [] })
    .trials[0];
  const dataset = glyphs({ train: 96, validation: 24, seed: 0 });
  const { result } = await runTrial(trial, dataset);
  expect(result.earlier?.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  for (const { maps } of result.earlier ?? [])
    expect(maps.map(({ method, image }) => [method, image])).toEqual(
      result.maps.filter(({ method }) => method === "saliency").map((m) => [m.method, m.image]),
    );
  // The same training with fewer epochs ends where the longer one was.
  const short = planStudy({ ...tiny, epochs: 2, seeds: [0], arms: ["batch"], measures: [] })
    .trials[0];
  const ended = await runTrial(short, dataset);
  expect(result.earlier?.[1].maps).toEqual(
    ended.result.maps.filter(({ method }) => method === "saliency"),
  );
});
