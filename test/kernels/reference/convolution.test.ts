/** Closed-form cases of the reference convolution and dense kernels. */

import { expect, it } from "vitest";
import { sheet } from "./sheet.js";

// x = 1 2 3    filter = 1  0   y = 1−5 2−6 = −4 −4, plus bias ½
//     4 5 6             0 −1       4−8 5−9   −4 −4
//     7 8 9
const X = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const OFFSETS = [0, 1, 3, 4];

it("convolve: 2×2 on 3×3", () => {
  const { kernels, put, space, get } = sheet();
  const [x, offsets, w, bias, y] = [
    put(...X),
    put(...OFFSETS),
    put(...[1, 0, 0, -1].flatMap((v) => [v, 2 * v, 0, 0])), // the second filter is twice the first
    put(0.5, 10, 0, 0),
    space(16),
  ];
  const run = (bias: number, relu: number) =>
    kernels.convolve(
      ...([x, 9, 3, 1, offsets, 4, w, 8, 4, bias] as const),
      ...([y, 16, 8, 4, 1, 2, 2, 4, -1, -1, relu] as const),
    );
  run(bias, 0);
  expect(get(y, 8)).toEqual([-3.5, 2, 0, 0, -3.5, 2, 0, 0]);
  run(bias, Number.POSITIVE_INFINITY);
  expect(get(y + 8, 8)).toEqual([0, 2, 0, 0, 0, 2, 0, 0]);
  run(bias, 1.5);
  expect(get(y, 4)).toEqual([0, 1.5, 0, 0]);
  run(-1, 0);
  expect(get(y, 4)).toEqual([-4, -8, 0, 0]);
});

it("convolveFilterGradient: dw[k] += Σ x[p + offset k]·g[p]", () => {
  const { kernels, put, get } = sheet();
  const g = put(...[1, 2, 3, 4].flatMap((v) => [v, 0, 0, 0]));
  const dw = put(...new Array(16).fill(1));
  const at = [put(...X), put(...OFFSETS)] as const;
  kernels.convolveFilterGradient(at[0], 9, 3, 1, at[1], 4, g, dw, 1, 2, 2, 4);
  // tap 0: 1·1 + 2·2 + 4·3 + 5·4 = 37; tap 1 adds Σg = 10, tap 2 three times 10, tap 3 four times
  expect(get(dw, 16).filter((_, i) => i % 4 === 0)).toEqual([38, 48, 68, 78]);
  expect(get(dw, 4)).toEqual([38, 1, 1, 1]);
});

it("channelSums adds the pixels", () => {
  const { kernels, put, get } = sheet();
  const [g, db] = [put(1, 2, 3, 0, 10, 20, 30, 0), put(0, 1, -1, 0)];
  kernels.channelSums(g, db, 2, 4);
  expect(get(db, 4)).toEqual([11, 23, 32, 0]);
});

it("transposeFilter swaps inputs and outputs of the taps picked", () => {
  const { kernels, put, space, get } = sheet();
  // w[tap][i][o], 2 taps, 1 input, 2 outputs in rows of 4
  const [w, picks, wt] = [put(1, 2, 0, 0, 3, 4, 0, 0), put(1, 0), space(16)];
  kernels.transposeFilter(w, picks, 2, wt, 1, 4, 2, 4);
  expect(get(wt, 16)).toEqual([3, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]);
});

it("pad and unpad", () => {
  const { kernels, put, space, get } = sheet();
  const [x, y, z] = [put(1, 2, 3, 4), space(12), space(4)];
  kernels.pad(x, y, 1, 2, 2, 1, 0, 1, 1, 1, 7);
  expect(get(y, 12)).toEqual([7, 1, 2, 7, 7, 3, 4, 7, 7, 7, 7, 7]);
  kernels.unpad(y, z, 1, 2, 2, 1, 0, 1, 1, 1);
  expect(get(z, 4)).toEqual([1, 2, 3, 4]);
});

it("the grouped convolution and its gradients", () => {
  const { kernels, put, space, get } = sheet();
  // Two groups of 1 input and 2 outputs, 1×2 taps on a row of 3 pixels:
  // y[j·2+o] = x[j]·w[j][0][o] + x'[j]·w[j][1][o] with x' the next pixel
  const x = put(1, 10, 2, 20, 3, 30);
  const w = put(1, 0, 0, 1, 2, 0, 0, 2);
  const size = [1, 1, 3, 2, 1, 2, 4, 2, 1, 2, 1, 2, 1, 1, 1, 1] as const;
  const [bias, y, dx, dw] = [put(0, 100, 0, -1e6), space(8), space(6), put(0, 0, 0, 0, 0, 0, 0, 5)];
  kernels.convolveGrouped(x, w, -1, y, ...size, 0);
  expect(get(y, 8)).toEqual([1, 2, 20, 40, 2, 3, 40, 60]);
  kernels.convolveGrouped(x, w, bias, y, ...size, 1);
  expect(get(y, 4)).toEqual([1, 102, 20, 0]);
  const g = put(1, 2, 3, 4, 5, 6, 7, 8);
  kernels.convolveGroupedBackward(g, w, dx, ...size);
  // group 0: pixel 0 gets g0·1, pixel 1 gets 2 (tap 1 of output pixel 0) + 5 (tap 0 of pixel 1), …
  expect(get(dx, 6)).toEqual([1, 6, 7, 22, 6, 16]);
  kernels.convolveGroupedFilterGradient(x, g, dw, ...size);
  // group 0, tap 0: 1·1 + 2·5 = 11 and 1·2 + 2·6 = 14; tap 1: 2·1 + 3·5 = 17 and 2·2 + 3·6 = 22
  expect(get(dw, 8)).toEqual([11, 14, 17, 22, 170, 200, 270, 325]);
});

it("the dense op and its gradients", () => {
  const { kernels, put, space, get } = sheet();
  const x = put(1, 2, 3, 4, 5, 6, 7, 8); // two images
  const w = put(1, 0, 0, -1, 0, 2, 0, 0); // two outputs
  const [bias, y, dx] = [put(10, -5, 0, 0), space(8), space(8)];
  kernels.dense(x, w, bias, y, 2, 4, 2, 4, 0);
  expect(get(y, 8)).toEqual([7, -1, 0, 0, 7, 7, 0, 0]);
  kernels.dense(x, w, -1, y, 2, 4, 2, 4, 1);
  expect(get(y, 8)).toEqual([0, 4, 0, 0, 0, 12, 0, 0]);
  const dy = put(1, 2, 0, 0, 3, 4, 0, 0);
  kernels.denseBackward(dy, w, dx, 2, 4, 2, 4);
  expect(get(dx, 8)).toEqual([1, 4, 0, -1, 3, 8, 0, -3]);
  const dw = put(...new Array(8).fill(9));
  kernels.denseWeightGradient(x, dy, dw, 2, 4, 2, 4, 0, 3);
  // output 0: 1·x₀ + 3·x₁ = 16 20 24; output 1: 2·x₀ + 4·x₁ = 22 28 34; the fourth feature is not asked
  expect(get(dw, 8)).toEqual([16, 20, 24, 9, 22, 28, 34, 9]);
});
