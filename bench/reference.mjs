/** One training step in float64, written for reading: what every contestant must compute. Independent of the library. */

import { EPSILON, KEEP, shapes } from "./networks.mjs";

const size = (shape) => shape.reduce((a, b) => a * b, 1);

/** Each op: forward(node, inputs, p, s) → y; backward(node, dy, y, inputs, p, s) → dx per input, gradients put into `s.grads`.
 *  `s` carries n, the shapes, the gradients, and what forward keeps for backward. Arrays are NCHW. */
const ops = {
  conv: {
    forward(node, [x], p, s) {
      const y = new Float64Array(s.n * size(s.of(node.id)));
      const bias = p[`${node.id}.bias`]?.data;
      const plane = s.of(node.id)[1] * s.of(node.id)[2];
      if (bias) for (let i = 0; i < y.length; i++) y[i] = bias[Math.floor(i / plane) % node.O];
      eachTap(node, s, (w, from, to, count, step) => {
        const weight = p[`${node.id}.weight`].data[w];
        for (let j = 0; j < count; j++) y[to + j] += weight * x[from + j * step];
      });
      return y;
    },
    backward(node, dy, _y, [x], p, s) {
      const dx = new Float64Array(x.length);
      const dw = s.gradient(`${node.id}.weight`);
      const first = node.inputs[0] === "input";
      eachTap(node, s, (w, from, to, count, step) => {
        const weight = p[`${node.id}.weight`].data[w];
        let sum = 0;
        for (let j = 0; j < count; j++) sum += dy[to + j] * x[from + j * step];
        dw[w] += sum;
        if (!first) for (let j = 0; j < count; j++) dx[from + j * step] += weight * dy[to + j];
      });
      const plane = s.of(node.id)[1] * s.of(node.id)[2];
      if (node.bias) {
        const db = s.gradient(`${node.id}.bias`);
        dy.forEach((g, i) => (db[Math.floor(i / plane) % node.O] += g));
      }
      return [dx];
    },
  },
  norm: {
    forward(node, [x], p, s) {
      const [C, H, W] = s.of(node.id);
      const P = H * W;
      const m = s.n * P;
      const mean = new Float64Array(C);
      const variance = new Float64Array(C);
      const channel = (i) => Math.floor(i / P) % C;
      x.forEach((v, i) => (mean[channel(i)] += v / m));
      x.forEach((v, i) => (variance[channel(i)] += (v - mean[channel(i)]) ** 2 / m));
      const z = x.map((v, i) => (v - mean[channel(i)]) / Math.sqrt(variance[channel(i)] + EPSILON));
      s.kept.set(node.id, { z, variance, mean, m, channel });
      const [gamma, beta] = ["gamma", "beta"].map((role) => p[`${node.id}.${role}`].data);
      return z.map((v, i) => gamma[channel(i)] * v + beta[channel(i)]);
    },
    backward(node, dy, _y, _inputs, p, s) {
      const { z, variance, m, channel } = s.kept.get(node.id);
      const [dgamma, dbeta] = ["gamma", "beta"].map((role) => s.gradient(`${node.id}.${role}`));
      dy.forEach((g, i) => {
        dgamma[channel(i)] += g * z[i];
        dbeta[channel(i)] += g;
      });
      const gamma = p[`${node.id}.gamma`].data;
      return [
        dy.map((g, i) => {
          const c = channel(i);
          return (
            (gamma[c] / Math.sqrt(variance[c] + EPSILON)) *
            (g - dbeta[c] / m - (z[i] * dgamma[c]) / m)
          );
        }),
      ];
    },
  },
  relu: {
    forward: (_node, [x]) => x.map((v) => Math.max(v, 0)),
    backward: (_node, dy, y) => [dy.map((g, i) => (y[i] > 0 ? g : 0))],
  },
  pool: {
    forward(node, [x], _p, s) {
      const from = firstMaxima(node, x, s);
      s.kept.set(node.id, from);
      return Float64Array.from(from, (i) => x[i]);
    },
    backward(node, dy, _y, [x], _p, s) {
      const dx = new Float64Array(x.length);
      s.kept.get(node.id).forEach((i, j) => (dx[i] += dy[j]));
      return [dx];
    },
  },
  gap: {
    forward(node, [x], _p, s) {
      const P = x.length / (s.n * s.of(node.id)[0]);
      const y = new Float64Array(x.length / P);
      x.forEach((v, i) => (y[Math.floor(i / P)] += v / P));
      return y;
    },
    backward(_node, dy, y, [x]) {
      const P = x.length / y.length;
      return [x.map((_, i) => dy[Math.floor(i / P)] / P)];
    },
  },
  add: {
    forward: (_node, [a, b]) => a.map((v, i) => v + b[i]),
    backward: (_node, dy) => [dy, dy],
  },
  flatten: { forward: (_node, [x]) => x, backward: (_node, dy) => [dy] },
  dense: {
    forward({ id, F, O }, [x], p, s) {
      const [w, b] = [p[`${id}.weight`].data, p[`${id}.bias`].data];
      return Float64Array.from({ length: s.n * O }, (_, i) => {
        const [n, o] = [Math.floor(i / O), i % O];
        let sum = b[o];
        for (let f = 0; f < F; f++) sum += x[n * F + f] * w[o * F + f];
        return sum;
      });
    },
    backward({ id, F, O }, dy, _y, [x], p, s) {
      const w = p[`${id}.weight`].data;
      const [dw, db] = [s.gradient(`${id}.weight`), s.gradient(`${id}.bias`)];
      const dx = new Float64Array(x.length);
      dy.forEach((g, i) => {
        const [n, o] = [Math.floor(i / O), i % O];
        db[o] += g;
        for (let f = 0; f < F; f++) {
          dw[o * F + f] += g * x[n * F + f];
          dx[n * F + f] += g * w[o * F + f];
        }
      });
      return [dx];
    },
  },
};

