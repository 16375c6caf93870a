/** Two-dimensional convolution (cross-correlation, as everywhere in deep learning).
 *  y[o,oy,ox] = b[o] + Σ_{i,ky,kx} x[i, oy·stride + ky·dilation − top, ox·stride + kx·dilation − left] · W[o,i,ky,kx] */

import { fail } from "../tensor/errors.js";
import { showShape, size } from "../tensor/tensor.js";
import {
  type Conv2d,
  type Convolving,
  conv2dAttributes,
  endsOf,
  extent,
  forwardTaps,
  geometry,
  groupedSizes,
  isDepthwise,
  paddedInput,
  perAxis,
  windowStrides,
} from "./conv2d-geometry.js";
import { filterGradient, inputGradient } from "./conv2d-gradients.js";
import { strassenForward, usesStrassen } from "./conv2d-strassen.js";
import {
  panelsForward,
  usesLargeTiles,
  usesStridedTiles,
  usesWinograd,
  winogradFilterGradient,
  winogradForward,
  winogradInputGradient,
} from "./conv2d-winograd.js";
import { type Layout, layout, padded } from "./layout.js";
import {
  further,
  images,
  type Op,
  type ParameterMemory,
  type ParameterSpec,
  type Place,
} from "./op.js";
import { glorotUniform, perChannel, sumOverPixels } from "./parameters.js";
import { undoRelu } from "./relu.js";

/** The weights of a convolution of x, [filters, channels per group, kh, kw]. */
export function filters(a: Conv2d, x: Layout): ParameterSpec {
  const { kh, kw, I, O } = geometry(a, x);
  const shape = [a.filters, I, kh, kw];
  const os = a.groups === 1 ? padded(a.filters) : O;
  return {
    name: "weight",
    shape,
    trainable: true,
    decays: true,
    init: (random) => glorotUniform(random, size(shape), I * kh * kw, O * kh * kw),
    memory: {
      size: a.groups === 1 ? kh * kw * I * os : padded(a.groups * kh * kw * I * O),
      runs(run) {
        for (let f = 0; f < a.filters; f++) {
          const group = Math.floor(f / O);
          const column = a.groups === 1 ? f : f - group * O;
          for (let k = 0; k < kh * kw; k++)
            run(f * I * kh * kw + k, kh * kw, (group * kh * kw + k) * I * os + column, os, I);
        }
      },
    },
  };
}

/** Output channels that are worked on together. */
const PANEL = 8;
/** Filters from which on those of a plan with gradients are cut in panels, too. */
const WIDE = 256;

/** Filters in panels [⌈filters/8⌉][taps][8]: the weights of 8 outputs follow each other, so that walking down the taps does
 *  not meet the same few places of the cache again and again. */
function inPanels(a: Conv2d, x: Layout): ParameterMemory {
  const { kh, kw, I } = geometry(a, x);
  const taps = kh * kw * I;
  return {
    size: Math.ceil(a.filters / PANEL) * taps * PANEL,
    runs(run) {
      for (let f = 0; f < a.filters; f++)
        for (let k = 0; k < kh * kw; k++)
          run(
            f * taps + k,
            kh * kw,
            (Math.floor(f / PANEL) * taps + k * I) * PANEL + (f % PANEL),
            PANEL,
            I,
          );
    },
  };
}

/** Filters of a depthwise convolution as [taps][channels]: those of 4 channels follow each other. */
function byTaps(a: Conv2d, x: Layout): ParameterMemory {
  const taps = a.kernel[0] * a.kernel[1];
  return {
    size: taps * x.cs,
    runs(run) {
      for (let c = 0; c < x.C; c++) run(c * taps, 1, c, x.cs, taps);
    },
  };
}

/** The filters with the distances of panels and of taps. Long rows are cut in panels once, but not in training, where
 *  filters change with every step. */
function weightsOf(c: Convolving, taps: number): readonly [Place, number, number] {
  const w = c.parameter("weight");
  const os = c.output.cs;
  if (c.isPacked("weight")) return [w, taps * PANEL, PANEL];
  if (c.training || os < WIDE) return [w, PANEL, os];
  const panels = c.shared("panels", taps * os);
  for (let first = 0; first < os; first += PANEL) {
    const width = Math.min(PANEL, os - first);
    const lanes = c.integers(Int32Array.from({ length: width }, (_, lane) => lane));
    const to = further(panels, taps * first);
    c.prepare("gather", further(w, first), to, lanes, taps, width, os, PANEL);
  }
  return [panels, taps * PANEL, PANEL];
}

