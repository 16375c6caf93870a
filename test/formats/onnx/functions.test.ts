/** Functions of a model's own: a call is what its nodes are. */

import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { readOnnx } from "../../../src/formats/onnx/index.js";
import { messageWriter } from "../../../src/formats/onnx/wire.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { messageOf } from "../hostile.js";
import { file, node } from "./files.js";
import { arrays, attribute, type Body, block, calling, step, withFunctions } from "./functions.js";

const images = tensor(
  [1, 1, 4, 4],
  Float32Array.from({ length: 16 }, (_, i) => Math.sin(3 * i)),
);
const outputOf = (bytes: Uint8Array) => [
  ...session(readOnnx(bytes, "net.onnx").model).forward(images).data,
];

const plain = outputOf(
  file(
    [
      node("Conv", ["images", "first"], "a"),
      node("LeakyRelu", ["a"], "b", { alpha: { float: 0.5 } }),
      node("Conv", ["b", "second"], "c"),
      node("LeakyRelu", ["c"], "logits", { alpha: { float: 0.25 } }),
    ],
    arrays,
  ),
);

describe("calls", () => {
  test("with attributes given and left out", () => {
    const bytes = calling();
    expect(outputOf(bytes)).toEqual(plain);
    expect(readOnnx(bytes, "net.onnx").model.nodes.map(({ kind }) => kind)).toEqual([
      "conv2d",
      "leakyRelu",
      "conv2d",
      "leakyRelu",
    ]);
  });

  test("within functions, with names that occur outside, an input that is passed on and one left out", () => {
    const both: Body = {
      inputs: ["x", "none", "images", "first"],
      outputs: ["logits", "x"],
      nodes: [
        step("Block", ["x", "images", ""], "inner"),
        step("Block", ["inner", "first"], "logits"),
      ],
    };
    const call = {
      type: "Both",
      name: "both",
      inputs: ["images", "", "first", "second"],
      outputs: ["b/inner", "again"],
    };
    const steep = { ...block, defaults: { slope: { float: 0.5 } } };
    const bytes = withFunctions(
      file(
        [call, node("Sub", ["again", "images"], "none"), node("Relu", ["b/inner"], "logits")],
        arrays,
      ),
      { Both: both, Block: steep },
    );
    const bent = outputOf(
      file(
        [
          node("Conv", ["images", "first"], "a"),
          node("LeakyRelu", ["a"], "b", { alpha: { float: 0.5 } }),
          node("Conv", ["b", "second"], "c"),
          node("LeakyRelu", ["c"], "d", { alpha: { float: 0.5 } }),
          node("Relu", ["d"], "logits"),
        ],
        arrays,
      ),
    );
    expect(outputOf(bytes)).toEqual(bent);
    const passed = withFunctions(file([call, node("Relu", ["again"], "logits")], arrays), {
      Both: both,
      Block: steep,
    });
    expect(outputOf(passed)).toEqual([...images.data].map((v) => Math.max(v, 0)));
  });

  test("what is in the way is named by its place in the call", () => {
    const odd: Body = { inputs: ["x"], outputs: ["y"], nodes: [step("Einsum", ["x"], "y")] };
    const bytes = withFunctions(file([node("Odd", ["images"], "logits")]), { Odd: odd });
    expect(messageOf(() => readOnnx(bytes, "net.onnx"))).toContain(
      'node 0 "logits/y", Einsum (reads "images"): is no operator that can be taken',
    );
  });
});

describe("refused", () => {
  const said = (functions: Readonly<Record<string, Body>>, type = "F0") =>
    messageOf(() =>
      readOnnx(withFunctions(file([node(type, ["images"], "logits")]), functions), "net.onnx"),
    );

  test("a function that calls itself, by way of another", () => {
    const call = (type: string): Body => ({
      inputs: ["x"],
      outputs: ["y"],
      nodes: [step(type, ["x"], "y")],
    });
    expect(said({ F0: call("F1"), F1: call("F0") })).toBe(
      'net.onnx: got a function that calls itself, or too many, expected functions that end (node 0 "logits", F0, F1, F0); export the model again',
    );
  });

  test("a little file that would be many nodes", () => {
    const functions = Object.fromEntries(
      Array.from({ length: 30 }, (_, k): [string, Body] => [
        `F${k}`,
        {
          inputs: ["x"],
          outputs: ["y"],
          nodes: [
            step(k === 29 ? "Relu" : `F${k + 1}`, ["x"], "a"),
            step(k === 29 ? "Relu" : `F${k + 1}`, ["a"], "y"),
          ],
        },
      ]),
    );
    const start = performance.now();
    expect(said(functions)).toContain("expected");
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("another opset than the model's", () => {
    const old = { ...block, opset: 13 };
    expect(said({ Block: old }, "Block")).toBe(
      'net.onnx: got a function of opset 13 in a model of opset 17, expected one opset (node 0 "logits", Block); inline the functions and convert the model (onnx.inliner, onnx.version_converter)',
    );
  });

  test("an attribute that refers to none, outside of functions", () => {
    const one = messageWriter()
      .text(1, "images")
      .text(2, "logits")
      .text(3, "l")
      .text(4, "LeakyRelu");
    one.message(5, attribute("alpha", { reference: "slope" }));
    const whole = file([node("Relu", ["images"], "other")]);
    const more = messageWriter().message(7, messageWriter().message(1, one)).finish();
    expect(messageOf(() => readOnnx(Uint8Array.of(...whole, ...more), "net.onnx"))).toContain(
      'has the attribute "alpha"; export it without',
    );
  });
});
