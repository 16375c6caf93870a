/** ONNX files from parts: nodes, weights, names. Knows the format, not our ops. */

import { bytesOf } from "../numbers.js";
import { type MessageWriter, messageWriter } from "./wire.js";

export type AttributeValue =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string };

export interface OnnxNode {
  readonly type: string;
  readonly name: string;
  /** Names of values; "" where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A stored array: float32, or int64 for shapes and amounts; or float32 in a file beside the model. */
export type OnnxArray =
  | { readonly shape: readonly number[]; readonly data: Float32Array | BigInt64Array }
  | { readonly shape: readonly number[]; readonly external: Readonly<Record<string, string>> };

export interface OnnxFile {
  readonly opset: number;
  readonly producer: string;
  readonly nodes: readonly OnnxNode[];
  readonly arrays: ReadonlyMap<string, OnnxArray>;
  /** Name and shape, lengths or names of lengths. */
  readonly input: { readonly name: string; readonly shape: readonly (number | string)[] };
  readonly output: { readonly name: string; readonly shape: readonly (number | string)[] };
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The oldest IR version that has each opset; readers refuse newer ones than they know. */
const irVersionOf = (opset: number): number => (opset >= 21 ? 10 : opset >= 19 ? 9 : 8);

const FLOAT = 1;
const INT64 = 7;

function attribute(name: string, value: AttributeValue): MessageWriter {
  const m = messageWriter().text(1, name);
  if ("float" in value) return m.float(2, value.float).varint(20, 1);
  if ("int" in value) return m.varint(3, value.int).varint(20, 2);
  if ("text" in value) return m.bytes(4, new TextEncoder().encode(value.text)).varint(20, 3);
  for (const i of value.ints) m.varint(8, i);
  return m.varint(20, 7);
}

function node({ type, name, inputs, outputs, attributes = {} }: OnnxNode): MessageWriter {
  const m = messageWriter();
  for (const input of inputs) m.text(1, input);
  for (const output of outputs) m.text(2, output);
  m.text(3, name).text(4, type);
  for (const [key, value] of Object.entries(attributes)) m.message(5, attribute(key, value));
  return m;
}

function array(name: string, stored: OnnxArray): MessageWriter {
  const m = messageWriter();
  for (const length of stored.shape) m.varint(1, length);
  if ("external" in stored) {
    m.varint(2, FLOAT).text(8, name);
    for (const [key, value] of Object.entries(stored.external))
      m.message(13, messageWriter().text(1, key).text(2, value));
    return m.varint(14, 1);
  }
  const { data } = stored;
  const type = data instanceof Float32Array ? FLOAT : INT64;
  return m.varint(2, type).text(8, name).bytes(9, bytesOf(data));
}

function value({ name, shape }: OnnxFile["input"]): MessageWriter {
  const dims = messageWriter();
  for (const length of shape)
    dims.message(
      1,
      typeof length === "number"
        ? messageWriter().varint(1, length)
        : messageWriter().text(2, length),
    );
  const tensor = messageWriter().varint(1, FLOAT).message(2, dims);
  return messageWriter().text(1, name).message(2, messageWriter().message(1, tensor));
}

/** The same parts give the same bytes. */
export function encodeOnnx(file: OnnxFile): Uint8Array {
  const graph = messageWriter();
  for (const one of file.nodes) graph.message(1, node(one));
  graph.text(2, "network");
  for (const [name, stored] of file.arrays) graph.message(5, array(name, stored));
  graph.message(11, value(file.input)).message(12, value(file.output));
  const model = messageWriter()
    .varint(1, irVersionOf(file.opset))
    .text(2, file.producer)
    .message(7, graph)
    .message(8, messageWriter().text(1, "").varint(2, file.opset));
  for (const [key, text] of Object.entries(file.metadata ?? {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  ))
    model.message(14, messageWriter().text(1, key).text(2, text));
  return model.finish();
}
