/** The messages of ONNX that a network consists of, as `message-tables.ts` reads them. */

import { showText } from "../problems.js";

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
  /** What it holds, by ONNX's number; 0 if the file does not say. */
  type: number;
  float: number;
  integer: bigint;
  bytes: Uint8Array;
  floats: number[];
  integers: bigint[];
  strings: Uint8Array[];
  tensor?: TensorMessage;
  /** Within a function: the attribute of its call that this one is; else "". */
  reference: string;
  /** Kinds of content that nothing here reads (graphs, sparse tensors, …). */
  foreign: boolean;
}

const NOTHING = new Uint8Array(0);

export const emptyAttribute = (): AttributeMessage => ({
  name: "",
  type: 0,
  float: 0,
  integer: 0n,
  bytes: NOTHING,
  floats: [],
  integers: [],
  strings: [],
  reference: "",
  foreign: false,
});

export interface NodeMessage {
  inputs: string[];
  outputs: string[];
  name: string;
  type: string;
  domain: string;
  /** Which of several functions of one name. */
  overload: string;
  attributes: AttributeMessage[];
}

/** A function of the model's own. */
export interface FunctionMessage {
  name: string;
  domain: string;
  overload: string;
  inputs: string[];
  outputs: string[];
  nodes: NodeMessage[];
  /** Attributes of a call that are left out. */
  defaults: AttributeMessage[];
  opsets: Map<string, number>;
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
  functions: FunctionMessage[];
}

/** More than any network has. */
export const MAX_NODES = 20_000;

/** "Conv" node number 3 as a place in a message. */
export const nodePlace = (node: NodeMessage, index: number): string =>
  `node ${index}${node.name ? ` ${showText(node.name)}` : ""}, ${node.type || "no operator"}`;
