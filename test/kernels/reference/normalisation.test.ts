/** Closed-form cases of the reference statistics and normalisation. */

import { expect, it } from "vitest";
import { sheet } from "./sheet.js";

it("moments, merged over a batch", () => {
  const { kernels, put, space, get } = sheet();
  const x = put(1, 3, 5, 5, 2, 8); // three images of two pixels, one channel
  const [parts, mean, variance, rstd] = [space(6), space(2), space(2), space(2)];
  kernels.moments(x, parts, 3, 2, 1);
  expect(get(parts, 6)).toEqual([2, 2, 5, 0, 5, 18]);
  // all: mean 4, Σ(x−4)² = 9+1+1+1+4+16 = 32, σ² = 16/3
  kernels.mergeBatch(parts, 3, 2, 1, 3, 0, mean, variance, rstd);
  expect(get(mean, 1)).toEqual([4]);
  expect(get(variance, 1)[0]).toBeCloseTo(16 / 3, 14);
  expect(get(rstd, 1)[0]).toBeCloseTo(Math.sqrt(3) / 4, 14);
  // sub-batches {1 3 5 5} and {2 8}: means 3.5 and 5, σ² = (6.25+.25+2.25+2.25)/4 = 2.75 and 9; ε = 7
  kernels.mergeBatch(parts, 3, 2, 1, 2, 7, mean, variance, rstd);
  expect(get(mean, 2)).toEqual([3.5, 5]);
  expect(get(variance, 2)).toEqual([2.75, 9]);
  expect(get(rstd, 2)).toEqual([1 / Math.sqrt(9.75), 1 / 4]);
});

it("a variance and ε of 0 give rstd 0", () => {
  const { kernels, put, space, get } = sheet();
  const [variance, rstd] = [put(0, 0.25), space(2)];
  kernels.reciprocalDeviation(variance, rstd, 2, 0);
  expect(get(rstd, 2)).toEqual([0, 2]);
});

it("mergeGroups: two channels make a group", () => {
  const { kernels, put, space, get } = sheet();
  // one image, means 1 3 | 5 5, sums of squares 2 2 | 0 0 over P = 2 pixels
  const parts = put(1, 3, 5, 5, 2, 2, 0, 0);
  const [mean, rstd] = [space(4), space(4)];
  kernels.mergeGroups(parts, 1, 2, 4, 4, 2, 0, mean, rstd);
  // group 0: mean 2, σ² = (2 + 2·1 + 2 + 2·1)/4 = 2; group 1: σ² = 0
  expect(get(mean, 4)).toEqual([2, 2, 5, 5]);
  expect(get(rstd, 4)).toEqual([1 / Math.sqrt(2), 1 / Math.sqrt(2), 0, 0]);
});

it("normalise by rows of sub-batches", () => {
  const { kernels, put, space, get } = sheet();
  const x = put(1, 2, 3, 4); // images number 1 and 2 (b = 2: rows 0 and 1), two pixels each
  const [mean, rstd, gamma, beta] = [put(1, 2), put(2, 4), put(-0.5), put(3)];
  const y = space(4);
  kernels.normalise(x, y, 1, 2, 2, 1, 2, mean, rstd, gamma, beta, -1, 0);
  // row 0: (x−1)·2·(−½)+3 = 4−x; row 1: (x−2)·4·(−½)+3 = 7−2x
  expect(get(y, 4)).toEqual([3, 2, 1, -1]);
  kernels.normalise(x, y, 1, 2, 2, 1, 2, mean, rstd, gamma, beta, -1, 1);
  expect(get(y, 4)).toEqual([3, 2, 1, 0]);
  kernels.normalise(x, y, 1, 2, 2, 1, 0, mean, rstd, -1, -1, -1, 0);
  expect(get(y, 4)).toEqual([0, 2, 4, 6]);
});

