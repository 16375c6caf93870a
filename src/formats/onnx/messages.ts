/** The messages of ONNX that a network consists of. Fields not named here (documentation, hints) are passed over;
 *  https://github.com/onnx/onnx/blob/main/onnx/onnx.proto has them all. */

import { badFile, showText } from "../problems.js";
import {
  type Budget,
  budget,
  content,
  eachField,
  type Field,
  floats,
  integer,
  integers,
  text,
} from "./wire.js";

export interface TensorMessage {
  name: string;
  dims: number[];
  dataType: number;
  raw?: Uint8Array;
  /** float_data and double_data. */
  floats: number[];
  /** int32_data (also the bits of half floats), int64_data and uint64_data. */
  integers: bigint[];
  /** Where the data lies if not here: location, offset, length. */
  external?: Record<string, string>;
}

export interface AttributeMessage {
  name: string;
  float: number;
  integer: bigint;
  bytes: Uint8Array;
  floats: number[];
  integers: bigint[];
  strings: Uint8Array[];
  tensor?: TensorMessage;
  /** Kinds of content that nothing here reads (graphs, sparse tensors, …). */
  foreign: boolean;
}

export interface NodeMessage {
  inputs: string[];
  outputs: string[];
  name: string;
  type: string;
  domain: string;
  attributes: AttributeMessage[];
}

/** A declared shape: lengths, names of lengths, or nothing known ("?"). Undefined: no shape given. */
export interface ValueMessage {
  name: string;
  elementType: number;
  shape?: (number | string)[];
}

export interface GraphMessage {
  nodes: NodeMessage[];
  initializers: TensorMessage[];
  inputs: ValueMessage[];
  outputs: ValueMessage[];
  hasSparse: boolean;
}

export interface ModelMessage {
  irVersion: number;
  producer: string;
  producerVersion: string;
  graph?: GraphMessage;
  /** Opset version by domain; "" is ONNX itself. */
  opsets: Map<string, number>;
  metadata: Map<string, string>;
  /** Model-local functions: name by name. */
  functions: string[];
}

/** How each field is read into a message that is being filled. */
type Table<M> = Readonly<Record<number, (m: M, f: Field, b: Budget, place: string) => void>>;

function fill<M>(message: M, table: Table<M>, bytes: Uint8Array, b: Budget, place: string): M {
  eachField(bytes, b, place, (f) => table[f.number]?.(message, f, b, place));
  return message;
}

const MAX_DIMS = 16;
const MAX_NODES = 20_000;

const pairTable: Table<[string, string]> = {
  1: (m, f, b, p) => void (m[0] = text(f, b, p)),
  2: (m, f, b, p) => void (m[1] = text(f, b, p)),
};
const pair = (f: Field, b: Budget, p: string): [string, string] =>
  fill(["", ""], pairTable, content(f, b, p), b, p);

const tensorTable: Table<TensorMessage> = {
  1: (m, f, b, p) => {
    m.dims.push(
      ...integers(f, b, p)
        .slice(0, MAX_DIMS + 1)
        .map(Number),
    );
    if (m.dims.length > MAX_DIMS)
      badFile(b.name, p, `more than ${MAX_DIMS} axes`, `at most ${MAX_DIMS}`);
  },
  2: (m, f, b, p) => void (m.dataType = Number(integer(f, b, p))),
  4: (m, f, b, p) => extend(m.floats, floats(f, 4, b, p)),
  5: (m, f, b, p) => extend(m.integers, integers(f, b, p)),
  7: (m, f, b, p) => extend(m.integers, integers(f, b, p)),
  8: (m, f, b, p) => void (m.name = text(f, b, p)),
  9: (m, f, b, p) => void (m.raw = content(f, b, p)),
  10: (m, f, b, p) => extend(m.floats, floats(f, 8, b, p)),
  11: (m, f, b, p) => extend(m.integers, integers(f, b, p)),
  13: (m, f, b, p) => {
    const [key, value] = pair(f, b, p);
    m.external = { ...m.external, [key]: value };
  },
  14: (m, f, b, p) => {
    if (integer(f, b, p) === 1n) m.external = { ...m.external };
  },
};

