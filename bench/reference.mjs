/** One training step in float64, written for reading: what every contestant must compute.
 *  Independent of the library. */

import { KEEP, shapes } from "./networks.mjs";
import { ops } from "./reference-ops.mjs";

/** All values of a forward pass, and what its ops keep. `stats`: "batch" or "running", as norms
 *  use them. */
function forward(network, parameters, x, n, stats) {
  const of = shapes(network);
  const gradients = {};
  const s = {
    n,
    stats,
    of: (id) => of.get(id),
    kept: new Map(),
    gradient: (name) => (gradients[name] ??= new Float64Array(parameters[name].data.length)),
  };
  const values = new Map([["input", Float64Array.from(x)]]);
  const inputs = (node) => node.inputs.map((id) => values.get(id));
  for (const node of network.nodes)
    values.set(node.id, ops[node.op].forward(node, inputs(node), parameters, s));
  return { values, inputs, s, gradients, logits: values.get(network.output) };
}

/** Logits of n images with the running statistics. */
export const forwardLogits = (network, parameters, x, n) =>
  forward(network, parameters, x, n, "running").logits;

/** Mean cross-entropy of a batch, gradients of all parameters and the statistics of each norm. */
export function lossAndGradients(network, parameters, x, labels) {
  const run = forward(network, parameters, x, labels.length, "batch");
  const { loss, dlogits } = crossEntropy(run.logits, labels);
  const backward = new Map([[network.output, dlogits]]);
  const receive = (id, dx) => {
    const before = backward.get(id);
    backward.set(id, before ? before.map((g, i) => g + dx[i]) : dx);
  };
  for (const node of network.nodes.toReversed()) {
    const y = run.values.get(node.id);
    const dy = backward.get(node.id);
    const dxs = ops[node.op].backward(node, dy, y, run.inputs(node), parameters, run.s);
    for (const [k, id] of node.inputs.entries()) receive(id, dxs[k]);
  }
  const { logits, gradients } = run;
  return { loss, logits, gradients, statistics: run.s.kept };
}

function crossEntropy(logits, labels) {
  const K = logits.length / labels.length;
  const dlogits = new Float64Array(logits.length);
  let loss = 0;
  labels.forEach((label, n) => {
    const row = logits.subarray(n * K, n * K + K);
    const max = Math.max(...row);
    const total = row.reduce((sum, v) => sum + Math.exp(v - max), 0);
    loss += (max + Math.log(total) - row[label]) / labels.length;
    for (let k = 0; k < K; k++)
      dlogits[n * K + k] = (Math.exp(row[k] - max) / total - (k === label)) / labels.length;
  });
  return { loss, dlogits };
}

/** Training state in float64. `conventions`: where Adam's ε stands ("keras": √v + ε before bias
 *  correction; "torch": after it) and which variance the running value takes. */
export function referenceTrainer(network, start, { learningRate, epsilon }, conventions) {
  const parameters = Object.fromEntries(
    Object.entries(start).map(([name, t]) => [
      name,
      { shape: t.shape, data: Float64Array.from(t.data) },
    ]),
  );
  const moments = {};
  let t = 0;
  const adam = (name, g) => {
    const p = parameters[name].data;
    const { m, v } = (moments[name] ??= {
      m: new Float64Array(p.length),
      v: new Float64Array(p.length),
    });
    const [c1, c2] = [1 - 0.9 ** t, Math.sqrt(1 - 0.999 ** t)];
    const eps = conventions.epsilon === "keras" ? epsilon / c2 : epsilon;
    for (let i = 0; i < p.length; i++) {
      m[i] += (1 - 0.9) * (g[i] - m[i]);
      v[i] += (1 - 0.999) * (g[i] ** 2 - v[i]);
      p[i] -= (learningRate * (m[i] / c1)) / (Math.sqrt(v[i]) / c2 + eps);
    }
  };
  return {
    parameters,
    step(x, labels) {
      t++;
      const { loss, gradients, statistics } = lossAndGradients(network, parameters, x, labels);
      for (const [name, g] of Object.entries(gradients)) adam(name, g);
      for (const [id, kept] of statistics)
        if (kept.variance) updateRunning(parameters, id, kept, conventions);
      return { loss, gradients };
    },
  };
}

function updateRunning(parameters, id, { mean, variance, m }, { runningVariance }) {
  const factor = runningVariance === "unbiased" ? m / (m - 1) : 1;
  const update = (name, batch) => {
    const running = parameters[`${id}.${name}`].data;
    for (let c = 0; c < running.length; c++) running[c] = KEEP * running[c] + (1 - KEEP) * batch(c);
  };
  update("runningMean", (c) => mean[c]);
  update("runningVariance", (c) => variance[c] * factor);
}
