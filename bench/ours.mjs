/** NormLens itself, through the library's own interface: `trainer` for steps, `session` for
 *  forward passes. `node ours.mjs fused`: with fused arithmetic. */

import { readFileSync } from "node:fs";
import { session } from "../dist/engine/session.js";
import { withParameters } from "../dist/model/model.js";
import { zoo } from "../dist/model/zoo.js";
import { tensor } from "../dist/tensor/tensor.js";
import { adam } from "../dist/training/optimiser.js";
import { trainer } from "../dist/training/trainer.js";
import { serve } from "./contestant.mjs";
import { networks } from "./networks.mjs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const [arithmetic = "exact"] = process.argv.slice(2);

function modelOf({ network, norm }, parameters) {
  const tensors = Object.entries(parameters).map(([name, t]) => [name, tensor(t.shape, t.data)]);
  return withParameters(
    zoo[network]({ norm: norm ? "batch" : "none" }),
    Object.fromEntries(tensors),
  );
}

async function steps(job, parameters) {
  const { network, norm, batch, threads, optimiser } = job;
  const run = await trainer(modelOf(job, parameters), {
    batchSize: batch,
    threads,
    arithmetic,
    optimiser: adam(optimiser),
  });
  const shape = [batch, ...networks[network](norm).inputShape];
  return {
    async step(x, labels) {
      const { loss } = await run.step(tensor(shape, x), labels);
      return loss;
    },
    parameters: () => run.model().parameters,
    close: () => run.close(),
  };
}

function forward(job, parameters) {
  const { network, norm, batch } = job;
  const shape = [batch, ...networks[network](norm).inputShape];
  const run = session(modelOf(job, parameters), { batch, arithmetic });
  return { step: (x) => run.forward(tensor(shape, x)).data };
}

await serve({
  versions: { NormLens: version },
  conventions: { epsilon: "keras", runningVariance: "biased" },
  prepare: (job, parameters) => (job.mode === "forward" ? forward : steps)(job, parameters),
});
