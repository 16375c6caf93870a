/** Cases of pooling: overlapping windows, windows that leave pixels over, padding, ties. */

import fc from "fast-check";
import { type Arena, stride } from "../arena.js";
import { flag, kernelCase, maybe, upTo } from "../case.js";

const shapes = {
  n: upTo(3),
  H: upTo(8, 3),
  W: upTo(9, 3),
  C: upTo(9),
  kh: upTo(3),
  kw: upTo(3),
  s: upTo(3),
  p: fc.constantFrom(0, 1),
};

interface Shape {
  n: number;
  H: number;
  W: number;
  C: number;
  kh: number;
  kw: number;
  s: number;
  p: number;
}

/** Padding is at most half a window, as every window must hold a pixel. */
function geometry({ n, H, W, C, kh, kw, s, p }: Shape) {
  const border = Math.min(p, kh >> 1, kw >> 1);
  const Ho = Math.floor((H + 2 * border - kh) / s) + 1;
  const Wo = Math.floor((W + 2 * border - kw) / s) + 1;
  const head = [n, H, W, stride(C)] as const;
  return { head, tail: [s, border, Ho, Wo] as const, inputs: n * H * W, outputs: n * Ho * Wo };
}

const ties = (a: Arena) => (a.random.below(2) ? "exact" : "uniform");

export const pooling = {
  maxPool: kernelCase(shapes, (a, shape) => {
    const { head, tail, inputs, outputs } = geometry({ ...shape, kw: shape.kh });
    const x = a.pixels(inputs, shape.C, ties(a));
    const y = a.output(outputs, shape.C, { ulps: 0 });
    return (k) => k.maxPool(x, y, ...head, shape.kh, ...tail);
  }),
  maxPoolBackward: kernelCase({ ...shapes, mask: flag }, (a, shape) => {
    const { head, tail, inputs, outputs } = geometry({ ...shape, kw: shape.kh });
    const x = a.pixels(inputs, shape.C, ties(a));
    const dy = a.pixels(outputs, shape.C);
    const dx = a.output(inputs, shape.C, { scale: 2 });
    return (k) => k.maxPoolBackward(x, dy, dx, ...head, shape.kh, ...tail, shape.mask);
  }),
  averagePool: kernelCase({ ...shapes, count: flag, whole: maybe }, (a, drawn) => {
    const shape = drawn.whole ? { ...drawn, kh: drawn.H, kw: drawn.W, p: 0 } : drawn;
    const { head, tail, inputs, outputs } = geometry(shape);
    const x = a.pixels(inputs, shape.C);
    const y = a.output(outputs, shape.C, { scale: 1 });
    return (k) => k.averagePool(x, y, ...head, shape.kh, shape.kw, ...tail, shape.count);
  }),
  averagePoolBackward: kernelCase({ ...shapes, count: flag, whole: maybe }, (a, drawn) => {
    const shape = drawn.whole ? { ...drawn, kh: drawn.H, kw: drawn.W, p: 0 } : drawn;
    const { head, tail, inputs, outputs } = geometry(shape);
    const dy = a.pixels(outputs, shape.C);
    const dx = a.output(inputs, shape.C, { scale: 2 });
    return (k) => k.averagePoolBackward(dy, dx, ...head, shape.kh, shape.kw, ...tail, shape.count);
  }),
};
