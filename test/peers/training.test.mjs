/** Training steps against onnxruntime (float32), PyTorch (float32 and float64, where it is) and a float64 reference that
 *  shares no code with the library.
 *
 *  Two references in two precisions: where they agree with each other and not with us, we are wrong. A tolerance alone would not
 *  do: 1 − β₂ in float32, for one, moves the losses by 3e-5 only. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ort from "onnxruntime-node";
import { afterAll, describe, expect, test } from "vitest";
import { makeFixture, readTensors, writeFixture } from "../../bench/fixture.mjs";
import { EPSILON, KEEP, networks } from "../../bench/networks.mjs";
import { opponent } from "../../bench/opponent.mjs";
import { adam as plainAdam } from "../../bench/peers/adam.mjs";
import { trainingGraph } from "../../bench/peers/training-graph.mjs";
import { lossAndGradients, referenceTrainer } from "../../bench/reference.mjs";
import { session } from "../../dist/engine/session.js";
import { withParameters } from "../../dist/model/model.js";
import { zoo } from "../../dist/model/zoo.js";
import { tensor } from "../../dist/tensor/tensor.js";
import { adam } from "../../dist/training/optimiser.js";
import { trainer } from "../../dist/training/trainer.js";
import { differences, quantile, worst } from "./compare.mjs";

const BATCH = 32;
const RECIPE = { learningRate: 1e-3, epsilon: 1e-7 };
const STEPS = 5;
const KERAS = { epsilon: "keras", runningVariance: "biased" };
const TORCH = { epsilon: "torch", runningVariance: "unbiased" };

/** Weights and the batches of the first steps. */
function firstBatches(network) {
  const { parameters, x, labels } = makeFixture(network, BATCH);
  return { parameters, x: x.slice(0, STEPS), labels: labels.slice(0, STEPS) };
}

const modelOf = (network, norm, parameters) =>
  withParameters(
    zoo[network]({ norm: norm ? "batch" : "none" }),
    Object.fromEntries(
      Object.entries(parameters).map(([name, t]) => [name, tensor(t.shape, t.data)]),
    ),
  );

/** onnxruntime's training graph: gradients of one batch, by name, with loss, and with BN mean and variance. */
async function ortGradients(norm) {
  const bytes = trainingGraph({ norm, batch: BATCH, epsilon: EPSILON });
  const run = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return async (parameters, x, labels) => {
    const trained = Object.entries(parameters).filter(([name]) => !name.includes(".running"));
    const feeds = Object.fromEntries(
      trained.map(([name, t]) => [name, new ort.Tensor("float32", t.data, t.shape)]),
    );
    feeds.x = new ort.Tensor("float32", x, [BATCH, 1, 28, 28]);
    feeds.labels = new ort.Tensor("int64", BigInt64Array.from(labels, BigInt), [BATCH]);
    const out = await run.run(feeds);
    return Object.fromEntries(Object.entries(out).map(([name, t]) => [name, t.data]));
  };
}

/** Losses of the first steps and the parameters after them, of each program. */
async function ortRun(norm, { parameters, x, labels }) {
  const gradients = await ortGradients(norm);
  const rule = plainAdam(RECIPE);
  const p = structuredClone(parameters);
  const losses = [];
  for (let k = 0; k < x.length; k++) {
    const out = await gradients(p, x[k], labels[k]);
    losses.push(out.loss[0]);
    rule.begin();
    for (const [name, g] of Object.entries(out))
      if (name.startsWith("d ")) rule.update(name, p[name.slice(2)].data, g);
    if (!norm) continue;
    for (const [role, batch] of [
      ["runningMean", out.mean],
      ["runningVariance", out.variance],
    ])
      p[`norm.${role}`].data.set(
        p[`norm.${role}`].data.map((v, c) => KEEP * v + (1 - KEEP) * batch[c]),
      );
  }
  return { losses, parameters: p };
}

async function ourRun(network, norm, { parameters, x, labels }, batch) {
  const run = await trainer(modelOf(network, norm, parameters), {
    batchSize: batch,
    optimiser: adam(RECIPE),
  });
  const shape = [batch, ...networks[network](norm).inputShape];
  const losses = [];
  for (let k = 0; k < x.length; k++)
    losses.push((await run.step(tensor(shape, x[k]), labels[k])).loss);
  const trained = run.model().parameters;
  run.close();
  return { losses, parameters: trained };
}

function referenceRun(network, norm, { parameters, x, labels }, conventions) {
  const run = referenceTrainer(networks[network](norm), parameters, RECIPE, conventions);
  const losses = x.map((images, k) => run.step(images, labels[k]).loss);
  return { losses, parameters: run.parameters };
}

/** Distances of a run from the float64 one: losses (relative); weights by quantiles, in learning rates; running statistics. */
function distances(run, exact) {
  const names = Object.keys(exact.parameters);
  const trained = names.filter((name) => !name.includes(".running"));
  const all = trained.flatMap((name) => [
    ...differences(run.parameters[name].data, exact.parameters[name].data),
  ]);
  const statistics = names.filter((name) => name.includes(".running"));
  return {
    losses: Math.max(...exact.losses.map((loss, k) => Math.abs(run.losses[k] / loss - 1))),
    typical: quantile(all, 0.5) / RECIPE.learningRate,
    most: quantile(all, 0.99) / RECIPE.learningRate,
    statistics: Math.max(
      0,
      ...statistics.map((name) => worst(run.parameters[name].data, exact.parameters[name].data)),
    ),
  };
}

