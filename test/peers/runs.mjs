/** The same training steps by the library, by onnxruntime and by the float64 reference. */

import ort from "onnxruntime-node";
import { makeFixture } from "../../bench/fixture.mjs";
import { EPSILON, KEEP, networks } from "../../bench/networks.mjs";
import { adam as plainAdam } from "../../bench/peers/adam.mjs";
import { trainingGraph } from "../../bench/peers/training-graph.mjs";
import { referenceTrainer } from "../../bench/reference.mjs";
import { withParameters } from "../../dist/model/model.js";
import { zoo } from "../../dist/model/zoo.js";
import { tensor } from "../../dist/tensor/tensor.js";
import { adam } from "../../dist/training/optimiser.js";
import { trainer } from "../../dist/training/trainer.js";
import { differences, quantile, worst } from "./compare.mjs";

export const BATCH = 32;
export const RECIPE = { learningRate: 1e-3, epsilon: 1e-7 };
export const STEPS = 5;
export const KERAS = { epsilon: "keras", runningVariance: "biased" };
export const TORCH = { epsilon: "torch", runningVariance: "unbiased" };

/** Weights and the batches of the first steps. */
export function firstBatches(network) {
  const { parameters, x, labels } = makeFixture(network, BATCH);
  return { parameters, x: x.slice(0, STEPS), labels: labels.slice(0, STEPS) };
}

export const modelOf = (network, norm, parameters) =>
  withParameters(
    zoo[network]({ norm: norm ? "batch" : "none" }),
    Object.fromEntries(
      Object.entries(parameters).map(([name, t]) => [name, tensor(t.shape, t.data)]),
    ),
  );

/** onnxruntime's training graph: gradients of one batch, by name, with loss, and with BN mean and
 *  variance. */
export async function ortGradients(norm) {
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
export async function ortRun(norm, { parameters, x, labels }) {
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

export async function ourRun(network, norm, { parameters, x, labels }, batch) {
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

export function referenceRun(network, norm, { parameters, x, labels }, conventions) {
  const run = referenceTrainer(networks[network](norm), parameters, RECIPE, conventions);
  const losses = x.map((images, k) => run.step(images, labels[k]).loss);
  return { losses, parameters: run.parameters };
}

/** Distances of a run from the float64 one: losses (relative); weights by quantiles, in learning
 *  rates; running statistics. */
export function distances(run, exact) {
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
