/** Cases of Winograd's kernels, each alone; that they make a convolution together is tested on whole networks. */

import { type Arena, stride } from "../arena.js";
import { flag, kernelCase, maybe, someChannels, upTo } from "../case.js";

const grid = { n: upTo(3), th: upTo(3), tw: upTo(4), odd: maybe };
const channels = { I: someChannels, O: someChannels };

const counting = (a: Arena, I: number) => a.integers(Array.from({ length: I }, (_, i) => i));
/** Output size of a grid of tiles; `odd`: the last row and column of tiles are half used. */
const sides = ({ th, tw, odd }: { th: number; tw: number; odd: boolean }) =>
  odd ? [2 * th - 1, 2 * tw - 1] : [2 * th, 2 * tw];

/** Rows of the 16 matrices of a grid. */
const places = ({ n, th, tw }: { n: number; th: number; tw: number }) => 16 * (n * th * tw + 1);

export const winograd = {
  winogradInput: kernelCase({ ...grid, C: someChannels }, (a, s) => {
    const x = a.pixels(s.n * (2 * s.th + 2) * (2 * s.tw + 2), s.C);
    const V = a.output(places(s), s.C, { scale: 4 });
    return (k) => k.winogradInput(x, V, s.n, stride(s.C), s.th, s.tw);
  }),
  winogradFilter: kernelCase(channels, (a, s) => {
    const w = a.pixels(9 * s.I, s.O);
    const U = a.output(16 * s.I, s.O, { scale: 3 });
    return (k) => k.winogradFilter(w, U, s.I, stride(s.O));
  }),
  winogradMultiply: kernelCase({ ...channels, rows: upTo(9) }, (a, s) => {
    const V = a.pixels(16 * (s.rows + 1), s.I);
    const U = a.pixels(16 * s.I, s.O);
    const M = a.output(16 * (s.rows + 1), s.O, { scale: s.I / 4 + 1 });
    const table = counting(a, s.I);
    return (k) => k.winogradMultiply(V, U, M, s.rows, stride(s.I), table, s.I, stride(s.O));
  }),
  winogradOutput: kernelCase({ ...grid, O: someChannels, bias: maybe, relu: flag }, (a, s) => {
    const [Ho, Wo] = sides(s);
    const M = a.pixels(places(s), s.O);
    const bias = a.channels(s.O, s.bias);
    const y = a.output(s.n * Ho * Wo, s.O, { scale: 10 });
    return (k) => k.winogradOutput(M, bias, y, s.n, Ho, Wo, stride(s.O), s.th, s.tw, s.relu);
  }),
  winogradOutputGradient: kernelCase({ ...grid, O: someChannels }, (a, s) => {
    const [Ho, Wo] = sides(s);
    const g = a.pixels(s.n * Ho * Wo, s.O);
    const dM = a.output(places(s), s.O, { scale: 4 });
    return (k) => k.winogradOutputGradient(g, dM, s.n, Ho, Wo, stride(s.O), s.th, s.tw);
  }),
  winogradFilterGradient: kernelCase({ ...channels, rows: upTo(9) }, (a, s) => {
    const V = a.pixels(16 * (s.rows + 1), s.I);
    const dM = a.pixels(16 * (s.rows + 1), s.O);
    const dU = a.changes(a.pixels(16 * s.I, s.O), 16 * s.I, s.O, { scale: s.rows / 4 + 1 });
    const table = counting(a, s.I);
    return (k) => k.winogradFilterGradient(V, dM, dU, s.rows, stride(s.I), table, s.I, stride(s.O));
  }),
  winogradFilterSum: kernelCase({ ...channels, parts: upTo(4) }, (a, s) => {
    const length = s.I * stride(s.O);
    const parts = a.pixels(s.parts * 16 * s.I, s.O);
    const dw = a.output(9 * s.I, s.O, { scale: 6 * s.parts });
    const [lo, hi] = s.I > 1 ? [4, length] : [0, length];
    return (k) => k.winogradFilterSum(parts, s.parts, 16 * length, dw, length, lo, hi);
  }),
};
