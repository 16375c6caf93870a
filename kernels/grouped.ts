/** The grouped convolution and its gradients. Two fast roads: depthwise (I = O = 1), four groups at a time along a row,
 *  and O a multiple of 4, four outputs of a group at a time. Everything else is scalar. */

import { at, positive } from "./memory";
import { laneSum } from "./dense";

/** Weights of tap number `tap` of the four depthwise groups from c, or fewer at the end (then 0). */
function depthwiseWeights(w: usize, c: i32, groups: i32, taps: i32, tap: i32): v128 {
  let v = f32x4.splat(0);
  const from = w + at(c * taps + tap);
  v = f32x4.replace_lane(v, 0, load<f32>(from));
  if (c + 1 < groups) v = f32x4.replace_lane(v, 1, load<f32>(from + at(taps)));
  if (c + 2 < groups) v = f32x4.replace_lane(v, 2, load<f32>(from + at(2 * taps)));
  if (c + 3 < groups) v = f32x4.replace_lane(v, 3, load<f32>(from + at(3 * taps)));
  return v;
}

export function convolveGrouped(
  x: i32, w: i32, bias: i32, y: i32, n: i32, Hp: i32, Wp: i32, xs: i32, Ho: i32, Wo: i32, ys: i32,
  groups: i32, I: i32, O: i32, kh: i32, kw: i32, strideY: i32, strideX: i32,
  dilationY: i32, dilationX: i32, relu: i32,
): void {
  startWithBias(y, bias, n * Ho * Wo, groups * O, ys);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const to = at(y + (i * Ho + oy) * Wo * ys);
      for (let tap = 0; tap < kh * kw; tap++) {
        const iy = oy * strideY + (tap / kw) * dilationY;
        const ix = (tap % kw) * dilationX;
        const from = at(x + ((i * Hp + iy) * Wp + ix) * xs);
        if (I == 1 && O == 1)
          for (let c = 0; c < groups; c += 4)
            axpyRow(from + at(c), at(strideX * xs), depthwiseWeights(at(w), c, groups, kh * kw, tap),
              to + at(c), at(ys), Wo);
        else
          for (let j = 0; j < groups; j++)
            forwardRow(from + at(j * I), at(strideX * xs), at(w + (j * kh * kw + tap) * I * O),
              to + at(j * O), at(ys), Wo, I, O);
      }
      if (relu)
        for (let e: usize = 0; e < at(Wo * ys); e += 16)
          v128.store(to + e, positive(v128.load(to + e)));
    }
}

/** Bias in every pixel (0 without one), 0 in the padding lanes. */
function startWithBias(y: i32, bias: i32, pixels: i32, C: i32, ys: i32): void {
  for (let p = 0; p < pixels; p++)
    for (let c = 0; c < ys; c++) {
      const value: f32 = c < C && bias >= 0 ? load<f32>(at(bias + c)) : 0;
      store<f32>(at(y + p * ys + c), value);
    }
}

/** y += x·w along a row of `count` pixels. */
function axpyRow(x: usize, xStep: usize, w: v128, y: usize, yStep: usize, count: i32): void {
  for (let p = 0; p < count; p++) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(v128.load(x), w)));
    x += xStep;
    y += yStep;
  }
}

/** y[o] += Σ_i x[i]·w[i][o] along a row. */
function forwardRow(
  x: usize, xStep: usize, w: usize, y: usize, yStep: usize, count: i32, I: i32, O: i32,
): void {
  for (let p = 0; p < count; p++) {
    let o = 0;
    for (; o + 4 <= O; o += 4) {
      let sum = v128.load(y + at(o));
      for (let i = 0; i < I; i++)
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(x + at(i)), v128.load(w + at(i * O + o))));
      v128.store(y + at(o), sum);
    }
    for (; o < O; o++) {
      let sum = load<f32>(y + at(o));
      for (let i = 0; i < I; i++) sum += load<f32>(x + at(i)) * load<f32>(w + at(i * O + o));
      store<f32>(y + at(o), sum);
    }
    x += xStep;
    y += yStep;
  }
}

export function convolveGroupedBackward(
  g: i32, w: i32, dx: i32, n: i32, Hp: i32, Wp: i32, xs: i32, Ho: i32, Wo: i32, ys: i32,
  groups: i32, I: i32, O: i32, kh: i32, kw: i32, strideY: i32, strideX: i32,
  dilationY: i32, dilationX: i32,
): void {
  memory.fill(at(dx), 0, at(n * Hp * Wp * xs));
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++) {
      const from = at(g + (i * Ho + oy) * Wo * ys);
      for (let tap = 0; tap < kh * kw; tap++) {
        const iy = oy * strideY + (tap / kw) * dilationY;
        const ix = (tap % kw) * dilationX;
        const to = at(dx + ((i * Hp + iy) * Wp + ix) * xs);
        if (I == 1 && O == 1)
          for (let c = 0; c < groups; c += 4)
            axpyRow(from + at(c), at(ys), depthwiseWeights(at(w), c, groups, kh * kw, tap),
              to + at(c), at(strideX * xs), Wo);
        else
          for (let j = 0; j < groups; j++)
            backwardRow(from + at(j * O), at(ys), at(w + (j * kh * kw + tap) * I * O),
              to + at(j * I), at(strideX * xs), Wo, I, O);
      }
    }
}

