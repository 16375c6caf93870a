/** Cases of the statistics and of normalisation. */

import fc from "fast-check";
import { type Arena, stride } from "../arena.js";
import { flag, kernelCase, maybe, someChannels, upTo } from "../case.js";

const images = { n: upTo(4), P: fc.oneof(upTo(9), upTo(90)), C: someChannels };
/** Sub-batches of b images (0: one row for all), the call starting at image number `first`. */
const batches = { ...images, first: upTo(5, 0), b: upTo(3, 0) };
const optional = { gamma: maybe, beta: maybe };

/** groups · per = C. */
const groups = { n: upTo(4), P: upTo(40), groups: upTo(5), per: upTo(6) };

/** Rows of mean and rstd that a call reads. */
const rows = (s: { first: number; n: number; b: number }): number =>
  s.b ? Math.floor((s.first + s.n - 1) / s.b) + 1 : 1;

/** γ of both signs, and zero. */
const scales = (a: Arena, C: number, present: boolean) =>
  a.channels(C, present, a.random.below(2) ? "exact" : "uniform");

/** Moments as `moments` leaves them: [n][mean, Σ(x − mean)²][cs]. */
function parts(a: Arena, n: number, C: number) {
  const cs = stride(C);
  const values = Array.from({ length: 2 * n * cs }, (_, i) => {
    const mean = Math.floor(i / cs) % 2 === 0;
    return i % cs < C ? a.random.uniform(mean ? -1 : 0, mean ? 1 : 50) : 0;
  });
  return a.numbers(values);
}

export const normalisation = {
  moments: kernelCase(images, (a, s) => {
    const x = a.pixels(s.n * s.P, s.C);
    const out = a.output(2 * s.n, s.C, { ulps: 8, scale: 1 + s.P / 2 });
    return (k) => k.moments(x, out, s.n, s.P, stride(s.C));
  }),
  mergeBatch: kernelCase({ ...images, n: upTo(9), b: upTo(9) }, (a, s) => {
    const from = parts(a, s.n, s.C);
    const count = Math.ceil(s.n / s.b);
    const epsilon = a.random.below(2) ? 1e-3 : 0;
    const [mean, variance] = [a.output(count, s.C, { scale: 1e-3 }), a.output(count, s.C)];
    // without ε the padding lanes have σ² + ε = 0
    const rstd = a.output(count, epsilon ? stride(s.C) : s.C);
    return (k) => k.mergeBatch(from, s.n, s.P, stride(s.C), s.b, epsilon, mean, variance, rstd);
  }),
  mergeGroups: kernelCase(groups, (a, s) => {
    const C = s.groups * s.per;
    const from = parts(a, s.n, C);
    const mean = a.output(s.n, C, { scale: 1e-3 });
    const rstd = a.output(s.n, C);
    return (k) => k.mergeGroups(from, s.n, s.P, C, stride(C), s.groups, 1e-3, mean, rstd);
  }),
  reciprocalDeviation: kernelCase(
    { C: someChannels, epsilon: fc.constantFrom(0, 1e-3) },
    (a, s) => {
      const variance = a.channels(s.C, true, "positive");
      const rstd = a.output(1, s.epsilon ? stride(s.C) : s.C);
      return (k) => k.reciprocalDeviation(variance, rstd, stride(s.C), s.epsilon);
    },
  ),
  updateRunning: kernelCase({ C: someChannels, rows: upTo(4) }, (a, s) => {
    const running = a.channels(s.C);
    const batch = a.pixels(s.rows, s.C);
    a.changes(running, 1, s.C, { scale: 0.1 });
    return (k) => k.updateRunning(running, batch, s.rows, stride(s.C), 0.9);
  }),

  normalise: kernelCase(
    { ...batches, ...optional, adds: maybe, relu: flag, inPlace: maybe },
    (a, s) => {
      const x = a.pixels(s.n * s.P, s.C);
      const mean = a.pixels(rows(s), s.C);
      const rstd = a.pixels(rows(s), s.C, "positive");
      const gamma = scales(a, s.C, s.gamma);
      const beta = a.channels(s.C, s.beta);
      const residual = s.adds ? a.pixels(s.n * s.P, s.C) : -1;
      const accuracy = { scale: 4 };
      const y = s.inPlace
        ? a.changes(x, s.n * s.P, s.C, accuracy)
        : a.output(s.n * s.P, s.C, accuracy);
      return (k) =>
        k.normalise(
          x,
          y,
          s.first,
          s.n,
          s.P,
          stride(s.C),
          s.b,
          mean,
          rstd,
          gamma,
          beta,
          residual,
          s.relu,
        );
    },
  ),
  gradientSums: kernelCase(batches, (a, s) => {
    const x = a.pixels(s.n * s.P, s.C);
    const dy = a.pixels(s.n * s.P, s.C);
    const mean = a.pixels(rows(s), s.C);
    const rstd = a.pixels(rows(s), s.C, "positive");
    const out = a.output(2 * s.n, s.C, { scale: 2 * Math.sqrt(s.P) });
    return (k) => k.gradientSums(x, dy, out, s.first, s.n, s.P, stride(s.C), s.b, mean, rstd);
  }),
  mergeGradients: kernelCase(
    { ...images, b: upTo(4, 0), gamma: maybe, dgamma: maybe, dbeta: maybe },
    (a, s) => {
      const sums = a.pixels(2 * s.n, s.C);
      const gamma = scales(a, s.C, s.gamma);
      const count = s.b ? Math.ceil(s.n / s.b) : 1;
      const [A, B] = [a.output(count, s.C), a.output(count, s.C)];
      const dgamma = s.dgamma ? a.output(1, s.C) : -1;
      const dbeta = s.dbeta ? a.output(1, s.C) : -1;
      return (k) => k.mergeGradients(sums, s.n, s.P, stride(s.C), s.b, gamma, A, B, dgamma, dbeta);
    },
  ),
  mergeGroupGradients: kernelCase({ ...groups, gamma: maybe }, (a, s) => {
    const C = s.groups * s.per;
    const sums = a.pixels(2 * s.n, C);
    const gamma = scales(a, C, s.gamma);
    const [A, B] = [a.output(s.n, C), a.output(s.n, C)];
    return (k) => k.mergeGroupGradients(sums, s.n, s.P, C, stride(C), s.groups, gamma, A, B);
  }),
  normaliseBackward: kernelCase(
    { ...batches, gamma: maybe, sums: maybe, mask: flag, inPlace: maybe },
    (a, s) => {
      const x = a.pixels(s.n * s.P, s.C, s.mask ? "exact" : "uniform");
      const dy = a.pixels(s.n * s.P, s.C);
      const mean = a.pixels(rows(s), s.C);
      const rstd = a.pixels(rows(s), s.C, "positive");
      const gamma = scales(a, s.C, s.gamma);
      const A = s.sums ? a.pixels(rows(s), s.C) : -1;
      const B = s.sums ? a.pixels(rows(s), s.C) : -1;
      const accuracy = { scale: 10 };
      const dx = s.inPlace
        ? a.changes(dy, s.n * s.P, s.C, accuracy)
        : a.output(s.n * s.P, s.C, accuracy);
      const { first, n, P, b, mask } = s;
      return (k) =>
        k.normaliseBackward(x, dy, dx, first, n, P, stride(s.C), b, mean, rstd, gamma, A, B, mask);
    },
  ),
};
