/** Cases of the activations: bends at the ends, beyond them, and without an end; sigmoids of large numbers. */

import fc from "fast-check";
import { stride } from "../arena.js";
import { kernelCase, maybe, upTo } from "../case.js";

const fours = upTo(20).map((k) => 4 * k);
const bends = {
  count: fours,
  low: fc.constantFrom(0, -0.5, -Infinity),
  high: fc.constantFrom(0.75, 6, Infinity),
  slope: fc.constantFrom(0, 0.25, -0.5),
  into: maybe,
};

export const activations = {
  bend: kernelCase(bends, (a, { count, low, high, slope, into }) => {
    const x = a.draw(count, "exact");
    const y = into ? a.changes(x, count / 4, 4) : a.output(count / 4, 4);
    return (k) => k.bend(x, y, count, low, high, slope);
  }),
  bendBackward: kernelCase(bends, (a, { count, low, high, slope, into }) => {
    const x = a.draw(count, "exact");
    const dy = a.draw(count);
    const dx = into ? a.changes(dy, count / 4, 4) : a.output(count / 4, 4);
    return (k) => k.bendBackward(x, dy, dx, count, low, high, slope);
  }),
  sigmoid: kernelCase(
    { pixels: upTo(6), C: upTo(9), spread: maybe, into: maybe },
    (a, { pixels, C, spread, into }) => {
      const cs = stride(C);
      const lane = (i: number): number => (i % cs < C ? a.random.uniform(-90, 90) : 0);
      const x = spread
        ? a.numbers(Array.from({ length: pixels * cs }, (_, i) => lane(i)))
        : a.pixels(pixels, C);
      const accuracy = { scale: 1e-30 };
      const y = into ? a.changes(x, pixels, C, accuracy) : a.output(pixels, C, accuracy);
      return (k) => k.sigmoid(x, y, pixels, C, cs);
    },
  ),
  sigmoidBackward: kernelCase({ count: fours, into: maybe }, (a, { count, into }) => {
    const y = a.draw(count, "positive");
    const dy = a.draw(count);
    const dx = into ? a.changes(dy, count / 4, 4) : a.output(count / 4, 4);
    return (k) => k.sigmoidBackward(y, dy, dx, count);
  }),
};
