/** The ops of the reference, forward and backward, in float64 on NCHW arrays. */

import { EPSILON } from "./networks.mjs";

const size = (shape) => shape.reduce((a, b) => a * b, 1);

/** Each op: forward(node, inputs, p, s) → y; backward(node, dy, y, inputs, p, s) → dx per input,
 *  gradients added to `s.gradient(name)`. `s` carries n, the shapes, which statistics norms use,
 *  and what forward keeps for backward. */
export const ops = {
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
        for (let i = 0; i < dy.length; i++) db[Math.floor(i / plane) % node.O] += dy[i];
      }
      return [dx];
    },
  },
  norm: {
    forward(node, [x], p, s) {
      const [C, H, W] = s.of(node.id);
      const P = H * W;
      const m = s.n * P;
      const channel = (i) => Math.floor(i / P) % C;
      const { mean, variance } =
        s.stats === "running" ? running(node, p) : moments(x, C, channel, m);
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
      const from = s.kept.get(node.id);
      for (let j = 0; j < from.length; j++) dx[from[j]] += dy[j];
      return [dx];
    },
  },
  gap: {
    forward(node, [x], _p, s) {
      const P = x.length / (s.n * s.of(node.id)[0]);
      const y = new Float64Array(x.length / P);
      for (let i = 0; i < x.length; i++) y[Math.floor(i / P)] += x[i] / P;
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

const running = ({ id }, p) => ({
  mean: p[`${id}.runningMean`].data,
  variance: p[`${id}.runningVariance`].data,
});

/** Mean and biased variance of each channel. */
function moments(x, C, channel, m) {
  const mean = new Float64Array(C);
  const variance = new Float64Array(C);
  for (let i = 0; i < x.length; i++) mean[channel(i)] += x[i] / m;
  for (let i = 0; i < x.length; i++) variance[channel(i)] += (x[i] - mean[channel(i)]) ** 2 / m;
  return { mean, variance };
}

/** Visits every row of output pixels under every filter tap: weight index, first input pixel,
 *  first output pixel, pixels, input step. */
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
