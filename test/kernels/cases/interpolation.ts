/** Cases of interpolation: larger and smaller images, places before, between and beyond the pixels. */

import fc from "fast-check";
import { stride } from "../arena.js";
import { kernelCase, upTo } from "../case.js";

const step = fc.constantFrom(0.25, 1 / 3, 0.5, 0.7, 1, 1.5, 0);
const start = fc.constantFrom(-0.75, -0.25, 0, 0.1, 1);
const lines = { H: upTo(5), W: upTo(6), Ho: upTo(8), Wo: upTo(7) };
const shapes = {
  n: upTo(3),
  ...lines,
  C: upTo(9),
  stepY: step,
  startY: start,
  stepX: step,
  startX: start,
};

type Sizes = { [K in keyof typeof shapes]: number };
const sizes = (s: Sizes) =>
  [s.n, s.H, s.W, stride(s.C), s.Ho, s.Wo, s.stepY, s.startY, s.stepX, s.startX] as const;

export const interpolation = {
  interpolate: kernelCase(shapes, (a, s) => {
    const x = a.pixels(s.n * s.H * s.W, s.C);
    const y = a.output(s.n * s.Ho * s.Wo, s.C, { scale: 1 });
    return (k) => k.interpolate(x, y, ...sizes(s));
  }),
  interpolateBackward: kernelCase(shapes, (a, s) => {
    const dy = a.pixels(s.n * s.Ho * s.Wo, s.C);
    const dx = a.output(s.n * s.H * s.W, s.C, { scale: 8 });
    return (k) => k.interpolateBackward(dy, dx, ...sizes(s));
  }),
};
