/** Pixels that are not as in training: `evaluate` says so, and what would do better. */

import { expect, test } from "vitest";
import { doubtsOf, oddity } from "../../src/cli/evaluate-doubts.js";
import { plainPixels, preprocessings } from "../../src/formats/preprocessing.js";
import { standingOf } from "../../src/measures/standing.js";
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

const opened = (bare: Model) => ({ bare, preprocessing: plainPixels, isAssumed: true });

test("the preprocessing that does better is named", () => {
  const model = threshold(127.5); // trained on pixels from 0 to 255
  const standing = standingOf(model, halves, { measures: [] });
  const [text, ...more] = doubtsOf(standing, opened(model), halves);
  expect(more).toEqual([]);
  expect(text).toMatch(/^100 of 100 images are taken for .*, whatever they show\./);
  expect(text).toContain(
    "with --preprocess raw it gets 100.0 % of the first 100 images right, with what holds now",
  );
  const raw = { ...opened(model), preprocessing: preprocessings.raw };
  expect(doubtsOf(standing, raw, halves)[0]).not.toContain("raw it gets");
});

test("a better one is named where nothing is odd but nobody said what was done to pixels", () => {
  const model = threshold(0.8); // trained on other pixels, and yet better than chance on these
  const standing = standingOf(model, halves, { measures: [] });
  expect(oddity(standing)).toBeUndefined();
  const signed = threshold(0); // the same question, of pixels from −1 to 1
  expect(doubtsOf(standing, opened(signed), halves)).toEqual([
    expect.stringMatching(/^Its pixels are probably not as in training: with --preprocess signed /),
  ]);
  expect(doubtsOf(standing, { ...opened(signed), isAssumed: false }, halves)).toEqual([]);
  expect(doubtsOf(standing, opened(threshold(0.5)), halves)).toEqual([]); // none does better
});

test("where none does better, what else to look at", () => {
  const model = threshold(1e6);
  const standing = standingOf(model, halves, { measures: [] });
  expect(doubtsOf(standing, opened(model), halves)[0]).toMatch(
    /No named preprocessing does better \(signed, raw\)\. Say what .* are the classes of .* in that order: /,
  );
});