/** push(...) of a long list would overflow the stack. */
function extend<T>(to: T[], from: readonly T[]): void {
  for (const item of from) to.push(item);
}

function tensorMessage(bytes: Uint8Array, b: Budget, place: string): TensorMessage {
  const empty: TensorMessage = { name: "", dims: [], dataType: 0, floats: [], integers: [] };
  return fill(empty, tensorTable, bytes, b, place);
}

const NOTHING = new Uint8Array(0);

const attributeTable: Table<AttributeMessage> = {
  1: (m, f, b, p) => void (m.name = text(f, b, p)),
  2: (m, f, b, p) => void (m.float = floats(f, 4, b, p)[0] ?? 0),
  3: (m, f, b, p) => void (m.integer = integer(f, b, p)),
  4: (m, f, b, p) => void (m.bytes = content(f, b, p)),
  5: (m, f, b, p) => void (m.tensor = tensorMessage(content(f, b, p), b, p)),
  6: (m) => void (m.foreign = true),
  7: (m, f, b, p) => extend(m.floats, floats(f, 4, b, p)),
  8: (m, f, b, p) => extend(m.integers, integers(f, b, p)),
  9: (m, f, b, p) => void m.strings.push(content(f, b, p)),
  10: (m) => void (m.foreign = true),
  11: (m) => void (m.foreign = true),
  22: (m) => void (m.foreign = true),
  23: (m) => void (m.foreign = true),
};

const nodeTable: Table<NodeMessage> = {
  1: (m, f, b, p) => void m.inputs.push(text(f, b, p)),
  2: (m, f, b, p) => void m.outputs.push(text(f, b, p)),
  3: (m, f, b, p) => void (m.name = text(f, b, p)),
  4: (m, f, b, p) => void (m.type = text(f, b, p)),
  5: (m, f, b, p) => {
    const empty: AttributeMessage = {
      name: "",
      float: 0,
      integer: 0n,
      bytes: NOTHING,
      floats: [],
      integers: [],
      strings: [],
      foreign: false,
    };
    m.attributes.push(fill(empty, attributeTable, content(f, b, p), b, `${p}, attribute`));
  },
  7: (m, f, b, p) => void (m.domain = text(f, b, p)),
};

const dimTable: Table<(number | string)[]> = {
  1: (m, f, b, p) => void (m[0] = Number(integer(f, b, p))),
  2: (m, f, b, p) => void (m[0] = text(f, b, p)),
};
const shapeTable: Table<(number | string)[]> = {
  1: (m, f, b, p) =>
    void m.push(fill<(number | string)[]>([], dimTable, content(f, b, p), b, p)[0] ?? "?"),
};
const tensorTypeTable: Table<ValueMessage> = {
  1: (m, f, b, p) => void (m.elementType = Number(integer(f, b, p))),
  2: (m, f, b, p) => void (m.shape = fill([], shapeTable, content(f, b, p), b, p)),
};
const typeTable: Table<ValueMessage> = {
  1: (m, f, b, p) => void fill(m, tensorTypeTable, content(f, b, p), b, p),
};
const valueTable: Table<ValueMessage> = {
  1: (m, f, b, p) => void (m.name = text(f, b, p)),
  2: (m, f, b, p) => void fill(m, typeTable, content(f, b, p), b, p),
};

const value = (f: Field, b: Budget, p: string): ValueMessage =>
  fill({ name: "", elementType: 0 }, valueTable, content(f, b, p), b, p);

const graphTable: Table<GraphMessage> = {
  1: (m, f, b, p) => {
    const k = m.nodes.length;
    if (k >= MAX_NODES) badFile(b.name, p, `more than ${MAX_NODES} nodes`, `at most ${MAX_NODES}`);
    const empty = { inputs: [], outputs: [], name: "", type: "", domain: "", attributes: [] };
    m.nodes.push(fill(empty, nodeTable, content(f, b, p), b, `${p}, node ${k}`));
  },
  5: (m, f, b, p) => {
    const place = `${p}, initializer ${m.initializers.length}`;
    m.initializers.push(tensorMessage(content(f, b, p), b, place));
  },
  11: (m, f, b, p) => void m.inputs.push(value(f, b, `${p}, input ${m.inputs.length}`)),
  12: (m, f, b, p) => void m.outputs.push(value(f, b, `${p}, output ${m.outputs.length}`)),
  15: (m) => void (m.hasSparse = true),
};

