/** Cases of the optimiser steps and of the noise in training. */

import fc from "fast-check";
import { type Arena, stride } from "../arena.js";
import { flag, kernelCase, maybe, upTo } from "../case.js";

const span = { quads: upTo(12), lo: upTo(11, 0) };
const epsilon = fc.constantFrom(1e-7, 0.1);
const bounds = (s: { quads: number; lo: number }): [number, number] => [
  4 * Math.min(s.lo, s.quads),
  4 * s.quads,
];
const changed = (a: Arena, at: number, quads: number) => a.changes(at, quads, 4, { scale: 1 });

export const optimiser = {
  scaleByAdam: kernelCase({ ...span, inPlace: maybe, epsilon }, (a, s) => {
    const [lo, hi] = bounds(s);
    const g = a.draw(hi);
    const m = changed(a, a.draw(hi), s.quads);
    const v = changed(a, a.draw(hi, "positive"), s.quads);
    const u = s.inPlace ? changed(a, g, s.quads) : a.output(s.quads, 4, { scale: 1 });
    const scalars = a.numbers([0.31]);
    return (k) => k.scaleByAdam(g, m, v, u, lo, hi, 0.1, 0.001, s.epsilon, scalars);
  }),
  adam: kernelCase({ ...span, epsilon }, (a, s) => {
    const [lo, hi] = bounds(s);
    const p = changed(a, a.draw(hi), s.quads);
    const g = a.draw(hi);
    const m = changed(a, a.draw(hi), s.quads);
    const v = changed(a, a.draw(hi, "positive"), s.quads);
    const scalars = a.numbers([0.31]);
    const rate = a.numbers([0.01]);
    return (k) => k.adam(p, g, m, v, lo, hi, 0.1, 0.001, s.epsilon, scalars, rate);
  }),
  addDecayed: kernelCase(span, (a, s) => {
    const [lo, hi] = bounds(s);
    const u = changed(a, a.draw(hi), s.quads);
    const p = a.draw(hi);
    return (k) => k.addDecayed(u, p, lo, hi, 0.01);
  }),
  trace: kernelCase({ ...span, nesterov: flag }, (a, s) => {
    const [lo, hi] = bounds(s);
    const u = changed(a, a.draw(hi), s.quads);
    const t = changed(a, a.draw(hi), s.quads);
    return (k) => k.trace(u, t, lo, hi, 0.9, s.nesterov);
  }),
  descend: kernelCase(span, (a, s) => {
    const [lo, hi] = bounds(s);
    const p = changed(a, a.draw(hi), s.quads);
    const u = a.draw(hi);
    const scalars = a.numbers([0.25]);
    return (k) => k.descend(p, u, lo, hi, scalars);
  }),
  dropoutMask: kernelCase(
    { n: upTo(4), count: upTo(30), first: upTo(9, 0), rate: fc.constantFrom(0, 0.1, 0.5, 0.9) },
    (a, s) => {
      const halves = Array.from({ length: 4 }, () => a.random.below(65536));
      const key = a.numbers(halves);
      const step = a.numbers([a.random.below(1e6)]);
      const mask = a.output(Math.ceil((s.n * s.count) / 4), 4, { ulps: 1 });
      return (k) => k.dropoutMask(mask, s.first, s.n, s.count, s.rate, key, step);
    },
  ),
  channelNoise: kernelCase({ n: upTo(4), C: upTo(9), first: upTo(9, 0) }, (a, s) => {
    const key = a.numbers(Array.from({ length: 4 }, () => a.random.below(65536)));
    const step = a.numbers([a.random.below(1e6)]);
    const shift = a.output(s.n, s.C, { scale: 1 });
    const scale = a.output(s.n, s.C, { scale: 1 });
    const cs = stride(s.C);
    return (k) =>
      k.channelNoise(shift, scale, s.first, s.n, s.C, cs, 0.5, 0.25, 0.1, 0.17, key, step);
  }),
};
