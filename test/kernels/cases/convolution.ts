/** Cases of the convolution kernels. */

import fc from "fast-check";
import { type Arena, stride } from "../arena.js";
import { ends, kernelCase, layEnds, layPanels, maybe, someChannels, upTo } from "../case.js";

const image = { n: upTo(3), H: upTo(6), W: upTo(7), C: someChannels };
const borders = {
  top: upTo(2, 0),
  left: upTo(2, 0),
  bottom: upTo(2, 0),
  right: upTo(2, 0),
};
const EXACT = { ulps: 0 };

const window = {
  n: upTo(3),
  Ho: upTo(6),
  Wo: upTo(7),
  I: fc.oneof(upTo(5), fc.constant(8)),
  O: fc.oneof(someChannels, fc.constantFrom(28, 40)),
  kh: fc.constantFrom(1, 3, 5),
  kw: fc.constantFrom(1, 3, 2),
  step: upTo(3),
  dilation: upTo(2),
};

interface Window {
  n: number;
  Ho: number;
  Wo: number;
  I: number;
  O: number;
  kh: number;
  kw: number;
  step: number;
  dilation: number;
}

/** Sizes of the padded input that a window needs, and the table of offsets of its taps. */
function geometry({ Ho, Wo, I, kh, kw, step, dilation }: Window) {
  const H = (Ho - 1) * step + (kh - 1) * dilation + 1;
  const W = (Wo - 1) * step + (kw - 1) * dilation + 1;
  const cs = I === 1 ? 1 : stride(I); // one channel alone is not padded
  const offsets: number[] = [];
  for (let ky = 0; ky < kh; ky++)
    for (let kx = 0; kx < kw; kx++)
      for (let i = 0; i < I; i++) offsets.push((ky * W + kx) * dilation * cs + i);
  return { H, W, cs, offsets, taps: offsets.length };
}

/** Tables of offsets: in runs, without any, the last run cut short, one run and then none. */
const tables: readonly ((offsets: readonly number[]) => readonly number[])[] = [
  (offsets) => offsets,
  (offsets) => offsets.toReversed(),
  (offsets) => offsets.slice(0, Math.max(1, offsets.length - 1)),
  (offsets) => [...offsets.slice(0, 2), ...offsets.slice(2).toReversed()],
];

const lanes = (a: Arena, count: number, cs: number, I: number) =>
  cs === 1 ? a.draw(count) : a.pixels(count, I);

