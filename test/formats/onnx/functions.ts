/** ONNX files with functions of their own. */

import type { OnnxNode } from "../../../src/formats/onnx/index.js";
import { type MessageWriter, messageWriter } from "../../../src/formats/onnx/wire.js";
import { file, node, weights } from "./files.js";

/** An attribute, or one that refers to an attribute of the call. */
type Given = { readonly float: number } | { readonly reference: string };

export function attribute(name: string, given: Given): MessageWriter {
  const m = messageWriter().text(1, name);
  return ("float" in given ? m.float(2, given.float) : m.text(21, given.reference)).varint(20, 1);
}

export interface Body {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly (Omit<OnnxNode, "attributes"> & {
    readonly given?: Readonly<Record<string, Given>>;
  })[];
  readonly defaults?: Readonly<Record<string, Given>>;
  readonly opset?: number;
}

/** A file with functions of these names. */
export function withFunctions(
  bytes: Uint8Array,
  functions: Readonly<Record<string, Body>>,
): Uint8Array {
  const parts = Object.entries(functions).map(([name, f]) => {
    const m = messageWriter().text(1, name);
    for (const input of f.inputs) m.text(4, input);
    for (const output of f.outputs) m.text(5, output);
    for (const { type, name: label, inputs, outputs, given = {} } of f.nodes) {
      const one = messageWriter();
      for (const input of inputs) one.text(1, input);
      for (const output of outputs) one.text(2, output);
      one.text(3, label).text(4, type);
      for (const [key, value] of Object.entries(given)) one.message(5, attribute(key, value));
      m.message(7, one);
    }
    m.message(
      9,
      messageWriter()
        .text(1, "")
        .varint(2, f.opset ?? 17),
    ).text(10, "");
    for (const [key, value] of Object.entries(f.defaults ?? {}))
      m.message(11, attribute(key, value));
    return messageWriter().message(25, m).finish();
  });
  return Uint8Array.from([bytes, ...parts].flatMap((part) => [...part]));
}

export const step = (
  type: string,
  inputs: string[],
  output: string,
  given: Record<string, Given> = {},
) => ({
  type,
  name: output,
  inputs,
  outputs: [output],
  given,
});

/** conv(x, w), bent with a slope. */
export const block: Body = {
  inputs: ["x", "w"],
  outputs: ["y"],
  nodes: [
    step("Conv", ["x", "w"], "inner"),
    step("LeakyRelu", ["inner"], "y", { alpha: { reference: "slope" } }),
  ],
  defaults: { slope: { float: 0.25 } },
};
export const arrays = { first: weights([2, 1, 2, 2]), second: weights([3, 2, 2, 2]) };

/** Two calls of a block, with its attribute given and left out. */
export const calling = (): Uint8Array =>
  withFunctions(
    file(
      [
        node("Block", ["images", "first"], "b", { slope: { float: 0.5 } }),
        node("Block", ["b", "second"], "logits"),
      ],
      arrays,
    ),
    { Block: block },
  );
