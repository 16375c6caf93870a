/** ONNX out: a model as operators of opset 17 (or a newer one, whose operators used here are the same), batch norms kept. (Without them: fold first.) */

import { analyse, type Model, type NodeFacts } from "../../model/model.js";
import { fail } from "../../tensor/errors.js";
import { encodeOnnx, type OnnxArray, type OnnxNode } from "./encode.js";
import { type Sheet, writeOp } from "./writers.js";

/** What files are written in unless asked otherwise, and the newest. */
const OPSET = 17;
export const NEWEST_OPSET = 26;

/** How files written here call their maker. */
export const PRODUCER = "normlens";

export interface OnnxWriteOptions {
  /** Entries for the file's metadata, all texts. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Version of ONNX's operators, from 17 to 26; defaults to 17. */
  readonly opset?: number;
}

/** The bytes of an ONNX file. The same model gives the same bytes. */
export function writeOnnx(
  model: Model,
  { metadata = {}, opset = OPSET }: OnnxWriteOptions = {},
): Uint8Array {
  if (!(Number.isInteger(opset) && opset >= OPSET && opset <= NEWEST_OPSET))
    fail("option", `writeOnnx: got opset ${opset}, expected ${OPSET} to ${NEWEST_OPSET}`);
  const nodes: OnnxNode[] = [];
  const arrays = new Map<string, OnnxArray>();
  const values = new Map([["input", "input"]]);
  const facts = analyse(model);
  for (const found of facts) {
    const { node } = found;
    const inputs = node.inputs.map((id) => values.get(id) ?? id);
    values.set(node.id, writeOp(sheet(model, found, opset, inputs, nodes, arrays), node));
  }
  const output = facts.find(({ node }) => node.id === model.output)?.output.shape ?? [];
  return encodeOnnx({
    opset,
    producer: PRODUCER,
    nodes,
    arrays,
    input: { name: "input", shape: ["N", ...model.inputShape] },
    output: { name: values.get(model.output) ?? model.output, shape: ["N", ...output] },
    metadata,
  });
}

function sheet(
  model: Model,
  facts: NodeFacts,
  opset: number,
  inputs: readonly string[],
  nodes: OnnxNode[],
  arrays: Map<string, OnnxArray>,
): Sheet {
  const { id } = facts.node;
  const self: Sheet = {
    facts,
    opset,
    inputs,
    node(type, from, attributes = {}, name = id) {
      nodes.push({ type, name, inputs: from, outputs: [name], attributes });
      return name;
    },
    floats(name, shape, data) {
      arrays.set(name, { shape, data: Float32Array.from(data) });
      return name;
    },
    integers(name, data) {
      arrays.set(name, { shape: [data.length], data: BigInt64Array.from(data, BigInt) });
      return name;
    },
    parameter: (name) => model.parameters[`${id}.${name}`]?.data,
    stored(name, shape) {
      const value = model.parameters[`${id}.${name}`];
      return value ? [self.floats(`${id}.${name}`, shape ?? value.shape, value.data)] : [];
    },
  };
  return self;
}
