/** Cases of pooling: windows that overlap, leave pixels over, are dilated or reach beyond the image; ties. */

import fc from "fast-check";
import { type Arena, stride } from "../arena.js";
import { flag, kernelCase, maybe, upTo } from "../case.js";

const axis = (longest: number) =>
  fc.record({
    length: upTo(longest, 3),
    k: upTo(3),
    stride: upTo(3),
    dilation: fc.constantFrom(1, 1, 2, 3),
    before: upTo(4, 0),
    after: upTo(4, 0),
    ceil: maybe,
  });

const shapes = { n: upTo(3), C: upTo(9), down: axis(8), across: axis(9), usual: maybe };

interface Axis {
  readonly length: number;
  readonly k: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly ceil: boolean;
}

/** Every window holds a pixel. */
function windows(a: Axis, dilation: number) {
  const { length, stride } = a;
  const k = dilation > 1 ? Math.min(a.k, 1 + Math.floor((length - 1) / dilation)) : a.k;
  const extent = (k - 1) * dilation + 1;
  const [before, after] = [a.before, a.after].map((p) => Math.min(p, extent - 1));
  const room = (length + before + after - extent) / stride;
  const n = (a.ceil ? Math.ceil(room) : Math.floor(room)) + 1;
  const count = (n - 1) * stride >= length + before ? n - 1 : n;
  return { k, stride, dilation, before, after, count };
}

/** 2×2, side by side; the last may reach beyond the image. */
const USUAL = { k: 2, stride: 2, dilation: 1, before: 0, after: 0 };

function geometry(
  shape: { n: number; C: number; down: Axis; across: Axis; usual: boolean },
  isDilated: boolean,
) {
  const drawn = [shape.down, shape.across].map((a) => (shape.usual ? { ...a, ...USUAL } : a));
  const [H, W] = drawn.map(({ length }) => length);
  const [y, x] = drawn.map((a) => windows(a, isDilated ? a.dilation : 1));
  return {
    head: [shape.n, H, W, stride(shape.C), y.k, x.k, y.stride, x.stride] as const,
    dilation: [y.dilation, x.dilation] as const,
    tail: [y.before, x.before, y.count, x.count] as const,
    after: [y.after, x.after] as const,
    inputs: shape.n * H * W,
    outputs: shape.n * y.count * x.count,
  };
}

const ties = (a: Arena) => (a.random.below(2) ? "exact" : "uniform");

/** One window over the whole image, as often as not. */
const means = { ...shapes, count: flag, whole: maybe };
const mean = (drawn: Parameters<typeof geometry>[0] & { whole: boolean }) => {
  const whole = (a: Axis): Axis => ({ ...a, k: a.length, before: 0, after: 0 });
  const { down, across } = drawn;
  return geometry(
    drawn.whole ? { ...drawn, usual: false, down: whole(down), across: whole(across) } : drawn,
    false,
  );
};

export const pooling = {
  maxPool: kernelCase(shapes, (a, shape) => {
    const { head, dilation, tail, inputs, outputs } = geometry(shape, true);
    const x = a.pixels(inputs, shape.C, ties(a));
    const y = a.output(outputs, shape.C, { ulps: 0 });
    return (k) => k.maxPool(x, y, ...head, ...dilation, ...tail);
  }),
  maxPoolBackward: kernelCase({ ...shapes, mask: flag }, (a, shape) => {
    const { head, dilation, tail, inputs, outputs } = geometry(shape, true);
    const x = a.pixels(inputs, shape.C, ties(a));
    const dy = a.pixels(outputs, shape.C);
    const dx = a.output(inputs, shape.C, { scale: 2 });
    return (k) => k.maxPoolBackward(x, dy, dx, ...head, ...dilation, ...tail, shape.mask);
  }),
  averagePool: kernelCase(means, (a, shape) => {
    const { head, tail, after, inputs, outputs } = mean(shape);
    const x = a.pixels(inputs, shape.C);
    const y = a.output(outputs, shape.C, { scale: 1 });
    return (k) => k.averagePool(x, y, ...head, ...tail, ...after, shape.count);
  }),
  averagePoolBackward: kernelCase(means, (a, shape) => {
    const { head, tail, after, inputs, outputs } = mean(shape);
    const dy = a.pixels(outputs, shape.C);
    const dx = a.output(inputs, shape.C, { scale: 2 });
    return (k) => k.averagePoolBackward(dy, dx, ...head, ...tail, ...after, shape.count);
  }),
};
