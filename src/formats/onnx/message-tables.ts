/** How the messages of a network are read, field by field. Fields not named here (documentation, hints) are passed over;
 *  https://github.com/onnx/onnx/blob/main/onnx/onnx.proto has them all. */

import { badFile } from "../problems.js";
import {
  type AttributeMessage,
  emptyAttribute,
  type FunctionMessage,
  type GraphMessage,
  MAX_NODES,
  type ModelMessage,
  type NodeMessage,
  type TensorMessage,
  type ValueMessage,
} from "./messages.js";
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

/** How each field is read into a message that is being filled. */
type Table<M> = Readonly<Record<number, (m: M, f: Field, b: Budget, place: string) => void>>;

function fill<M>(message: M, table: Table<M>, bytes: Uint8Array, b: Budget, place: string): M {
  eachField(bytes, b, place, (f) => table[f.number]?.(message, f, b, place));
  return message;
}

const MAX_DIMS = 16;

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
  20: (m, f, b, p) => void (m.type = Number(integer(f, b, p))),
  21: (m, f, b, p) => void (m.reference = text(f, b, p)),
  22: (m) => void (m.foreign = true),
  23: (m) => void (m.foreign = true),
};

const attribute = (f: Field, b: Budget, p: string): AttributeMessage =>
  fill(emptyAttribute(), attributeTable, content(f, b, p), b, `${p}, attribute`);

const nodeTable: Table<NodeMessage> = {
  1: (m, f, b, p) => void m.inputs.push(text(f, b, p)),
  2: (m, f, b, p) => void m.outputs.push(text(f, b, p)),
  3: (m, f, b, p) => void (m.name = text(f, b, p)),
  4: (m, f, b, p) => void (m.type = text(f, b, p)),
  5: (m, f, b, p) => void m.attributes.push(attribute(f, b, p)),
  7: (m, f, b, p) => void (m.domain = text(f, b, p)),
  8: (m, f, b, p) => void (m.overload = text(f, b, p)),
};

/** A node is added to those of a graph or a function. */
function addNode(to: NodeMessage[], f: Field, b: Budget, p: string): void {
  const k = to.length;
  if (k >= MAX_NODES) badFile(b.name, p, `more than ${MAX_NODES} nodes`, `at most ${MAX_NODES}`);
  const texts = { name: "", type: "", domain: "", overload: "" };
  const empty = { ...texts, inputs: [], outputs: [], attributes: [] };
  to.push(fill(empty, nodeTable, content(f, b, p), b, `${p}, node ${k}`));
}

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
  1: (m, f, b, p) => addNode(m.nodes, f, b, p),
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
function addOpset(to: Map<string, number>, f: Field, b: Budget, p: string): void {
  const opset = fill({ domain: "", version: 0 }, opsetTable, content(f, b, p), b, p);
  to.set(opset.domain === "ai.onnx" ? "" : opset.domain, opset.version);
}

const functionTable: Table<FunctionMessage> = {
  1: (m, f, b, p) => void (m.name = text(f, b, p)),
  4: (m, f, b, p) => void m.inputs.push(text(f, b, p)),
  5: (m, f, b, p) => void m.outputs.push(text(f, b, p)),
  7: (m, f, b, p) => addNode(m.nodes, f, b, p),
  9: (m, f, b, p) => addOpset(m.opsets, f, b, p),
  10: (m, f, b, p) => void (m.domain = text(f, b, p)),
  11: (m, f, b, p) => void m.defaults.push(attribute(f, b, p)),
  13: (m, f, b, p) => void (m.overload = text(f, b, p)),
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
  8: (m, f, b, p) => addOpset(m.opsets, f, b, p),
  14: (m, f, b, p) => void m.metadata.set(...pair(f, b, p)),
  25: (m, f, b, p) => {
    const texts = { name: "", domain: "", overload: "" };
    const lists = { inputs: [], outputs: [], nodes: [], defaults: [], opsets: new Map() };
    const place = `function ${m.functions.length}`;
    m.functions.push(fill({ ...texts, ...lists }, functionTable, content(f, b, p), b, place));
  },
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
const functionPlaces: Table<Set<string>> = { 7: into(nodePlaces) };
const modelPlaces: Table<Set<string>> = { 7: into(graphPlaces), 25: into(functionPlaces) };

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
