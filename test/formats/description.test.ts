/** A model's graph as JSON: the same text for the same model, read back as the same graph, damaged refused. */

import { expect, test } from "vitest";
import { describeModel, readDescription } from "../../src/formats/description.js";
import { modelHash } from "../../src/model/hash.js";
import { initialise } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { messageOf } from "./hostile.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const model = initialise(zoo.resnet8({ norm: "batch" }), random(0));
const text = describeModel(model, { made: "here" });

test("holds the graph, shapes and the hash, and is read as the same graph", () => {
  const { inputShape, nodes, output } = model;
  expect(readDescription(bytes(text), "x.json")).toEqual({ inputShape, nodes, output });
  const json = JSON.parse(text);
  expect(json.hash).toBe(modelHash(model));
  expect(json.metadata).toEqual({ made: "here" });
  for (const [key, { shape }] of Object.entries(model.parameters))
    expect(json.parameters[key]).toEqual([...shape]);
  expect(Object.keys(json.parameters).length).toBe(Object.keys(model.parameters).length);
  expect(describeModel(model, { made: "here" })).toBe(text);
});

test.each([
  ["[]", "x.json: got no object, expected a description of a model (whole file)"],
  ["{}", 'x.json: got no format, expected "normlens/description/1" (key format)'],
  ['{"format":"other"}', 'x.json: got "other", expected "normlens/description/1" (key format)'],
])("refuses %s", (given, message) => {
  expect(messageOf(() => readDescription(bytes(given), "x.json"))).toContain(message);
});

test("a graph that does not fit names the place", () => {
  const json = JSON.parse(text);
  json.nodes[0].kind = "conv9d";
  const message = messageOf(() => readDescription(bytes(JSON.stringify(json)), "x.json"));
  expect(message).toContain("x.json: got a graph that does not fit");
  expect(message).toContain("nodes.0.kind");
});
