/** jax-js on its WASM backend, single-threaded in Node: the whole training step, Adam included,
 *  is one jitted function. jax-js has no Batch Norm and no max-pooling layer; both are written
 *  out here. Every use of an array consumes it; `.ref` keeps it for another use. */

import { readFileSync } from "node:fs";
import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { serve } from "../contestant.mjs";
import { EPSILON, KEEP } from "../networks.mjs";

const at = new URL("node_modules/@jax-js/jax/package.json", import.meta.url);
const perChannel = (v) => v.reshape([1, 32, 1, 1]);

await init("wasm");
defaultDevice("wasm");

/** Mean loss; the batch's mean and variance come out beside it for the running statistics. */
const lossOf = (norm, batch) => (p, x, onehot) => {
  const z = lax.conv(x, p["conv.weight"], [1, 1], "VALID").add(perChannel(p["conv.bias"]));
  let y = nn.relu(z);
  let statistics = {};
  if (norm) {
    const mean = np.mean(y.ref, [0, 2, 3]);
    const centred = y.sub(perChannel(mean.ref));
    const variance = np.mean(np.square(centred.ref), [0, 2, 3]);
    const scale = p["norm.gamma"].div(np.sqrt(variance.ref.add(EPSILON)));
    y = centred.mul(perChannel(scale)).add(perChannel(p["norm.beta"]));
    statistics = { mean: lax.stopGradient(mean), variance: lax.stopGradient(variance) };
  }
  const pooled = np.max(y.reshape([batch, 32, 13, 2, 13, 2]), [3, 5]);
  const flat = pooled.reshape([batch, 5408]);
  const logits = np.dot(flat, p["dense.weight"].transpose()).add(p["dense.bias"]);
  const loss = nn.logSoftmax(logits, -1).mul(onehot).sum().div(-batch);
  return [loss, statistics];
};

/** (state, x, onehot, rates) → state and loss. The state holds parameters and moments; running
 *  statistics apart. */
function compile({ norm, batch, optimiser }) {
  const gradient = valueAndGrad(lossOf(norm, batch), { hasAux: true });
  return jit((p, m, v, running, x, onehot, rate) => {
    const kept = Object.fromEntries(Object.entries(p).map(([name, a]) => [name, a.ref]));
    const [[loss, statistics], g] = gradient(kept, x, onehot);
    const next = { p: {}, m: {}, v: {}, running: {} };
    for (const name of Object.keys(p)) {
      const m1 = m[name].ref.add(g[name].ref.sub(m[name]).mul(1 - 0.9));
      const v1 = v[name].ref.add(
        np
          .square(g[name])
          .sub(v[name])
          .mul(1 - 0.999),
      );
      next.m[name] = m1.ref;
      next.v[name] = v1.ref;
      next.p[name] = p[name].sub(m1.mul(rate.ref).div(np.sqrt(v1).add(optimiser.epsilon)));
    }
    rate.dispose();
    for (const name of Object.keys(running))
      next.running[name] = running[name].mul(KEEP).add(statistics[name].mul(1 - KEEP));
    return [loss, next];
  });
}

function trainer(job, start) {
  const { norm, batch, optimiser } = job;
  const step = compile(job);
  const array = ({ data, shape }) => np.array(Float32Array.from(data)).reshape(shape);
  const pick = (list, value) => Object.fromEntries(list.map((name) => [name, value(name)]));
  const trained = Object.keys(start).filter((name) => !name.includes("running"));
  const statistics = norm ? { mean: "norm.runningMean", variance: "norm.runningVariance" } : {};
  let state = {
    p: pick(trained, (name) => array(start[name])),
    m: pick(trained, (name) => np.zeros(start[name].shape)),
    v: pick(trained, (name) => np.zeros(start[name].shape)),
    running: pick(Object.keys(statistics), (key) => array(start[statistics[key]])),
  };
  let t = 0;
  return {
    step(x, labels) {
      t++;
      const onehot = new Float32Array(batch * 10);
      for (let n = 0; n < batch; n++) onehot[n * 10 + labels[n]] = 1;
      const rate = (optimiser.learningRate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
      const images = array({ data: x, shape: [batch, 1, 28, 28] });
      const targets = array({ data: onehot, shape: [batch, 10] });
      const [loss, next] = step(
        state.p,
        state.m,
        state.v,
        state.running,
        images,
        targets,
        np.array(rate),
      );
      state = next;
      return loss.dataSync()[0];
    },
    parameters() {
      const read = (name, a) => [
        name,
        { shape: start[name].shape, data: Float32Array.from(a.ref.dataSync()) },
      ];
      return Object.fromEntries([
        ...trained.map((name) => read(name, state.p[name])),
        ...Object.entries(statistics).map(([key, name]) => read(name, state.running[key])),
      ]);
    },
  };
}

await serve({
  versions: { "jax-js": JSON.parse(readFileSync(at, "utf8")).version },
  conventions: { epsilon: "keras", runningVariance: "biased" },
  prepare: trainer,
});