/** The forward pass by the plain loop. */
export function directForward(c: Convolving): void {
  const a = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const b = a.bias ? c.parameter("bias") : -1;
  const xp = paddedInput(c, "padded");
  const from = [xp, ...windowStrides(a, x)] as const;
  const { offsets, taps } = forwardTaps(a, x);
  if (a.groups > 1) {
    const w = c.parameter("weight");
    if (c.isPacked("weight")) {
      const size = [images(), y.H, y.W, y.cs, ...endsOf(c)] as const;
      c.each("convolveDepthwise", ...from, c.integers(offsets), taps, w, b, c.y, ...size);
    } else {
      const relu = c.fused.relu ? 1 : 0;
      c.each("convolveGrouped", xp, w, b, c.y, images(), ...groupedSizes(a, x, y), relu);
    }
    return;
  }
  const table = c.integers(offsets);
  const to = [c.y, y.size, y.W * y.cs, y.cs, images(), y.H, y.W, y.cs] as const;
  c.each("convolve", ...from, table, taps, ...weightsOf(c, taps), b, ...to, ...endsOf(c));
}

/** How filters lie in plans that only go forward, where that is otherwise. */
function packed(a: Conv2d, x: Layout): { packed?: ParameterMemory } {
  if (isDepthwise(a, x.C)) return { packed: byTaps(a, x) };
  const isPanels = a.groups === 1 && (!usesWinograd(a, x) || usesLargeTiles(a, x));
  return isPanels ? { packed: inPanels(a, x) } : {};
}

export const conv2d: Op<Conv2d> = {
  summary: "y[o] = b[o] + Σ_i x[i] ⋆ W[o,i]: convolution with stride, padding, dilation and groups",
  inputs: 1,
  attributes: conv2dAttributes,

  shape(a, [x]) {
    if (x.length !== 3)
      fail("shape", `conv2d: got input ${showShape(x)}, expected an image [C,H,W]`);
    const [C, H, W] = x as [number, number, number];
    if (C % a.groups !== 0 || a.filters % a.groups !== 0)
      fail(
        "shape",
        `conv2d: got ${C} input channels and ${a.filters} filters, expected multiples of groups = ${a.groups}`,
      );
    const [kh, kw] = a.kernel;
    const [top, left, bottom, right] = a.padding;
    const [stride, dilation] = [perAxis(a.stride), perAxis(a.dilation)];
    const eh = extent(kh, dilation[0]);
    const ew = extent(kw, dilation[1]);
    if (Math.max(top, bottom) >= eh || Math.max(left, right) >= ew || Math.min(...a.padding) < 0)
      fail(
        "shape",
        `conv2d: got padding ${showShape(a.padding)}, expected 0 to less than the kernel's extent ${eh}×${ew}`,
      );
    const Ho = Math.floor((H + top + bottom - eh) / stride[0]) + 1;
    const Wo = Math.floor((W + left + right - ew) / stride[1]) + 1;
    if (Ho < 1 || Wo < 1)
      fail(
        "shape",
        `conv2d: kernel ${kh}×${kw} (extent ${eh}×${ew}) does not fit input ${showShape(x)} with padding ${showShape(a.padding)}`,
      );
    return [a.filters, Ho, Wo];
  },

  parameters(a, [x]) {
    const weight = { ...filters(a, x), ...packed(a, x) };
    return a.bias ? [weight, perChannel(layout([a.filters]), "bias")] : [weight];
  },

  macs(a, inputs) {
    const [, Ho, Wo] = conv2d.shape(a, inputs);
    return Ho * Wo * a.filters * (inputs[0][0] / a.groups) * a.kernel[0] * a.kernel[1];
  },

  affine: (a) => ({ form: "weight", weight: "weight", ...(a.bias ? { bias: "bias" } : {}) }),

  forward(c) {
    const [a, x] = [c.attributes, c.inputs[0]];
    if (c.plain) directForward(c);
    else if (usesWinograd(a, x)) winogradForward(c);
    else if (c.isPacked("weight") && usesStrassen(a, x)) strassenForward(c);
    else if (c.isPacked("weight") && usesStridedTiles(a, x)) panelsForward(c);
    else directForward(c);
  },

  backward(c) {
    const { bias } = c.attributes;
    const y = c.output;
    undoRelu(c);
    const dw = c.gradient("weight");
    const isWinograd = !c.plain && usesWinograd(c.attributes, c.inputs[0]);
    if (dw) (isWinograd ? winogradFilterGradient : filterGradient)(c, dw);
    const db = bias ? c.gradient("bias") : undefined;
    if (db) sumOverPixels(c, db, y.H * y.W);
    if (isWinograd) winogradInputGradient(c);
    else {
      const dx = c.dx();
      if (dx) inputGradient(c, dx);
    }
  },
};
