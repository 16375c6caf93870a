/** Pixels that are not as in training: `evaluate` says so, and what would do better. */

import { expect, test } from "vitest";
import { likelyOrder } from "../../src/cli/class-order.js";
import { doubtsOf, oddity } from "../../src/cli/evaluate-doubts.js";
import { plainPixels, preprocessings } from "../../src/formats/preprocessing.js";
import type { Model } from "../../src/model/index.js";
import { random } from "../../src/tensor/random.js";
import { data, network, split } from "../measures/fixtures.js";

/** Classes of a confusion table: rows are labels, columns predictions. */
const found = (table: readonly (readonly number[])[]) => {
  const images = table.flat().reduce((a, b) => a + b, 0);
  const classes = table.map((row, k) => ({
    name: `c${k}`,
    images: row.reduce((a, b) => a + b, 0),
    right: row[k],
    taken: table.reduce((sum, other) => sum + other[k], 0),
  }));
  return {
    images,
    classes,
    accuracy: classes.reduce((sum, { right }) => sum + right, 0) / images,
  };
};

test("what is odd: one class for nearly all, or no better than chance", () => {
  const one = found([
    [2, 38, 0],
    [0, 30, 0],
    [0, 28, 2],
  ]);
  expect(oddity(one)).toBe("96 of 100 images are taken for c1, whatever they show.");
  const blind = found([
    [20, 20],
    [20, 20],
  ]);
  expect(oddity(blind)).toBe(
    "It is right no more often than by chance (50.0 %; the same answers dealt out blindly: 50.0 %).",
  );
  const rare = found([
    [95, 0],
    [2, 3],
  ]);
  expect(oddity(rare)).toBeUndefined(); // nearly all are of that class
  const good = found([
    [30, 10],
    [5, 35],
  ]);
  expect(oddity(good)).toBeUndefined();
  expect(oddity(found([[3], [4]]))).toBeUndefined(); // too few to tell
});

/** Says 1 where the pixel is above `threshold`. */
const threshold = (at: number) => network([1, 1, 1], [{ weight: [[0], [1]], bias: [0, -at] }]);
const stream = random("doubts");
const pixels = Array.from({ length: 100 }, () => [stream.uniform()]);
const halves = data(
  2,
  split(
    [1, 1, 1],
    pixels,
    pixels.map(([p]) => (p > 0.5 ? 1 : 0)),
  ),
);

const opened = (bare: Model) => ({ bare, preprocessing: plainPixels });

test("the preprocessing that does better is named", () => {
  const model = threshold(127.5); // trained on pixels from 0 to 255
  const [text, ...more] = doubtsOf(opened(model), halves);
  expect(more).toEqual([]);
  expect(text).toMatch(/^100 of 100 images are taken for .*, whatever they show\./);
  expect(text).toContain("with --preprocess raw it gets 100.0 % of 100 images right, as it is now");
  const raw = { ...opened(model), preprocessing: preprocessings.raw };
  expect(doubtsOf(raw, halves)).toEqual([]);
});

test("a better one is named where nothing is odd", () => {
  const signed = threshold(0); // trained on pixels from −1 to 1
  const wrong = { bare: signed, preprocessing: { ...plainPixels, mean: [0.3] } };
  expect(doubtsOf(wrong, halves)).toEqual([
    expect.stringMatching(
      /^Its pixels are probably not as in training: with --preprocess signed it gets 100\.0 % /,
    ),
  ]);
  expect(doubtsOf(opened(threshold(0.5)), halves)).toEqual([]); // none does better
});

test("advice keeps the size that was asked for", () => {
  const fits = [{ kind: "resize", height: 1, width: 1, by: "smooth" }] as const;
  const [text] = doubtsOf({ bare: threshold(0), preprocessing: { ...plainPixels, fits } }, halves);
  expect(text).toContain("--preprocess 'resize=1x1; signed' it gets");
});

test("images that lie class by class are looked at across the classes", () => {
  const many = 500; // of which 200 are tried
  const rows = Array.from({ length: many }, (_, i) => [(i + 0.5) / many]);
  const labels = rows.map(([p]) => (p > 0.5 ? 1 : 0));
  const sorted = data(2, split([1, 1, 1], rows, labels));
  expect(doubtsOf(opened(threshold(0.5)), sorted)).toEqual([]);
  expect(doubtsOf(opened(threshold(127.5)), sorted)).toEqual([
    expect.stringContaining("with --preprocess raw it gets 100.0 % of 200 images right"),
  ]);
});

test("classes in another order: the order is found and named", () => {
  const turned = network([1, 1, 1], [{ weight: [[1], [0]], bias: [-0.5, 0] }]); // output 0 is class 1
  expect(doubtsOf(opened(turned), halves)).toEqual([
    "Its outputs are probably the classes in another order: with --classes 'class 1,class 0' it gets 100.0 % of 100 images right, as it is now 0.0 %.",
  ]);
  const more = network([1, 1, 1], [{ weight: [[0], [1], [0]], bias: [-9, -0.5, 0] }]);
  expect(doubtsOf(opened(more), halves)).toEqual([
    expect.stringContaining("with --classes 'FILE (output 1 class 1, 2 class 0)' it gets 100.0 %"),
  ]);
});

test("more classes than a byte names", () => {
  const weight = Array.from({ length: 300 }, (_, k) => [k === 299 ? 1 : 0]);
  const bias = weight.map((_, k) => (k < 298 ? -9 : 298 === k ? 0 : -0.5));
  const labels = Uint16Array.from(halves.validation.labels, (label) => 298 + label);
  const wide = {
    ...halves,
    classes: weight.map((_, k) => `c${k}`),
    validation: { ...halves.validation, labels },
  };
  expect(doubtsOf(opened(network([1, 1, 1], [{ weight, bias }])), wide)).toEqual([]);
});

test("an order needs images enough of each class", () => {
  const labels = Array.from({ length: 20 }, (_, i) => i);
  expect(likelyOrder(labels.toReversed(), labels, 20)).toBeUndefined();
  const each = labels.map((k) => k % 4);
  expect(
    likelyOrder(
      each.map((k) => (k + 1) % 4),
      each,
      5,
    ),
  ).toEqual({
    right: 1,
    meets: [3, 0, 1, 2, undefined],
  });
});

test("where none does better, what else to look at", () => {
  expect(doubtsOf(opened(threshold(1e6)), halves)[0]).toMatch(
    /No named preprocessing does better \(signed, raw\)\. Say what .* are the classes of .* in that order: /,
  );
  const three = network([1, 1, 1], [{ weight: [[0], [1], [0]], bias: [0, -1e6, -9] }]);
  expect(doubtsOf(opened(three), halves)[0]).toContain(
    "see that the first of the model's 3 outputs are the 2 classes of by hand in that order: class 0, class 1 (--classes names the outputs).",
  );
});