it("gradient sums, merged", () => {
  const { kernels, put, space, get } = sheet();
  const [x, dy] = [put(1, 2, 3, 4), put(1, 0, 2, 5)]; // two images of two pixels
  const [mean, rstd, gamma] = [put(2), put(3), put(10)];
  const [parts, A, B, dgamma, dbeta] = [space(4), space(2), space(2), space(1), space(1)];
  kernels.gradientSums(x, dy, parts, 0, 2, 2, 1, 0, mean, rstd);
  // z = −3 0 | 3 6
  expect(get(parts, 4)).toEqual([1, -3, 7, 36]);
  kernels.mergeGradients(parts, 2, 2, 1, 0, gamma, A, B, dgamma, dbeta);
  expect([get(A, 1), get(B, 1), get(dgamma, 1), get(dbeta, 1)]).toEqual([[20], [82.5], [33], [8]]);
  kernels.mergeGradients(parts, 2, 2, 1, 1, -1, A, B, -1, -1);
  expect([get(A, 2), get(B, 2)]).toEqual([
    [0.5, 3.5],
    [-1.5, 18],
  ]);
});

it("group gradients weigh by γ before they are averaged", () => {
  const { kernels, put, space, get } = sheet();
  const [parts, gamma] = [put(1, 2, 3, 4), put(10, -1)]; // one image, two channels, one group, P = 4
  const [A, B] = [space(2), space(2)];
  kernels.mergeGroupGradients(parts, 1, 4, 2, 2, 1, gamma, A, B);
  // (10·1 − 2)/8 and (10·3 − 4)/8
  expect([get(A, 2), get(B, 2)]).toEqual([
    [1, 1],
    [3.25, 3.25],
  ]);
});

it("normaliseBackward", () => {
  const { kernels, put, space, get } = sheet();
  const [x, dy, dx] = [put(-1, 4), put(1, 2), space(2)];
  const [mean, rstd, gamma, A, B] = [put(2), put(0.5), put(3), put(1), put(4)];
  // z = −1.5 and 1; r·(3·dy − 1 − 4z) = ½·(2 + 6) and ½·(5 − 4)
  kernels.normaliseBackward(x, dy, dx, 0, 1, 2, 1, 0, mean, rstd, gamma, A, B, 0);
  expect(get(dx, 2)).toEqual([4, 0.5]);
  kernels.normaliseBackward(x, dy, dx, 0, 1, 2, 1, 0, mean, rstd, gamma, A, B, 1);
  expect(get(dx, 2)).toEqual([0, 0.5]);
  kernels.normaliseBackward(x, dy, dx, 0, 1, 2, 1, 0, mean, rstd, -1, -1, -1, 0);
  expect(get(dx, 2)).toEqual([0.5, 1]);
});

it("normaliseBackward is the gradient of normalise with batch statistics", () => {
  const { kernels, put, space, get } = sheet();
  const values = [0.3, -1.2, 2.5, 0.9];
  const seed = [1, -2, 0.5, 3];
  const [x, dy, gamma] = [put(...values), put(...seed), put(-1.5)];
  const [parts, mean, variance, rstd, y] = [space(2), space(1), space(1), space(1), space(4)];
  const [A, B, dx] = [space(1), space(1), space(4)];
  const forward = (at: number): void => {
    kernels.moments(at, parts, 1, 4, 1);
    kernels.mergeBatch(parts, 1, 4, 1, 1, 0.1, mean, variance, rstd);
    kernels.normalise(at, y, 0, 1, 4, 1, 0, mean, rstd, gamma, -1, -1, 0);
  };
  const loss = (moved: readonly number[]): number => {
    forward(put(...moved));
    return get(y, 4).reduce((sum, value, i) => sum + value * seed[i], 0);
  };
  const difference = values.map((_, i) => {
    const shift = (by: number) => values.map((value, k) => value + (k === i ? by : 0));
    return (loss(shift(1e-5)) - loss(shift(-1e-5))) / 2e-5;
  });
  forward(x);
  kernels.gradientSums(x, dy, parts, 0, 1, 4, 1, 0, mean, rstd);
  kernels.mergeGradients(parts, 1, 4, 1, 0, gamma, A, B, -1, -1);
  kernels.normaliseBackward(x, dy, dx, 0, 1, 4, 1, 0, mean, rstd, gamma, A, B, 0);
  for (let i = 0; i < 4; i++) expect(get(dx, 4)[i]).toBeCloseTo(difference[i], 8);
});

it("updateRunning keeps the fraction asked", () => {
  const { kernels, put, get } = sheet();
  const [running, batch] = [put(1), put(2, 4)];
  kernels.updateRunning(running, batch, 2, 1, 0.75);
  expect(get(running, 1)).toEqual([1.5]);
});
