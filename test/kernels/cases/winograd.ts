/** Cases of Winograd's kernels; that they make a convolution together is tested on whole networks. */

import { stride } from "../arena.js";
import { ends, kernelCase, layEnds, layPanels, maybe, someChannels, upTo } from "../case.js";

const channels = { I: someChannels, O: someChannels, large: maybe };
const image = {
  n: upTo(3),
  H: upTo(9),
  W: upTo(9),
  top: upTo(3),
  left: upTo(3),
  bottom: upTo(3),
  right: upTo(3),
  block: upTo(4),
};

/** `self`: what is added is what y holds already. */
const all = { ...ends, self: maybe, bias: maybe, masks: maybe };

interface Image {
  H: number;
  W: number;
  top: number;
  left: number;
  bottom: number;
  right: number;
  block: number;
  large: boolean;
}

const sideOf = ({ large }: { large: boolean }): 2 | 4 => (large ? 4 : 2);
const placesOf = (s: { large: boolean }): number => (sideOf(s) + 2) ** 2;
/** What the transforms of a tile multiply numbers by, at most. */
const sizeOf = (s: { large: boolean }): number => (s.large ? 100 : 4);

/** Padding of 0 to 2, output of at least 1×1, room for the matrices of a block. */
function geometry(s: Image) {
  const [top, left] = [s.top - 1, s.left - 1];
  const Ho = Math.max(1, s.H + top + s.bottom - 3);
  const Wo = Math.max(1, s.W + left + s.right - 3);
  const rows = 4 * Math.ceil((s.block * Math.ceil(Wo / sideOf(s))) / 4) + 1;
  const columns = s.large ? 96 * (4 * Math.ceil(Wo / 4) + 2) : 0;
  const room = (C: number) => Math.max(placesOf(s) * rows * stride(C), columns);
  return { top, left, Ho, Wo, room };
}

export const winograd = {
  winogradFilter: kernelCase(channels, (a, s) => {
    const w = a.pixels(9 * s.I, s.O);
    const U = a.output(placesOf(s) * (s.I + 1), s.O, { scale: 3 });
    return (k) => k.winogradFilter(w, U, s.I, stride(s.O), sideOf(s));
  }),
  winogradConvolve: kernelCase({ ...channels, ...image, ...all }, (a, s) => {
    const { top, left, Ho, Wo, room } = geometry(s);
    const places = placesOf(s);
    const x = a.pixels(s.n * s.H * s.W, s.I);
    const U = a.pixels(places * (s.I + 1), s.O);
    const bias = a.channels(s.O, s.bias);
    const pixels = s.n * Ho * Wo;
    const accuracy = { scale: 16 * sizeOf(s) * s.I };
    const [norm, other, relu] = layEnds(a, s, pixels, s.O);
    const isOwn = s.adds && s.self;
    const y = isOwn ? a.changes(other, pixels, s.O, accuracy) : a.output(pixels, s.O, accuracy);
    const mask = s.masks ? a.pixels(pixels, s.O) : -1;
    const [V, M] = [s.I, s.O].map((C) => a.room(room(C)));
    const from = [s.n, s.H, s.W, stride(s.I), top, left] as const;
    const to = [s.I, Ho, Wo, stride(s.O), norm, other, relu, mask, sideOf(s), s.block] as const;
    return (k) => k.winogradConvolve(x, U, bias, y, ...from, ...to, V, M);
  }),
  winogradConvolvePanels: kernelCase(
    { I: someChannels, O: someChannels, ...image, ...ends, bias: maybe, stride: upTo(2) },
    (a, shape) => {
      const { stride: step, ...s } = { ...shape, large: shape.stride === 1 };
      const { top, left, ...whole } = geometry(s);
      const [Ho, Wo] = [whole.Ho, whole.Wo].map((length) => Math.ceil(length / step));
      const x = a.pixels(s.n * s.H * s.W, s.I);
      const w = layPanels(a, 9 * s.I, s.O);
      const bias = a.channels(s.O, s.bias);
      const pixels = s.n * Ho * Wo;
      const y = a.output(pixels, s.O, { scale: 16 * sizeOf(s) * s.I });
      const [places, kept] = step === 1 ? [36, 36] : [25, 16];
      const tw = Math.ceil((Wo * step) / 4);
      const rows = 4 * Math.ceil((s.block * tw) / 4) + 1;
      const V = a.room(places * rows * stride(s.I));
      const [U, M] = [kept * 129 * 8, Math.max(places * rows * 8, 96 * (4 * tw + 2))].map((count) =>
        a.room(count),
      );
      const from = [s.n, s.H, s.W, stride(s.I), top, left] as const;
      const ended = [...layEnds(a, s, pixels, s.O), step] as const;
      const to = [s.I, Ho, Wo, stride(s.O), ...ended, s.block] as const;
      return (k) => k.winogradConvolvePanels(x, w, bias, y, ...from, ...to, V, U, M);
    },
  ),
  winogradFilterGradient: kernelCase({ ...channels, ...image }, (a, s) => {
    const { top, left, Ho, Wo, room } = geometry(s);
    const places = placesOf(s);
    const x = a.pixels(s.n * s.H * s.W, s.I);
    const g = a.pixels(s.n * Ho * Wo, s.O);
    const tiles = Math.ceil(Ho / sideOf(s)) * Math.ceil(Wo / sideOf(s));
    const scale = s.n * tiles * sizeOf(s) ** 2;
    const dU = a.changes(a.pixels(places * (s.I + 1), s.O), places * (s.I + 1), s.O, { scale });
    const [V, dM] = [s.I, s.O].map((C) => a.room(room(C)));
    const from = [s.n, s.H, s.W, stride(s.I), top, left] as const;
    const to = [s.I, Ho, Wo, stride(s.O), sideOf(s), s.block] as const;
    return (k) => k.winogradFilterGradient(x, g, dU, ...from, ...to, V, dM);
  }),
  winogradFilterBack: kernelCase(channels, (a, s) => {
    const places = placesOf(s) * (s.I + 1);
    const dU = a.usedUp(a.pixels(places, s.O), places * stride(s.O));
    const dw = a.output(9 * s.I, s.O, { scale: 6 });
    return (k) => k.winogradFilterBack(dU, dw, s.I, stride(s.O), sideOf(s));
  }),
};
