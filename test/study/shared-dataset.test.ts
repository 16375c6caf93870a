/** A dataset in shared memory is the same dataset, whatever its numbers are. */

import { expect, test } from "vitest";
import { labelsAt } from "../../src/data/dataset.js";
import { shareDataset } from "../../src/study/runner/shared-dataset.js";
import { data, split } from "../measures/fixtures.js";

const few = split(
  [1, 1, 2],
  [
    [0.25, 1],
    [0.5, 0],
  ],
  [1, 0],
  [
    [0, 1],
    [1, 1],
  ],
);
const concepts = { names: ["dot"], maps: Uint16Array.of(1, 0, 0, 1) };
const wide = { ...few, labels: Uint16Array.of(299, 1), concepts };

test("pixels, labels of one byte and of two, masks and concepts", () => {
  const given = { ...data(2, few), validation: wide };
  const shared = shareDataset(given);
  expect(shared).toEqual(given);
  const { images, labels, masks, concepts: maps } = shared.validation;
  for (const array of [images.data, labels, masks, maps?.maps, shared.train.labels])
    expect(array?.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test("labels beyond a byte are taken whole", () => {
  expect([...labelsAt(wide.labels, [1, 0])]).toEqual([1, 299]);
});