export const convolution = {
  pad: kernelCase({ ...image, ...borders, into: maybe }, (a, s) => {
    const pixels = s.n * (s.H + s.top + s.bottom) * (s.W + s.left + s.right);
    const x = a.pixels(s.into ? pixels : s.n * s.H * s.W, s.C);
    const value = a.random.below(2) ? 0 : -3;
    const C = value ? stride(s.C) : s.C;
    const y = s.into ? a.changes(x, pixels, C, EXACT) : a.output(pixels, C, EXACT);
    const cs = stride(s.C);
    return (k) => k.pad(x, y, s.n, s.H, s.W, cs, s.top, s.left, s.bottom, s.right, value);
  }),
  unpad: kernelCase({ ...image, ...borders }, (a, s) => {
    const x = a.pixels(s.n * (s.H + s.top + s.bottom) * (s.W + s.left + s.right), s.C);
    const y = a.output(s.n * s.H * s.W, s.C, EXACT);
    const cs = stride(s.C);
    return (k) => k.unpad(x, y, s.n, s.H, s.W, cs, s.top, s.left, s.bottom, s.right);
  }),

  convolve: kernelCase(
    { ...window, ...ends, bias: maybe, panels: maybe, spread: upTo(2), order: upTo(4) },
    (a, s) => {
      const { H, W, cs, offsets: all } = geometry(s);
      const offsets = tables[s.order - 1](all);
      const taps = offsets.length;
      const os = stride(s.O);
      const x = lanes(a, s.n * H * W, cs, s.I);
      const table = a.integers(offsets);
      // in panels of 8 outputs, or a row of all outputs per tap
      const weights: readonly [number, number, number] = s.panels
        ? [layPanels(a, taps, s.O), taps * 8, 8]
        : [a.pixels(taps, s.O), 8, os];
      const bias = a.channels(s.O, s.bias);
      // spread 2: only every second pixel of every second row of y is written
      const yPixel = os * s.spread;
      const yRow = s.Wo * yPixel * s.spread;
      const yImage = s.Ho * yRow;
      const y = a.output((s.n * yImage) / os, s.O, { scale: taps / 4 + 1 });
      const own = layEnds(a, s, (s.n * yImage) / os, s.O);
      const xPixel = s.step * cs;
      const xRow = s.step * W * cs;
      return (k) =>
        k.convolve(
          x,
          H * W * cs,
          xRow,
          xPixel,
          table,
          taps,
          ...weights,
          bias,
          y,
          yImage,
          yRow,
          yPixel,
          s.n,
          s.Ho,
          s.Wo,
          os,
          ...own,
        );
    },
  ),

  strassenConvolve: kernelCase(
    {
      ...ends,
      ...{ n: upTo(3), blocks: upTo(3), fours: upTo(3), left: upTo(9, 0), bias: maybe },
      ...{ eighths: upTo(4), widths: upTo(3) },
    },
    (a, s) => {
      const m = 4 * s.fours;
      const pixels = 2 * m * s.blocks + Math.min(s.left, 2 * m - 1);
      const [I, os] = [8 * s.eighths, 32 * s.widths];
      const x = a.pixels(s.n * pixels, I);
      const offsets = a.integers(Array.from({ length: I }, (_, i) => i));
      const w = layPanels(a, I, os);
      const bias = a.channels(os, s.bias);
      const y = a.output(s.n * pixels, os, { scale: 4 * I });
      const [S, T, P] = [2 * m * I, 32 * I, 112 * m].map((count) => a.room(count));
      const own = layEnds(a, s, s.n * pixels, os);
      return (k) =>
        k.strassenConvolve(x, offsets, I, w, bias, y, s.n, pixels, os, ...own, m, S, T, P);
    },
  ),

  convolveDepthwise: kernelCase({ ...window, ...ends, bias: maybe }, (a, s) => {
    const { H, W, offsets } = geometry({ ...s, I: 1 });
    const cs = stride(s.O);
    const x = a.pixels(s.n * H * W, s.O);
    const table = a.integers(offsets.map((pixel) => pixel * cs));
    const taps = offsets.length;
    const w = a.pixels(taps, s.O);
    const bias = a.channels(s.O, s.bias);
    const y = a.output(s.n * s.Ho * s.Wo, s.O, { scale: taps / 4 + 1 });
    const from = [x, H * W * cs, s.step * W * cs, s.step * cs, table, taps, w, bias, y] as const;
    const to = [s.n, s.Ho, s.Wo, cs, ...layEnds(a, s, s.n * s.Ho * s.Wo, s.O)] as const;
    return (k) => k.convolveDepthwise(...from, ...to);
  }),

  convolveFilterGradient: kernelCase(window, (a, s) => {
    const { H, W, cs, offsets, taps } = geometry(s);
    const os = stride(s.O);
    const x = lanes(a, s.n * H * W, cs, s.I);
    const table = a.integers(offsets);
    const g = a.pixels(s.n * s.Ho * s.Wo, s.O);
    const dw = a.pixels(taps, s.O);
    a.changes(dw, taps, s.O, { scale: Math.sqrt(s.n * s.Ho * s.Wo) + 1 });
    const xPixel = s.step * cs;
    const xRow = s.step * W * cs;
    return (k) =>
      k.convolveFilterGradient(
        x,
        H * W * cs,
        xRow,
        xPixel,
        table,
        taps,
        g,
        dw,
        s.n,
        s.Ho,
        s.Wo,
        os,
      );
  }),

  channelSums: kernelCase({ pixels: upTo(60), C: someChannels }, (a, { pixels, C }) => {
    const g = a.pixels(pixels, C);
    const db = a.channels(C);
    a.changes(db, 1, C, { scale: Math.sqrt(pixels) + 1 });
    return (k) => k.channelSums(g, db, pixels, stride(C));
  }),

  transposeFilter: kernelCase({ taps: upTo(9), I: upTo(9), O: upTo(9) }, (a, { taps, I, O }) => {
    const order = a.random.permutation(taps).slice(0, 1 + a.random.below(taps));
    const w = a.pixels(taps * I, O);
    const picks = a.integers(order);
    const wt = a.output(order.length * O, I, EXACT);
    return (k) => k.transposeFilter(w, picks, order.length, wt, I, stride(I), O, stride(O));
  }),
};
