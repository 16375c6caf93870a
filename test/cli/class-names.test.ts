/** Names of a model's outputs: on the command line, or in a file of any common kind. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { classNames } from "../../src/cli/class-names.js";
import { folderOf } from "../data/folders.js";
import { rejection } from "../formats/hostile.js";
import { network } from "../measures/fixtures.js";

const model = network([1, 1, 1], [{ weight: [[1], [2], [3]] }]);
const folder = folderOf({
  "lines.txt": "tench, Tinca tinca\r\n crane \n\ncrane\n",
  "list.json": '["a", "b", "c"]',
  "id2label.json": '{"0": "a", "2": "c", "1": "b"}',
  "other.json": '{"0": "a", "x": "b", "1": "c"}',
});
const read = (classes: string) => classNames({ classes }, model);

test("a list, a file with a line each, JSON as a list or by number", async () => {
  expect(await classNames({}, model)).toBeUndefined();
  expect(await read("a, b,c")).toEqual(["a", "b", "c"]);
  expect(await read(join(folder, "lines.txt"))).toEqual(["tench, Tinca tinca", "crane", "crane"]);
  expect(await read(join(folder, "list.json"))).toEqual(["a", "b", "c"]);
  expect(await read(join(folder, "id2label.json"))).toEqual(["a", "b", "c"]);
});

test("other JSON, no such file, too few names", async () => {
  expect(await rejection(read(join(folder, "other.json")))).toContain(
    'got other JSON, expected a list of names, or an object of them from "0" on (class names)',
  );
  expect(await rejection(read("none.txt"))).toBe(
    '--classes: got "none.txt", expected names with commas between, or a file',
  );
  expect(await rejection(read("a,b"))).toBe(
    "--classes: got 2 names, expected 3, one for each output of the model",
  );
});
