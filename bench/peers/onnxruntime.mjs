/** onnxruntime-node: the training graph of `training-graph.mjs` with Adam in plain JavaScript, or
 *  a forward graph. */

import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-node";
import { serve } from "../contestant.mjs";
import { EPSILON, KEEP, networks } from "../networks.mjs";
import { adam } from "./adam.mjs";
import { forwardGraph } from "./forward-graph.mjs";
import { trainingGraph } from "./training-graph.mjs";

const at = new URL("node_modules/onnxruntime-node/package.json", import.meta.url);

async function trainer({ norm, batch, threads, optimiser }, start) {
  const session = await create(trainingGraph({ norm, batch, epsilon: EPSILON }), threads);
  const rule = adam(optimiser);
  const p = copy(start);
  const trained = session.outputNames
    .filter((name) => name.startsWith("d "))
    .map((name) => name.slice(2));
  const feeds = Object.fromEntries(
    trained.map((name) => [name, new ort.Tensor("float32", p[name].data, p[name].shape)]),
  );
  const running = (name, values) => {
    const kept = p[name].data;
    for (let c = 0; c < kept.length; c++) kept[c] = KEEP * kept[c] + (1 - KEEP) * values[c];
  };
  return {
    async step(x, labels) {
      feeds.x = new ort.Tensor("float32", x, [batch, 1, 28, 28]);
      feeds.labels = new ort.Tensor("int64", BigInt64Array.from(labels, BigInt), [batch]);
      const out = await session.run(feeds);
      rule.begin();
      for (const name of trained) rule.update(name, p[name].data, out[`d ${name}`].data);
      if (norm) {
        running("norm.runningMean", out.mean.data);
        running("norm.runningVariance", out.variance.data);
      }
      return out.loss.data[0];
    },
    parameters: () => p,
    close: () => session.release(),
  };
}

async function predictor({ network, norm, batch, threads }, parameters) {
  const { inputShape } = networks[network](norm);
  const session = await create(forwardGraph(networks[network](norm), parameters, batch), threads);
  return {
    async step(x) {
      const { logits } = await session.run({
        x: new ort.Tensor("float32", x, [batch, ...inputShape]),
      });
      return logits.data;
    },
    close: () => session.release(),
  };
}

const create = (bytes, threads) =>
  ort.InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });

const copy = (parameters) =>
  Object.fromEntries(
    Object.entries(parameters).map(([k, t]) => [k, { shape: t.shape, data: t.data.slice() }]),
  );

await serve({
  versions: { "onnxruntime-node": JSON.parse(readFileSync(at, "utf8")).version },
  conventions: { epsilon: "keras", runningVariance: "biased" },
  prepare: (job, parameters) => (job.mode === "forward" ? predictor : trainer)(job, parameters),
});