describe.each([true, false])("seed network, BN %s", (norm) => {
  const network = networks.seed(norm);
  const fixture = firstBatches(network);
  const { parameters, x, labels } = fixture;

  test("loss and gradients agree with onnxruntime's and with float64", async () => {
    const exact = lossAndGradients(network, parameters, x[0], labels[0]);
    const images = tensor([BATCH, 1, 28, 28], x[0]);
    const ours = session(modelOf("seed", norm, parameters), { stats: "batch" }).parameterGradients(
      images,
      labels[0],
    );
    const theirs = await (await ortGradients(norm))(parameters, x[0], labels[0]);
    expect(Math.abs(ours.loss / exact.loss - 1)).toBeLessThan(1e-6);
    expect(Object.keys(ours.gradients).sort()).toEqual(Object.keys(exact.gradients).sort());
    for (const [name, g] of Object.entries(exact.gradients)) {
      expect(worst(theirs[`d ${name}`], g), `onnxruntime's ${name}`).toBeLessThan(3e-6);
      expect(worst(ours.gradients[name].data, g), `our ${name}`).toBeLessThan(3e-6);
    }
  });

  test("the statistics of the first step are those of float64", async () => {
    const once = { ...fixture, x: x.slice(0, 1), labels: labels.slice(0, 1) };
    const ours = distances(
      await ourRun("seed", norm, once, BATCH),
      referenceRun("seed", norm, once, KERAS),
    );
    expect(ours.statistics).toBeLessThan(2e-7);
    expect(ours.losses).toBeLessThan(2e-7);
  });

  test(`${STEPS} steps stay as close to float64 as onnxruntime's`, async () => {
    const exact = referenceRun("seed", norm, fixture, KERAS);
    const theirs = distances(await ortRun(norm, fixture), exact);
    const ours = distances(await ourRun("seed", norm, fixture, BATCH), exact);
    for (const one of [ours, theirs]) {
      expect(one.losses).toBeLessThan(5e-7);
      expect(one.typical).toBeLessThan(2.5e-6);
      expect(one.most).toBeLessThan(2.5e-5);
      // The bias of a channel that is always active has no gradient under BN but rounding, which Adam amplifies.
      expect(one.statistics).toBeLessThan(5e-5);
    }
  });
});

test("ResNet-20: loss and gradients agree with float64", () => {
  const n = 3;
  const network = networks.resnet20(true);
  const { parameters, x, labels } = makeFixture(network, n);
  const exact = lossAndGradients(network, parameters, x[0], labels[0]);
  const run = session(modelOf("resnet20", true, parameters), { stats: "batch" });
  const ours = run.parameterGradients(tensor([n, 3, 32, 32], x[0]), labels[0]);
  expect(Math.abs(ours.loss / exact.loss - 1)).toBeLessThan(2e-6);
  for (const [name, g] of Object.entries(exact.gradients))
    expect(worst(ours.gradients[name].data, g), name).toBeLessThan(1e-4); // twenty layers of float32
});

const python = ["python3", "/usr/bin/python3", "python"].find(
  (name) => spawnSync(name, ["-c", "import torch, numpy"], { stdio: "ignore" }).status === 0,
);
if (!python)
  process.stderr.write(
    "test:peers: PyTorch is not here (no python3 imports torch); its comparisons are skipped\n",
  );

describe.skipIf(!python)("PyTorch", () => {
  const folder = mkdtempSync(join(os.tmpdir(), "normlens-peers-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Losses of the first steps and the parameters after the first. */
  async function torchRun(name, norm, batch, fixture, dtype) {
    const network = networks[name](norm);
    const script = fileURLToPath(new URL("../../bench/peers/pytorch.py", import.meta.url));
    const contestant = opponent(python, [script]);
    const paths = { fixture: join(folder, "fixture"), out: join(folder, "out") };
    writeFixture(paths.fixture, network, batch, fixture);
    const common = {
      description: network,
      fixture: paths.fixture,
      mode: "train",
      threads: 1,
      optimiser: RECIPE,
    };
    await contestant.ask({ do: "prepare", job: { ...common, dtype } });
    const { losses } = await contestant.ask({ do: "verify", steps: STEPS, out: paths.out });
    await contestant.close();
    return { losses, parameters: readTensors(paths.out) };
  }

  const afterOneStep = (name, norm, { parameters, x, labels }, conventions) => {
    const run = referenceTrainer(networks[name](norm), parameters, RECIPE, conventions);
    const { loss } = run.step(x[0], labels[0]);
    return { losses: [loss], parameters: run.parameters };
  };

  test.each([
    ["seed", true, BATCH],
    ["seed", false, BATCH],
    ["resnet20", true, 3],
  ])("%s, BN %s: in float64 it is the reference", async (name, norm, batch) => {
    const fixture = makeFixture(networks[name](norm), batch);
    const theirs = await torchRun(name, norm, batch, fixture, "float64");
    const exact = afterOneStep(name, norm, fixture, TORCH);
    expect(Math.abs(theirs.losses[0] / exact.losses[0] - 1)).toBeLessThan(1e-12);
    for (const [key, { data }] of Object.entries(exact.parameters))
      expect(worst(theirs.parameters[key].data, data), key).toBeLessThan(1e-9);
  });

  test.each([true, false])(
    "seed network, BN %s: losses of five steps, in both precisions",
    async (norm) => {
      const fixture = makeFixture(networks.seed(norm), BATCH);
      const exact = referenceRun("seed", norm, firstBatches(networks.seed(norm)), TORCH).losses;
      const [single, double] = [
        await torchRun("seed", norm, BATCH, fixture, "float32"),
        await torchRun("seed", norm, BATCH, fixture, "float64"),
      ];
      const off = (losses) => Math.max(...exact.map((loss, k) => Math.abs(losses[k] / loss - 1)));
      expect(off(double.losses)).toBeLessThan(1e-11);
      expect(off(single.losses)).toBeLessThan(2e-6);
    },
  );
});
