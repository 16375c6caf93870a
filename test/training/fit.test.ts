/** What `fit` promises: records, order of images, purity, refusals; evaluation; recalibration. */

import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import * as layers from "../../src/model/build.js";
import { modelHash } from "../../src/model/hash.js";
import { initialise, type Model } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { size } from "../../src/tensor/tensor.js";
import { evaluate } from "../../src/training/evaluate.js";
import { type EpochRecord, type FitOptions, fit, type StepRecord } from "../../src/training/fit.js";
import { sgd } from "../../src/training/optimiser.js";
import { recalibrate } from "../../src/training/recalibrate.js";
import { bands, fresh } from "../networks.js";

async function records(model: Model, options: FitOptions, data = bands(30, 20)) {
  const steps: StepRecord[] = [];
  const epochs: EpochRecord[] = [];
  for await (const record of fit(model, data, options))
    if (record.kind === "step") steps.push(record);
    else epochs.push(record);
  return { steps, epochs };
}

describe("fit", () => {
  test("steps and epochs are numbered, the last step takes what is left, means are over images", async () => {
    const { steps, epochs } = await records(fresh("seed"), { epochs: 2, batchSize: 16 });
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
    ]);
    const [first, second] = steps;
    expect(epochs[0].train.loss).toBeCloseTo((16 * first.loss + 14 * second.loss) / 30, 12);
    expect(epochs[0].train.accuracy).toBeCloseTo(
      (16 * first.accuracy + 14 * second.accuracy) / 30,
      12,
    );
    expect(epochs[1].validation).toEqual(evaluate(epochs[1].model(), bands(30, 20).validation));
  });

  test("every epoch has an order of its own, the same for every seed's twin and every arm", async () => {
    // Without learning, the loss of a step tells which image it saw.
    const still = {
      epochs: 2,
      batchSize: 1,
      optimiser: sgd({ learningRate: 1e-30 }),
      validate: false,
    };
    const losses = async (seed: number) =>
      (await records(fresh("seed", "none"), { ...still, seed })).steps.map(({ loss }) => loss);
    const all = await losses(1);
    const [one, two] = [all.slice(0, 30), all.slice(30)];
    expect(one).not.toEqual(two);
    expect([...one].sort()).toEqual([...two].sort());
    expect(await losses(1)).toEqual(all);
    expect(await losses(2)).not.toEqual(all);
  });

  test("the model that was given stays as it was", async () => {
    const model = fresh("seed");
    const before = modelHash(model);
    await records(model, { epochs: 1 });
    expect(modelHash(model)).toBe(before);
  });

  test("arms of one seed start from the same weights", () => {
    const [a, b] = (["batch", "group"] as const).map((norm) =>
      initialise(zoo.resnet8({ norm }), random(4)),
    );
    for (const key of Object.keys(a.parameters))
      if (key.endsWith(".weight"))
        expect(a.parameters[key].data, key).toEqual(b.parameters[key].data);
  });

  test("what cannot work is refused before anything is computed", async () => {
    const refused = (model: Model, options: FitOptions, data = bands(30, 20)) =>
      expect(records(model, options, data)).rejects;
    await refused(fresh("seed"), { epochs: 0 }).toThrow(
      "fit: epochs is 0, expected a whole number of at least 1",
    );
    await refused(fresh("resnet8"), {}).toThrow(
      'fit: images of "bands" are [1,28,28], the model expects [3,32,32]; build the model with this inputShape',
    );
    await refused(initialise(zoo.seed({ classes: 3 }), random(0)), {}).toThrow(
      'fit: the model has 3 outputs, "bands" has 10 classes',
    );
    await refused(fresh("mlp"), { batchSize: 29 }).toThrow(
      'fit: batches of 1 (30 images in batches of 29): node "norm1": batchNorm: got 1 element per channel',
    );
  });

  test("a loss that is no number stops the run with the step and the remedy", async () => {
    await expect(
      records(fresh("seed", "none"), {
        epochs: 3,
        batchSize: 30,
        optimiser: sgd({ learningRate: 1e30 }),
      }),
    ).rejects.toThrow(
      /training: the loss is (NaN|Infinity) at step \d, expected a finite number; use a smaller learning rate/,
    );
  });

  test("it learns: bright bands are told apart", async () => {
    const { epochs } = await records(fresh("seed"), { epochs: 4 }, bands(400, 100));
    expect(epochs.at(-1)?.validation?.accuracy).toBeGreaterThan(0.95);
  });
});

describe("recalibrate", () => {
  test("running statistics become mean and biased variance of what the norm sees", () => {
    const model = initialise(
      layers.sequential(
        [2, 3, 3],
        [layers.batchNorm({ id: "bn" }), layers.flatten(), layers.dense({ units: 2 })],
      ),
      random(0),
    );
    const stream = random("x");
    const data = Float32Array.from(
      { length: 10 * 18 },
      (_, i) => stream.normal() + (i % 18 < 9 ? 100 : 0),
    );
    const fitted = recalibrate(model, { shape: [2, 3, 3], count: 10, data }, { batchSize: 4 });
    for (const channel of [0, 1]) {
      const values = [...data].filter((_, i) => Math.floor((i % 18) / 9) === channel);
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
      expect(fitted.parameters["bn.runningMean"].data[channel]).toBeCloseTo(mean, 4);
      expect(fitted.parameters["bn.runningVariance"].data[channel]).toBeCloseTo(variance, 5);
    }
  });

  test("on one batch, running statistics then give what batch statistics give", () => {
    const model = fresh("plain");
    const { images } = bands(12, 1).train;
    const x = { shape: [12, 1, 28, 28], data: images.data as Float32Array };
    const fitted = recalibrate(model, images, { batchSize: 12 });
    const [running, batch] = [
      session(fitted).forward(x),
      session(model, { stats: "batch" }).forward(x),
    ];
    for (let i = 0; i < size(running.shape); i++)
      expect(running.data[i]).toBeCloseTo(batch.data[i], 4);
  });
});