/** dx[i] += Σ_o g[o]·w[i][o] along a row. */
function backwardRow(
  g: usize, gStep: usize, w: usize, dx: usize, xStep: usize, count: i32, I: i32, O: i32,
): void {
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < I; i++) {
      const row = w + at(i * O);
      let lanes = f32x4.splat(0);
      let o = 0;
      for (; o + 4 <= O; o += 4)
        lanes = f32x4.add(lanes, f32x4.mul(v128.load(g + at(o)), v128.load(row + at(o))));
      let sum = laneSum(lanes);
      for (; o < O; o++) sum += load<f32>(g + at(o)) * load<f32>(row + at(o));
      store<f32>(dx + at(i), load<f32>(dx + at(i)) + sum);
    }
    g += gStep;
    dx += xStep;
  }
}

export function convolveGroupedFilterGradient(
  x: i32, g: i32, dw: i32, n: i32, Hp: i32, Wp: i32, xs: i32, Ho: i32, Wo: i32, ys: i32,
  groups: i32, I: i32, O: i32, kh: i32, kw: i32, strideY: i32, strideX: i32,
  dilationY: i32, dilationX: i32,
): void {
  const taps = kh * kw;
  for (let i = 0; i < n; i++)
    for (let tap = 0; tap < taps; tap++) {
      const from = at(x + ((i * Hp + (tap / kw) * dilationY) * Wp + (tap % kw) * dilationX) * xs);
      const xRow = at(strideY * Wp * xs);
      const xStep = at(strideX * xs);
      const gradient = at(g + i * Ho * Wo * ys);
      if (I == 1 && O == 1)
        for (let c = 0; c < groups; c += 4) {
          let sum = productSum(from + at(c), xRow, xStep, gradient + at(c), at(ys), Ho, Wo);
          for (let j = c; j < min(groups, c + 4); j++) {
            const to = at(dw + j * taps + tap);
            store<f32>(to, load<f32>(to) + f32x4.extract_lane(sum, 0));
            sum = i32x4.shuffle(sum, sum, 1, 2, 3, 0);
          }
        }
      else
        for (let j = 0; j < groups; j++)
          groupGradient(from + at(j * I), xRow, xStep, gradient + at(j * O), at(ys),
            at(dw + (j * taps + tap) * I * O), Ho, Wo, I, O);
    }
}

/** Σ x·g over the pixels, lane by lane. */
function productSum(
  x: usize, xRow: usize, xStep: usize, g: usize, gStep: usize, Ho: i32, Wo: i32,
): v128 {
  let sum = f32x4.splat(0);
  for (let oy = 0; oy < Ho; oy++) {
    let from = x + <usize>oy * xRow;
    for (let ox = 0; ox < Wo; ox++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(from), v128.load(g)));
      from += xStep;
      g += gStep;
    }
  }
  return sum;
}

/** dw[i][o] += Σ x[i]·g[o] over the pixels, for one tap of one group. */
function groupGradient(
  x: usize, xRow: usize, xStep: usize, g: usize, gStep: usize, dw: usize, Ho: i32, Wo: i32,
  I: i32, O: i32,
): void {
  for (let i = 0; i < I; i++) {
    let o = 0;
    for (; o + 4 <= O; o += 4) {
      let sum = f32x4.splat(0);
      let gp = g + at(o);
      for (let oy = 0; oy < Ho; oy++) {
        let from = x + at(i) + <usize>oy * xRow;
        for (let ox = 0; ox < Wo; ox++) {
          sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(from), v128.load(gp)));
          from += xStep;
          gp += gStep;
        }
      }
      const to = dw + at(i * O + o);
      v128.store(to, f32x4.add(v128.load(to), sum));
    }
    for (; o < O; o++) {
      let sum: f32 = 0;
      let gp = g + at(o);
      for (let oy = 0; oy < Ho; oy++) {
        let from = x + at(i) + <usize>oy * xRow;
        for (let ox = 0; ox < Wo; ox++) {
          sum += load<f32>(from) * load<f32>(gp);
          from += xStep;
          gp += gStep;
        }
      }
      const to = dw + at(i * O + o);
      store<f32>(to, load<f32>(to) + sum);
    }
  }
}
