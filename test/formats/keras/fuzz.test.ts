/** Keras files damaged at random in every part: always a model or an error that names the file and the place, in bounded
 *  time and memory. */

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Model } from "../../../src/model/model.js";
import { survive } from "../hostile.js";
import { damage } from "../mutations.js";
import { functional, sequential } from "./files.js";
import { json, keras, net, parts, weights, zipped } from "./fuzz-files.js";

const most = (model: Model): number =>
  Object.values(model.parameters).reduce((sum, { data }) => sum + data.length, 0);
/** The most numbers that a model from a damaged file may hold. */
const MOST_NUMBERS = 2 ** 20;
/** The most that may be reserved while a file is read, in bytes. */
const MOST_MEMORY = 2 ** 26;

/** Reads, and judges what comes out in spite of the damage; 1 for a model, 0 for an error. */
function judge(
  read: (bytes: Uint8Array, name: string) => { readonly model: Model },
  bytes: Uint8Array,
): number {
  const before = process.memoryUsage().arrayBuffers;
  const file = survive(read, bytes);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MOST_MEMORY);
  if (file) expect(most(file.model)).toBeLessThan(MOST_NUMBERS);
  return file ? 1 : 0;
}

test.each(parts)(
  "%s survives random damage",
  (_, sound, file, read) => {
    expect(judge(read, file(sound))).toBe(1);
    fc.assert(
      fc.property(damage, (mutate) => {
        judge(read, file(mutate(new Uint8Array(sound))));
      }),
      { seed: 11, numRuns: 400 },
    );
  },
  180_000,
);

/** Values that no description should hold somewhere. */
const odd = fc.constantFrom<unknown>(
  null,
  true,
  false,
  0,
  -1,
  1,
  0.5,
  2,
  3,
  1e9,
  2 ** 31,
  1e300,
  "",
  "images",
  "norm",
  "same",
  "softmax",
  "Lambda",
  "Model",
  "__proto__",
  [],
  {},
  [1],
  [[1, 1]],
  [0, 0],
  [-1, -1],
  [1e9, 1e9],
  ["norm", 0, 0],
  ["add", 0, 0],
  [["norm", 0, 0, {}]],
  { class_name: "Conv2D", config: {} },
);

/** All places of a JSON value: a way down, by keys. */
function places(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...way, key]))];
}

/** The value with another at a place, or (undefined) without it. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    const list = value.map((inner, k) => (String(k) === key ? replaced(inner, rest, by) : inner));
    return by === undefined && rest.length === 0 ? list.filter((_, k) => String(k) !== key) : list;
  }
  const entries = Object.entries(value as object).flatMap(([k, inner]) =>
    k !== key
      ? [[k, inner]]
      : by === undefined && rest.length === 0
        ? []
        : [[k, replaced(inner, rest, by)]],
  );
  return Object.fromEntries(entries);
}

test.each([
  ["functional, version 3", functional(net, 3)],
  ["functional, version 2", functional(net, 2)],
  ["sequential", sequential({ ...net, layers: net.layers.filter((l) => l.className !== "Add") })],
])(
  "every place of a description, %s: something else there, or nothing",
  (_, description) => {
    const all = places(description);
    const change = fc.tuple(fc.nat(all.length - 1), fc.option(odd, { nil: undefined }));
    let [models, errors] = [0, 0];
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        let changed: unknown = description;
        for (const [k, by] of changes)
          changed = places(changed).some((way) => way.join("\n") === all[k].join("\n"))
            ? replaced(changed, all[k], by)
            : changed;
        if (judge(keras, zipped(json(changed), weights)) === 1) models++;
        else errors++;
      }),
      { seed: 12, numRuns: 500 },
    );
    expect(errors).toBeGreaterThan(150);
    expect(models).toBeGreaterThan(10); // names and harmless settings
  },
  180_000,
);
