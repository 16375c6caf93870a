/** Relevance of products and concatenations, by hand. */

import { expect, test } from "vitest";
import { concatLayer, signalLayer } from "../../../src/explain/relevance/two-inputs.js";
import { tensor } from "../../../src/tensor/tensor.js";

const of = (shape: readonly number[], ...values: number[]) =>
  tensor(shape, Float64Array.from(values));

test("a product: the signal takes all, its channel's gate nothing", () => {
  // Two channels of two pixels under gates 2 and −3: z = 2·1, 2·4, −3·5, −3·(−1).
  const [a, gate] = [of([1, 2, 1, 2], 1, 4, 5, -1), of([1, 2, 1, 1], 2, -3)];
  const map = signalLayer.map({});
  const z = map.forward([a, gate]);
  expect([...z.data]).toEqual([2, 8, -15, 3]);
  const R = [6, 8, 30, 9];
  const [toSignal, toGate] = map.backward({ shape: z.shape, data: z.data.map((v, i) => R[i] / v) });
  expect([...toSignal.data].map((v, i) => v * a.data[i])).toEqual(R);
  expect([...toGate.data]).toEqual([0, 0]);
});

test("a product whose weights a rule cuts: gates below 0 hand nothing down", () => {
  const map = signalLayer.map({ weight: (w) => Math.max(w, 0) });
  const z = map.forward([of([1, 2, 1, 1], 3, 4), of([1, 2, 1, 1], 0.5, -1)]);
  expect([...z.data]).toEqual([1.5, 0]);
});

test("a concatenation: every element to where it comes from, image by image", () => {
  const [a, b] = [of([2, 1, 1, 2], 1, 2, 3, 4), of([2, 2, 1, 2], 5, 6, 7, 8, 9, 10, 11, 12)];
  const map = concatLayer.map({});
  const y = map.forward([a, b]);
  expect(y.shape).toEqual([2, 3, 1, 2]);
  expect([...y.data]).toEqual([1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12]);
  const [left, right] = map.backward(y);
  expect([left, right]).toEqual([a, b]);
});
