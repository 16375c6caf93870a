/** Reference kernels of the grouped convolution (depthwise: I = 1). */

import type { Kernels } from "../kernels.js";

type Names = "convolveGrouped" | "convolveGroupedBackward" | "convolveGroupedFilterGradient";

/** The arguments of `convolveGrouped` that say which elements meet. */
interface Geometry {
  n: number;
  Hp: number;
  Wp: number;
  xs: number;
  Ho: number;
  Wo: number;
  ys: number;
  groups: number;
  I: number;
  O: number;
  kh: number;
  kw: number;
  strideY: number;
  strideX: number;
  dilationY: number;
  dilationX: number;
}

/** Calls `visit` with the positions of every product x·w of the sum that makes y. */
function products(s: Geometry, visit: (x: number, w: number, y: number) => void): void {
  const {
    n,
    Hp,
    Wp,
    xs,
    Ho,
    Wo,
    ys,
    groups,
    I,
    O,
    kh,
    kw,
    strideY,
    strideX,
    dilationY,
    dilationX,
  } = s;
  for (let p = 0; p < n * Ho * Wo; p++) {
    const image = Math.floor(p / (Ho * Wo));
    const oy = Math.floor(p / Wo) % Ho;
    const ox = p % Wo;
    for (let j = 0; j < groups; j++)
      for (let tap = 0; tap < kh * kw; tap++) {
        const iy = oy * strideY + Math.floor(tap / kw) * dilationY;
        const ix = ox * strideX + (tap % kw) * dilationX;
        const pixel = ((image * Hp + iy) * Wp + ix) * xs;
        for (let i = 0; i < I; i++)
          for (let o = 0; o < O; o++)
            visit(pixel + j * I + i, ((j * kh * kw + tap) * I + i) * O + o, p * ys + j * O + o);
      }
  }
}

export const grouped = (m: Float64Array): Pick<Kernels, Names> => ({
  convolveGrouped(x, w, bias, y, ...rest) {
    const s = geometry(rest);
    const relu = rest[16];
    const C = s.groups * s.O;
    const count = s.n * s.Ho * s.Wo * s.ys;
    for (let i = 0; i < count; i++) {
      const c = i % s.ys;
      m[y + i] = c < C && bias >= 0 ? m[bias + c] : 0;
    }
    products(s, (xi, wi, yi) => {
      m[y + yi] += m[x + xi] * m[w + wi];
    });
    if (relu) for (let i = 0; i < count; i++) m[y + i] = Math.max(m[y + i], 0);
  },

  convolveGroupedBackward(g, w, dx, ...rest) {
    const s = geometry(rest);
    m.fill(0, dx, dx + s.n * s.Hp * s.Wp * s.xs);
    products(s, (xi, wi, yi) => {
      m[dx + xi] += m[g + yi] * m[w + wi];
    });
  },

  convolveGroupedFilterGradient(x, g, dw, ...rest) {
    products(geometry(rest), (xi, wi, yi) => {
      m[dw + wi] += m[x + xi] * m[g + yi];
    });
  },
});

function geometry(numbers: readonly number[]): Geometry {
  const [n, Hp, Wp, xs, Ho, Wo, ys, groups, I, O, kh, kw, strideY, strideX, dilationY, dilationX] =
    numbers;
  return {
    n,
    Hp,
    Wp,
    xs,
    Ho,
    Wo,
    ys,
    groups,
    I,
    O,
    kh,
    kw,
    strideY,
    strideX,
    dilationY,
    dilationX,
  };
}