/** Visits every row of output pixels under every filter tap: weight index, first input pixel, first output pixel, pixels, input step. */
function eachTap({ inputs, id, I, O, k, stride, pad }, s, visit) {
  const [, H, W] = s.of(inputs[0]);
  const [, Ho, Wo] = s.of(id);
  for (let n = 0; n < s.n; n++)
    for (let w = 0; w < O * I * k * k; w++) {
      const [kx, ky, i, o] = [
        w % k,
        Math.floor(w / k) % k,
        Math.floor(w / k ** 2) % I,
        Math.floor(w / (k * k * I)),
      ];
      const lo = Math.max(0, Math.ceil((pad - kx) / stride));
      const hi = Math.min(Wo, Math.floor((W - 1 + pad - kx) / stride) + 1);
      for (let y = 0; y < Ho; y++) {
        const row = y * stride + ky - pad;
        if (row < 0 || row >= H) continue;
        const from = ((n * I + i) * H + row) * W + lo * stride + kx - pad;
        visit(w, from, ((n * O + o) * Ho + y) * Wo + lo, hi - lo, stride);
      }
    }
}

/** Index of the first maximum, in row-major order, of each 2×2 window. */
function firstMaxima(node, x, s) {
  const [, H, W] = s.of(node.inputs[0]);
  const [C, Ho, Wo] = s.of(node.id);
  return Int32Array.from({ length: s.n * C * Ho * Wo }, (_, j) => {
    const [ox, oy, c] = [j % Wo, Math.floor(j / Wo) % Ho, Math.floor(j / (Wo * Ho))];
    const corner = (c * H + 2 * oy) * W + 2 * ox;
    return [corner, corner + 1, corner + W, corner + W + 1].reduce((best, i) =>
      x[i] > x[best] ? i : best,
    );
  });
}

/** Mean cross-entropy of a batch, gradients of all parameters and the statistics of each norm. */
export function lossAndGradients(network, parameters, x, labels) {
  const of = shapes(network);
  const gradients = {};
  const s = {
    n: labels.length,
    of: (id) => of.get(id),
    kept: new Map(),
    gradient: (name) => (gradients[name] ??= new Float64Array(parameters[name].data.length)),
  };
  const values = new Map([["input", Float64Array.from(x)]]);
  const inputs = (node) => node.inputs.map((id) => values.get(id));
  for (const node of network.nodes)
    values.set(node.id, ops[node.op].forward(node, inputs(node), parameters, s));
  const logits = values.get(network.output);
  const { loss, dlogits } = crossEntropy(logits, labels);
  const backward = new Map([[network.output, dlogits]]);
  for (const node of network.nodes.toReversed()) {
    const dxs = ops[node.op].backward(
      node,
      backward.get(node.id),
      values.get(node.id),
      inputs(node),
      parameters,
      s,
    );
    node.inputs.forEach((id, k) => {
      const before = backward.get(id);
      backward.set(id, before ? before.map((g, i) => g + dxs[k][i]) : dxs[k]);
    });
  }
  return { loss, logits, gradients, statistics: s.kept };
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
    row.forEach(
      (v, k) => (dlogits[n * K + k] = (Math.exp(v - max) / total - (k === label)) / labels.length),
    );
  });
  return { loss, dlogits };
}

/** Training state in float64. `conventions`: where Adam's ε stands ("keras": √v + ε before bias correction; "torch": after it)
 *  and which variance the running value takes. */
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
    running.forEach((v, c) => (running[c] = KEEP * v + (1 - KEEP) * batch(c)));
  };
  update("runningMean", (c) => mean[c]);
  update("runningVariance", (c) => variance[c] * factor);
}
