/** Cases of Winograd's kernels, each alone; that they make a convolution together is tested on whole networks. */

import type { Kernels } from "../../../src/kernels/index.js";
import { type Arena, stride } from "../arena.js";
import { type Case, flag, kernelCase, maybe, someChannels, upTo } from "../case.js";

const grid = { n: upTo(3), th: upTo(3), tw: upTo(3), cut: upTo(4) };
const channels = { I: someChannels, O: someChannels };
const matrices = { ...channels, rows: upTo(9), large: maybe };

interface Grid {
  n: number;
  th: number;
  tw: number;
  cut: number;
}

const counting = (a: Arena, I: number) => a.integers(Array.from({ length: I }, (_, i) => i));

/** The kernels of tiles of m×m outputs; `size` is what their transforms multiply numbers by. */
function transforms<P extends "winograd" | "winograd4">(prefix: P, m: number, size: number) {
  const side = m + 2;
  const call = (k: Kernels, name: "Input" | "Filter" | "Output" | "OutputGradient" | "FilterSum") =>
    k[`${prefix}${name}` as keyof Kernels] as (...args: readonly number[]) => void;
  /** Rows of the matrices of a grid. */
  const places = ({ n, th, tw }: Grid) => side * side * (n * th * tw + 1);
  /** Output size of a grid of tiles; the last row and column of tiles may be used in part. */
  const sides = ({ th, tw, cut }: Grid) => [m * th - (cut % m), m * tw - (cut % m)];
  const cases = {
    Input: kernelCase({ ...grid, C: someChannels }, (a, s) => {
      const x = a.pixels(s.n * (m * s.th + 2) * (m * s.tw + 2), s.C);
      const V = a.output(places(s), s.C, { scale: 4 * size });
      return (k) => call(k, "Input")(x, V, s.n, stride(s.C), s.th, s.tw);
    }),
    Filter: kernelCase(channels, (a, s) => {
      const w = a.pixels(9 * s.I, s.O);
      const U = a.output(side * side * s.I, s.O, { scale: 3 });
      return (k) => call(k, "Filter")(w, U, s.I, stride(s.O));
    }),
    Output: kernelCase({ ...grid, O: someChannels, bias: maybe, relu: flag }, (a, s) => {
      const [Ho, Wo] = sides(s);
      const M = a.usedUp(a.pixels(places(s), s.O), places(s) * stride(s.O));
      const bias = a.channels(s.O, s.bias);
      const y = a.output(s.n * Ho * Wo, s.O, { scale: 10 * size });
      const sizes = [s.n, Ho, Wo, stride(s.O), s.th, s.tw, s.relu];
      return (k) => call(k, "Output")(M, bias, y, ...sizes);
    }),
    OutputGradient: kernelCase({ ...grid, O: someChannels }, (a, s) => {
      const [Ho, Wo] = sides(s);
      const g = a.pixels(s.n * Ho * Wo, s.O);
      const dM = a.output(places(s), s.O, { scale: 4 * size });
      return (k) => call(k, "OutputGradient")(g, dM, s.n, Ho, Wo, stride(s.O), s.th, s.tw);
    }),
    FilterSum: kernelCase({ ...channels, parts: upTo(4) }, (a, s) => {
      const length = s.I * stride(s.O);
      const rows = s.parts * side * side * s.I;
      const parts = a.usedUp(a.pixels(rows, s.O), rows * stride(s.O));
      const dw = a.output(9 * s.I, s.O, { scale: 6 * s.parts * size });
      const [lo, hi] = s.I > 1 ? [4, length] : [0, length];
      const all = [parts, s.parts, side * side * length, dw, length, lo, hi];
      return (k) => call(k, "FilterSum")(...all);
    }),
  };
  return Object.fromEntries(
    Object.entries(cases).map(([name, value]) => [prefix + name, value]),
  ) as Record<`${P}${keyof typeof cases}`, Case>;
}

const side = (large: boolean) => (large ? 36 : 16);

const { winograd4Input, winograd4Filter, winograd4Output } = transforms("winograd4", 4, 25);
const large = { winograd4Input, winograd4Filter, winograd4Output };

export const winograd = {
  ...transforms("winograd", 2, 1),
  ...large,
  winogradMultiply: kernelCase(matrices, (a, s) => {
    const places = side(s.large);
    const V = a.pixels(places * (s.rows + 1), s.I);
    const U = a.pixels(places * s.I, s.O);
    const M = a.output(places * (s.rows + 1), s.O, { scale: s.I / 4 + 1 });
    const [vs, os] = [stride(s.I), stride(s.O)];
    const table = counting(a, s.I);
    return (k) => k.winogradMultiply(V, U, M, places, s.rows, vs, table, s.I, os);
  }),
  winogradFilterGradient: kernelCase(matrices, (a, s) => {
    const places = side(s.large);
    const V = a.pixels(places * (s.rows + 1), s.I);
    const dM = a.pixels(places * (s.rows + 1), s.O);
    const dU = a.changes(a.pixels(places * s.I, s.O), places * s.I, s.O, {
      scale: s.rows / 4 + 1,
    });
    const [vs, os] = [stride(s.I), stride(s.O)];
    const table = counting(a, s.I);
    return (k) => k.winogradFilterGradient(V, dM, dU, places, s.rows, vs, table, s.I, os);
  }),
};
