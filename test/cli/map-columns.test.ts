/** Columns of maps on pages: on the threads of the command, and without methods that refuse a model. */

import { expect, test } from "vitest";
import { columnOf } from "../../src/cli/map-columns.js";
import { crew } from "../../src/engine/crew.js";
import { explainers } from "../../src/explain/index.js";
import { initialise } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";
import { network } from "../measures/fixtures.js";

const stream = random("columns");
const images = tensor(
  [3, 1, 28, 28],
  Float32Array.from({ length: 3 * 784 }, () => stream.uniform()),
);

test("a column runs on the threads that are given, which outlive it; the bits are the same", () => {
  const model = initialise(zoo.seed(), random(0));
  const hands = crew(2);
  let teams = 0;
  const counted: typeof hands = {
    ...hands,
    team: (...args) => {
      teams++;
      return hands.team(...args);
    },
  };
  const shared = columnOf(model, explainers.saliency, images, "", { threads: counted });
  expect(teams).toBeGreaterThan(0);
  const again = columnOf(model, explainers.saliency, images, "", { threads: counted });
  expect([shared, again]).toEqual(Array(2).fill(columnOf(model, explainers.saliency, images, "")));
  hands.close();
});

test("a method that refuses the model has no column", () => {
  const flat = network([1, 28, 28], [{ weight: [new Array(784).fill(1), new Array(784).fill(0)] }]);
  expect(columnOf(flat, explainers.gradCam, images, "")).toBeUndefined();
});
