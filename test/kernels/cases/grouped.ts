/** Cases of the grouped convolution: depthwise, whole vectors per group, and neither. */

import fc from "fast-check";
import { type Arena, stride } from "../arena.js";
import { flag, kernelCase, maybe, upTo } from "../case.js";

const shapes = {
  n: upTo(2),
  Ho: upTo(5),
  Wo: upTo(6),
  groups: upTo(6, 2),
  per: fc.constantFrom<[number, number][]>([1, 1], [1, 2], [2, 1], [3, 4], [4, 8], [2, 5], [1, 4]),
  kh: fc.constantFrom(1, 3),
  kw: fc.constantFrom(1, 2, 3),
  down: upTo(3),
  across: upTo(3),
  dilationY: upTo(2),
  dilationX: upTo(2),
  extra: upTo(2, 0),
};

interface Shape {
  n: number;
  Ho: number;
  Wo: number;
  groups: number;
  per: readonly [I: number, O: number];
  kh: number;
  kw: number;
  down: number;
  across: number;
  dilationY: number;
  dilationX: number;
  extra: number;
}

function geometry(s: Shape) {
  const [I, O] = s.per;
  // `extra`: rows and columns that no window reaches
  const Hp = (s.Ho - 1) * s.down + (s.kh - 1) * s.dilationY + 1 + s.extra;
  const Wp = (s.Wo - 1) * s.across + (s.kw - 1) * s.dilationX + 1 + s.extra;
  const inputs = s.groups * I;
  const outputs = s.groups * O;
  const args = [
    ...[s.n, Hp, Wp, stride(inputs), s.Ho, s.Wo, stride(outputs)],
    ...[s.groups, I, O, s.kh, s.kw, s.down, s.across, s.dilationY, s.dilationX],
  ] as const;
  const weights = s.groups * s.kh * s.kw * I * O;
  return {
    I,
    O,
    inputs,
    outputs,
    args,
    weights,
    xPixels: s.n * Hp * Wp,
    yPixels: s.n * s.Ho * s.Wo,
  };
}

type Sizes = [
  ...[n: number, Hp: number, Wp: number, xs: number, Ho: number, Wo: number, ys: number],
  ...[groups: number, I: number, O: number, kh: number, kw: number],
  ...[strideY: number, strideX: number, dilationY: number, dilationX: number],
];

const sizes = (args: readonly number[]): Sizes => {
  const [n, Hp, Wp, xs, Ho, Wo, ys, groups, I, O, kh, kw, down, across, dilationY, dilationX] =
    args;
  return [n, Hp, Wp, xs, Ho, Wo, ys, groups, I, O, kh, kw, down, across, dilationY, dilationX];
};

/** Weights are not padded: one number per group, tap, input and output. */
const filter = (a: Arena, count: number) => a.draw(count);

export const grouped = {
  convolveGrouped: kernelCase({ ...shapes, bias: maybe, relu: flag }, (a, s) => {
    const d = geometry(s);
    const x = a.pixels(d.xPixels, d.inputs);
    const w = filter(a, d.weights);
    const bias = a.channels(d.outputs, s.bias);
    const y = a.output(d.yPixels, d.outputs, { scale: 3 });
    return (k) => k.convolveGrouped(x, w, bias, y, ...sizes(d.args), s.relu);
  }),
  convolveGroupedBackward: kernelCase(shapes, (a, s) => {
    const d = geometry(s);
    const g = a.pixels(d.yPixels, d.outputs);
    const w = filter(a, d.weights);
    const dx = a.output(d.xPixels, d.inputs, { scale: 3 });
    return (k) => k.convolveGroupedBackward(g, w, dx, ...sizes(d.args));
  }),
  convolveGroupedFilterGradient: kernelCase(shapes, (a, s) => {
    const d = geometry(s);
    const x = a.pixels(d.xPixels, d.inputs);
    const g = a.pixels(d.yPixels, d.outputs);
    const dw = filter(a, d.weights);
    a.changes(dw, Math.ceil(d.weights / 4), 4, { scale: Math.sqrt(d.yPixels) + 1 });
    return (k) => k.convolveGroupedFilterGradient(x, g, dw, ...sizes(d.args));
  }),
};
