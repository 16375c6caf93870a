/** Cases of softmax and the losses. */

import { type Arena, stride } from "../arena.js";
import { kernelCase, maybe, upTo } from "../case.js";

const shapes = { n: upTo(5), C: upTo(13), spread: maybe };
const withGradient = { ...shapes, gradient: maybe };
const SCALE = 1 / 3;

/** Logits: near each other with ties, or up to 200 apart. */
function logits(a: Arena, s: { n: number; C: number; spread: boolean }) {
  if (!s.spread) return a.pixels(s.n, s.C, "exact");
  const cs = stride(s.C);
  const lane = (i: number): number => (i % cs < s.C ? a.random.uniform(-100, 100) : 0);
  return a.numbers(Array.from({ length: s.n * cs }, (_, i) => lane(i)));
}

/** What a loss writes: losses, hits, gradient. */
function outputs(a: Arena, s: { n: number; C: number; gradient: boolean }) {
  const quads = Math.ceil(s.n / 4);
  const loss = a.output(quads, 4, { scale: 1e-3 });
  const correct = a.output(quads, 4, { ulps: 0 });
  const dx = s.gradient ? a.output(s.n, s.C, { scale: 0.1 }) : -1;
  return [loss, correct, dx] as const;
}

export const losses = {
  softmax: kernelCase(shapes, (a, s) => {
    const x = logits(a, s);
    const y = a.output(s.n, s.C, { scale: 1e-10 });
    return (k) => k.softmax(x, y, s.n, s.C, stride(s.C));
  }),
  softmaxBackward: kernelCase(shapes, (a, s) => {
    const y = a.pixels(s.n, s.C, "positive");
    const dy = a.pixels(s.n, s.C);
    const dx = a.output(s.n, s.C, { scale: 1 });
    return (k) => k.softmaxBackward(y, dy, dx, s.n, s.C, stride(s.C));
  }),
  crossEntropy: kernelCase(withGradient, (a, s) => {
    const x = logits(a, s);
    const labels = a.numbers(Array.from({ length: s.n }, () => a.random.below(s.C)));
    const [loss, correct, dx] = outputs(a, s);
    return (k) => k.crossEntropy(x, labels, loss, correct, dx, s.n, s.C, stride(s.C), SCALE);
  }),
  crossEntropyDense: kernelCase(withGradient, (a, s) => {
    const x = logits(a, s);
    const targets = a.pixels(s.n, s.C, "positive");
    const [loss, correct, dx] = outputs(a, s);
    return (k) => k.crossEntropyDense(x, targets, loss, correct, dx, s.n, s.C, stride(s.C), SCALE);
  }),
  squaredError: kernelCase(withGradient, (a, s) => {
    const x = logits(a, s);
    const targets = a.pixels(s.n, s.C, "exact");
    const [loss, correct, dx] = outputs(a, s);
    return (k) => k.squaredError(x, targets, loss, correct, dx, s.n, s.C, stride(s.C), SCALE);
  }),
};
