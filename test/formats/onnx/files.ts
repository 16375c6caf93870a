/** Small ONNX files for tests, also such as no exporter would write. */

import { encodeOnnx, type OnnxArray, type OnnxNode } from "../../../src/formats/onnx/index.js";
import { random } from "../../../src/tensor/random.js";

export type Attributes = NonNullable<OnnxNode["attributes"]>;

/** A node whose name is that of its output. */
export const node = (
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Attributes = {},
): OnnxNode => ({ type, name: output, inputs, outputs: [output], attributes });

/** An array of noise, or of one value. */
export function weights(shape: readonly number[], value?: number) {
  const dice = random(`weights ${shape}`);
  const length = shape.reduce((product, n) => product * n, 1);
  return { shape, data: Float32Array.from({ length }, () => value ?? dice.normal()) };
}

/** A file whose input is "images" and whose output is "logits". */
export const file = (
  nodes: readonly OnnxNode[],
  arrays: Readonly<Record<string, OnnxArray>> = {},
  shape: readonly (number | string)[] = ["N", 1, 4, 4],
  opset = 17,
): Uint8Array =>
  encodeOnnx({
    opset,
    producer: "test",
    nodes,
    arrays: new Map(Object.entries(arrays)),
    input: { name: "images", shape },
    output: { name: "logits", shape: ["N", 3] },
  });
