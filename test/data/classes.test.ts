/** Classes of a dataset found among the names of a model's outputs. */

import { expect, test } from "vitest";
import { withClasses } from "../../src/data/classes.js";
import { messageOf } from "../formats/hostile.js";
import { data, split } from "../measures/fixtures.js";

const given = {
  ...data(3, split([1, 1, 1], [[0], [1], [2], [1]], [0, 1, 2, 1])),
  classes: ["cat", "Dog", "eel"],
};

test("labels follow the names; capitals do not matter, exact names go first", () => {
  const found = withClasses(given, ["eel", "dog", "ape", "cat", "Dog"]);
  expect([...found.validation.labels]).toEqual([3, 4, 0, 4]);
  expect([...found.train.labels]).toEqual([3, 4, 0, 4]);
  expect([...withClasses(given, ["dog", "EEL", "cat"]).validation.labels]).toEqual([2, 0, 1, 0]);
});

test("a class that is missing, and one that is there twice", () => {
  expect(messageOf(() => withClasses(given, ["cat", "dog", "eels"]))).toBe(
    "classes: got names without eel of by hand, expected all of its classes among them; did you mean eels?",
  );
  expect(messageOf(() => withClasses(given, ["cat", "dog", "eel", "cat"]))).toBe(
    'classes: got "cat" twice, expected one place for each class of by hand',
  );
});
