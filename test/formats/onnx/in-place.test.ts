/** Weights of a file that nobody else reads stay in its bytes, wherever they begin; the same numbers as copied ones. */

import { describe, expect, test } from "vitest";
import { readOnnx } from "../../../src/formats/onnx/index.js";
import { file, node, weights } from "./files.js";

/** Two large filters, one of them read by two nodes, a bias, and one of 2 numbers, before which is little room; names of
 *  other lengths move all that follows. */
const withName = (name: string): Uint8Array =>
  file(
    [
      node("Conv", ["images", name, "bias"], "a"),
      node("Conv", ["a", "second"], "b"),
      node("Conv", ["b", name], "c"),
      node("Conv", ["c", "few", "two"], "logits"),
    ],
    {
      [name]: weights([64, 64, 1, 1]),
      bias: weights([64]),
      second: weights([64, 64, 1, 1], 0.5),
      few: weights([2, 64, 1, 1]),
      two: weights([2]),
    },
    ["N", 64, 5, 5],
  );

describe.each(["w", "ww", "www", "wwww"])('with weights named "%s"', (name) => {
  const bytes = withName(name);
  const copied = readOnnx(bytes.slice(), "model.onnx").model;
  const given = bytes.slice();
  const { model } = readOnnx(given, "model.onnx", { owned: true });
  const parameters = Object.values(model.parameters);

  test("the same numbers", () => {
    expect(model.parameters).toEqual(copied.parameters);
    expect(parameters).toHaveLength(6);
  });

  test("they lie in the bytes where there is room, those of borrowed bytes do not", () => {
    for (const { data } of parameters) if (data.length > 2) expect(data.buffer).toBe(given.buffer);
    const borrowed = bytes.slice();
    for (const { data } of Object.values(readOnnx(borrowed, "model.onnx").model.parameters))
      expect(data.buffer).not.toBe(borrowed.buffer);
    expect(borrowed).toEqual(bytes);
  });
});
