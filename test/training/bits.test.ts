/** Same bits: for any number of threads, fused or not, and after a resumed run. */

import { describe, expect, test } from "vitest";
import * as layers from "../../src/model/build.js";
import { initialise, type Model } from "../../src/model/model.js";
import { type NormName, norms } from "../../src/model/norms.js";
import { random } from "../../src/tensor/random.js";
import { type Checkpoint, fit } from "../../src/training/fit.js";
import { adam, adamW, sgd } from "../../src/training/optimiser.js";
import { type TrainerOptions, trainer } from "../../src/training/trainer.js";
import { worst } from "../golden.js";
import { bands, batch, fresh } from "../networks.js";

/** Every bit of every parameter. */
const bitsOf = (model: Model): Record<string, string> =>
  Object.fromEntries(
    Object.entries(model.parameters).map(([key, { data }]) => [
      key,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"),
    ]),
  );

async function train(
  model: Model,
  options: TrainerOptions,
  sizes: readonly number[] = [12, 12, 5, 12],
): Promise<Record<string, string>> {
  const t = await trainer(model, { batchSize: 12, ...options });
  for (const [i, n] of sizes.entries()) {
    const { x, labels } = batch(n, model.inputShape, `step ${i}`);
    await t.step(x, labels);
  }
  const bits = bitsOf(t.model());
  t.close();
  return bits;
}

const withDropout = initialise(
  layers.sequential(
    [1, 28, 28],
    [
      layers.conv2d({ filters: 8, kernel: 3 }),
      layers.relu(),
      layers.dropout({ rate: 0.3 }),
      layers.maxPool2d(),
      layers.flatten(),
      layers.dropout(),
      layers.dense({ units: 10 }),
    ],
  ),
  random(1),
);

/** A ReLU's output read by two convolutions of the Winograd kind: only the last part of its gradient may end it. */
function withBranches(): Model {
  const g = layers.graph([1, 10, 9]);
  const conv = (id: string) => layers.conv2d({ id, filters: 8, kernel: 3, padding: 1 });
  const stem = g.node(
    layers.relu(),
    g.node(layers.batchNorm({ id: "n" }), g.node(conv("stem"), g.input)),
  );
  const sum = g.node(layers.add(), g.node(conv("a"), stem), g.node(conv("b"), stem));
  const flat = g.node(layers.flatten(), sum);
  return initialise(g.output(g.node(layers.dense({ units: 10 }), flat)), random(2));
}

const cases: Record<string, Model> = {
  "two branches of a ReLU": withBranches(),
  "seed, batch norm": fresh("seed"),
  "seed, no norm": fresh("seed", "none"),
  "seed, ghost batch norm": fresh("seed", "ghost"),
  "plain, group norm": fresh("plain", "group"),
  "ResNet-8": fresh("resnet8"),
  "MLP, layer norm": fresh("mlp", "layer"),
  dropout: withDropout,
};

describe("threads", () => {
  for (const [name, model] of Object.entries(cases))
    test(`${name}: 1, 2, 3 and 8 threads give the same weights`, async () => {
      const one = await train(model, { threads: 1 });
      for (const threads of [2, 3, 8]) expect(await train(model, { threads })).toEqual(one);
    });
});

/** Largest difference of two models' parameters, as a share of the largest of each. */
const distance = (a: Model, b: Model): number =>
  Math.max(
    ...Object.keys(a.parameters).map((key) =>
      worst(a.parameters[key].data, b.parameters[key].data),
    ),
  );

/** Where a pool is merged into batch norm, sums run over the winners alone: equal to rounding. */
const mergesPool = ({ nodes }: Model): boolean =>
  nodes.some((node) => node.kind === "batchNorm") &&
  nodes.some((node) => node.kind === "maxPool2d");

describe("fusion", () => {
  const gradients = async (model: Model, fuse: boolean) => {
    const t = await trainer(model, { batchSize: 12, fuse, optimiser: sgd() });
    const { x, labels } = batch(12, model.inputShape, "one step");
    await t.step(x, labels);
    const parameters = t.gradients();
    t.close();
    return { ...model, parameters };
  };
  const all: Record<string, Model> = { ...cases };
  for (const norm of Object.keys(norms) as NormName[]) {
    all[`seed, ${norm}`] = fresh("seed", norm);
    all[`plain, ${norm}`] = fresh("plain", norm);
  }
  for (const [name, model] of Object.entries(all))
    test(`${name}: fused and unfused plans give the same gradients`, async () => {
      const [fused, unfused] = [await gradients(model, true), await gradients(model, false)];
      if (mergesPool(model)) expect(distance(fused, unfused)).toBeLessThan(5e-6);
      else expect(bitsOf(fused)).toEqual(bitsOf(unfused));
    });
});

describe("resume", () => {
  for (const [name, optimiser] of Object.entries({
    adam: adam(),
    adamW: adamW(),
    momentum: sgd({ momentum: 0.9, nesterov: true, decay: 1e-3 }),
  }))
    test(`${name}: a run cancelled in an epoch and resumed ends with the undisturbed run's weights`, async () => {
      const data = bands(70, 10);
      const options = { epochs: 3, batchSize: 16, seed: 5, optimiser, validate: false };
      const undisturbed = await last(fit(withDropout, data, options));

      const controller = new AbortController();
      let checkpoint: Checkpoint | undefined;
      const disturbed = fit(withDropout, data, {
        ...options,
        signal: controller.signal,
        onCheckpoint: (c) => {
          checkpoint = c;
        },
      });
      await expect(async () => {
        for await (const record of disturbed)
          if (record.kind === "step" && record.step === 7) controller.abort();
      }).rejects.toThrow("fit, epoch 2, step 7: cancelled by the caller");
      expect(checkpoint).toMatchObject({ epoch: 2, seen: 32 });
      const resumed = await last(
        fit(withDropout, data, { ...options, resume: checkpoint as Checkpoint }),
      );
      expect(bitsOf(resumed)).toEqual(bitsOf(undisturbed));
    });

  test("cancelled after the last step of an epoch: the epoch is told, and kept", async () => {
    const controller = new AbortController();
    const kept: Checkpoint[] = [];
    const epochs: number[] = [];
    const records = fit(fresh("seed"), bands(20, 10), {
      epochs: 3,
      batchSize: 10,
      signal: controller.signal,
      onCheckpoint: (c: Checkpoint) => void kept.push(c),
    });
    await expect(async () => {
      for await (const record of records)
        if (record.kind === "epoch") epochs.push(record.epoch);
        else if (record.step === 2) controller.abort();
    }).rejects.toThrow("fit, epoch 2, step 2: cancelled by the caller");
    expect(epochs).toEqual([1]);
    expect(kept.at(-1)).toMatchObject({ epoch: 2, seen: 0 });
  });

  test("a checkpoint of other data is refused", async () => {
    const checkpoints: Checkpoint[] = [];
    const model = fresh("seed");
    const options = {
      epochs: 1,
      validate: false,
      onCheckpoint: (c: Checkpoint) => void checkpoints.push(c),
    };
    await last(fit(model, bands(20, 10), options));
    await expect(
      last(fit(model, bands(30, 10), { epochs: 2, resume: checkpoints[0] })),
    ).rejects.toThrow("resume with the same data and seed");
  });
});

/** The model that a run ends with. */
async function last(run: ReturnType<typeof fit>): Promise<Model> {
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value.model;
  }
}
