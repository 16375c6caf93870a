/** A model as one safetensors file: an array per parameter, and in the metadata
 *  - `format`: "normlens/model/1"
 *  - `graph`: the graph as JSON {inputShape, nodes: [{id, kind, attributes, inputs}], output}
 *  - anything else that the writer adds (seed, step, data fingerprint, …), all texts.
 *  Arrays whose names begin with "state/" are no parameters but what an interrupted training run carries on. */

import { z } from "zod";
import { type Graph, type Model, type Node, withParameters } from "../model/model.js";
import { type OpKind, ops } from "../ops/index.js";
import { NormLensError } from "../tensor/errors.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { type Json, readJson } from "./json.js";
import { badFile, showText, unsupportedFile } from "./problems.js";
import { readSafetensors, type StoredArray } from "./safetensors.js";
import { writeSafetensors } from "./safetensors-write.js";

const FORMAT = "normlens/model/1";
const STATE = "state/";
/** More than any network that training or explaining here could hold. */
const MAX_NODES = 20_000;
const MAX_SIDE = 1 << 16;

export interface ModelFile {
  readonly model: Model;
  /** The writer's own metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Arrays beside the parameters, by name. */
  readonly states: Readonly<Record<string, Float32Array>>;
}

export function writeModelFile({
  model,
  metadata = {},
  states = {},
}: Pick<ModelFile, "model"> & Partial<ModelFile>): Uint8Array {
  const { inputShape, nodes, output } = model;
  const arrays: Record<string, { shape: readonly number[]; data: Float32Array }> = {};
  for (const [key, { shape, data }] of Object.entries(model.parameters))
    arrays[key] = { shape, data: Float32Array.from(data) };
  for (const [key, data] of Object.entries(states))
    arrays[STATE + key] = { shape: [data.length], data };
  return writeSafetensors(arrays, {
    ...metadata,
    format: FORMAT,
    graph: JSON.stringify({ inputShape, nodes, output }),
  });
}

/** Whether the graph stands in the file, and not weights alone. */
export const isModelFile = (bytes: Uint8Array, name: string): boolean =>
  readSafetensors(bytes, name).metadata.get("format") === FORMAT;

/** Reads a model file as hostile input: everything is checked before anything is used. `name` is for messages. */
export function readModelFile(bytes: Uint8Array, name: string): ModelFile {
  const { arrays, metadata } = readSafetensors(bytes, name);
  const format = metadata.get("format");
  if (format !== FORMAT)
    unsupportedFile(
      name,
      "metadata, key format",
      format === undefined ? "no format" : showText(format),
      `"${FORMAT}"`,
      "give a model that this program has written, or say to which network the weights belong (--network resnet20)",
    );
  const text = metadata.get("graph") ?? badFile(name, "metadata", "no graph", "the key graph");
  const graph = parseGraph(
    readJson(new TextEncoder().encode(text), name, "metadata, key graph"),
    name,
  );
  const parameters: Record<string, Tensor> = {};
  const states: Record<string, Float32Array> = {};
  for (const [key, array] of arrays) {
    if (key.startsWith(STATE)) states[key.slice(STATE.length)] = floats(array, name, key);
    else parameters[key] = tensor(array.shape, floats(array, name, key));
  }
  const { format: _, graph: __, ...rest } = Object.fromEntries(metadata);
  return { model: fitted(graph, parameters, name), metadata: rest, states };
}

/** The graph with its arrays, or what does not fit together. */
function fitted(graph: Graph, parameters: Readonly<Record<string, Tensor>>, name: string): Model {
  try {
    return withParameters(graph, parameters);
  } catch (error) {
    if (!(error instanceof NormLensError)) throw error;
    const got = `parts that do not fit together (${error.message})`;
    return badFile(name, "graph", got, "a graph with its arrays", undefined, error);
  }
}

function floats({ dtype, data }: StoredArray, name: string, key: string): Float32Array {
  return data instanceof Float32Array
    ? data
    : badFile(
        name,
        `array ${showText(key)}`,
        `elements of type ${dtype}`,
        "F32",
        "convert the file to float32",
      );
}

const side = z.int().positive().max(MAX_SIDE);
const graphSchema = z.strictObject({
  inputShape: z.tuple([side, side, side]),
  nodes: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(200),
        kind: z.enum(Object.keys(ops) as [OpKind, ...OpKind[]]),
        attributes: z.unknown(),
        inputs: z.array(z.string()).max(MAX_NODES),
      }),
    )
    .min(1)
    .max(MAX_NODES),
  output: z.string(),
});

/** A graph from untrusted JSON. Whether the shapes fit together is checked when parameters are added. */
export function parseGraph(json: Json, name: string): Graph {
  const parsed = graphSchema.safeParse(json);
  if (!parsed.success) return badIssue(name, "graph", parsed.error);
  const nodes = parsed.data.nodes.map((node, i) => {
    const attributes = ops[node.kind].attributes.safeParse(node.attributes);
    if (!attributes.success)
      badIssue(name, `graph, node ${i} ${showText(node.id)} (${node.kind})`, attributes.error);
    return { ...node, attributes: attributes.data } as Node;
  });
  return { ...parsed.data, nodes };
}

function badIssue(name: string, place: string, error: z.ZodError): never {
  const [issue] = error.issues;
  return badFile(
    name,
    `${place}: ${issue.path.join(".")}`,
    "a graph that does not fit",
    issue.message,
  );
}
