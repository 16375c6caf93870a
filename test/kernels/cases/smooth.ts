/** Cases of the smooth activations: numbers next to 0, usual ones, and far ones of either sign. */

import fc from "fast-check";
import type { Arena } from "../arena.js";
import { kernelCase, maybe, upTo } from "../case.js";

const shapes = {
  count: upTo(20).map((k) => 4 * k),
  spread: fc.constantFrom(1e-3, 1, 5, 100),
  into: maybe,
};

const lanes = (a: Arena, count: number, spread: number): number =>
  a.numbers(Array.from({ length: count }, () => a.random.uniform(-spread, spread)));

/** Roundings of a few operations, and what e⁻⁸⁷ is too large by far from 0. */
const accuracy = { ulps: 8, scale: 1e-30 };
/** Beyond 5 the argument of the exponential has a rounding of its own: x²/2 times an ulp. */
const bell = { ulps: 16, scale: 1e-4 };

const place = (a: Arena, at: number, count: number, into: boolean, how = accuracy) =>
  into ? a.changes(at, count / 4, 4, how) : a.output(count / 4, 4, how);

export const smooth = {
  tanh: kernelCase(shapes, (a, { count, spread, into }) => {
    const x = lanes(a, count, spread);
    const y = place(a, x, count, into);
    return (k) => k.tanh(x, y, count);
  }),
  tanhBackward: kernelCase(shapes, (a, { count, into }) => {
    const y = a.draw(count);
    const dy = a.draw(count);
    const dx = place(a, dy, count, into);
    return (k) => k.tanhBackward(y, dy, dx, count);
  }),
  elu: kernelCase(shapes, (a, { count, spread, into }) => {
    const x = lanes(a, count, spread);
    const y = place(a, x, count, into);
    return (k) => k.elu(x, y, count, 1.75, 1.05);
  }),
  eluBackward: kernelCase(shapes, (a, { count, spread, into }) => {
    const x = lanes(a, count, spread);
    const dy = a.draw(count);
    const dx = place(a, dy, count, into);
    return (k) => k.eluBackward(x, dy, dx, count, 1.75, 1.05);
  }),
  gelu: kernelCase({ ...shapes, isTanh: upTo(1, 0) }, (a, { count, spread, into, isTanh }) => {
    const x = lanes(a, count, spread);
    const y = place(a, x, count, into, bell);
    return (k) => k.gelu(x, y, count, isTanh);
  }),
  geluBackward: kernelCase(
    { ...shapes, isTanh: upTo(1, 0) },
    (a, { count, spread, into, isTanh }) => {
      const x = lanes(a, count, spread);
      const dy = a.draw(count);
      // Next to −0.75 the slope crosses 0.
      const dx = place(a, dy, count, into, { ulps: 8, scale: 1 });
      return (k) => k.geluBackward(x, dy, dx, count, isTanh);
    },
  ),
};