const opsetTable: Table<{ domain: string; version: number }> = {
  1: (m, f, b, p) => void (m.domain = text(f, b, p)),
  2: (m, f, b, p) => void (m.version = Number(integer(f, b, p))),
};
const functionTable: Table<{ name: string }> = {
  1: (m, f, b, p) => void (m.name = text(f, b, p)),
};

const modelTable: Table<ModelMessage> = {
  1: (m, f, b, p) => void (m.irVersion = Number(integer(f, b, p))),
  2: (m, f, b, p) => void (m.producer = text(f, b, p)),
  3: (m, f, b, p) => void (m.producerVersion = text(f, b, p)),
  7: (m, f, b, p) => {
    const empty: GraphMessage = {
      nodes: [],
      initializers: [],
      inputs: [],
      outputs: [],
      hasSparse: false,
    };
    m.graph = fill(m.graph ?? empty, graphTable, content(f, b, p), b, "graph");
  },
  8: (m, f, b, p) => {
    const opset = fill({ domain: "", version: 0 }, opsetTable, content(f, b, p), b, p);
    m.opsets.set(opset.domain === "ai.onnx" ? "" : opset.domain, opset.version);
  },
  14: (m, f, b, p) => void m.metadata.set(...pair(f, b, p)),
  25: (m, f, b, p) =>
    void m.functions.push(fill({ name: "" }, functionTable, content(f, b, p), b, p).name),
};

/** Where tensors lie that are in other files, and nothing else of a model. */
const placeTable: Table<Set<string>> = {
  13: (m, f, b, p) => {
    const [key, value] = pair(f, b, p);
    if (key === "location") m.add(value);
  },
};
const into =
  (table: Table<Set<string>>): Table<Set<string>>[number] =>
  (m, f, b, p) =>
    void fill(m, table, content(f, b, p), b, p);
const attributePlaces: Table<Set<string>> = { 5: into(placeTable) };
const nodePlaces: Table<Set<string>> = { 5: into(attributePlaces) };
const graphPlaces: Table<Set<string>> = { 1: into(nodePlaces), 5: into(placeTable) };
const modelPlaces: Table<Set<string>> = { 7: into(graphPlaces) };

/** Locations, relative to the model's folder, of the files that hold its weights. */
export const externalLocations = (bytes: Uint8Array, name: string): readonly string[] => [
  ...fill(new Set<string>(), modelPlaces, bytes, budget(name), "model"),
];

/** The model message of a file, checked field by field but not yet as a network. */
export function modelMessage(
  bytes: Uint8Array,
  name: string,
): ModelMessage & { graph: GraphMessage } {
  const empty: ModelMessage = {
    irVersion: 0,
    producer: "",
    producerVersion: "",
    opsets: new Map(),
    metadata: new Map(),
    functions: [],
  };
  const model = fill(empty, modelTable, bytes, budget(name), "model");
  const { graph } = model;
  if (!graph)
    return badFile(
      name,
      "model",
      "no graph",
      "an ONNX model",
      "give a model that was exported to ONNX",
    );
  return { ...model, graph };
}

/** "Conv" node number 3 as a place in a message. */
export const nodePlace = (node: NodeMessage, index: number): string =>
  `node ${index}${node.name ? ` ${showText(node.name)}` : ""}, ${node.type || "no operator"}`;

/** Whether bytes have the shape of an ONNX model: whole fields, a graph among them, nothing that ONNX does not have. */
export function looksLikeOnnx(bytes: Uint8Array): boolean {
  try {
    let [hasGraph, isOnnx] = [false, true];
    eachField(bytes, { name: "", fields: 10_000 }, "", ({ number, wire }) => {
      isOnnx &&= number <= 30;
      hasGraph ||= number === 7 && wire === 2;
    });
    return hasGraph && isOnnx;
  } catch {
    return false;
  }
}
