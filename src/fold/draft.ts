/** A model being rewritten: nodes and float64 parameters that may still change, and what each value of the original
 *  model has become. Private to `fold`. */

import { session } from "../engine/session.js";
import {
  analyse,
  type Model,
  type Node,
  type NodeFacts,
  type WeightNode,
  withBias,
} from "../model/model.js";
import { fail } from "../tensor/errors.js";
import { type Shape, type Tensor, tensor } from "../tensor/tensor.js";

/** y = s·x + t on a value's channels (features of a vector), not yet merged into anything. */
export interface Pending {
  readonly s: Float64Array;
  readonly t: Float64Array;
  /** The batch norms it comes from, and the kinds of ops it has commuted with. */
  readonly norms: readonly string[];
  readonly through: readonly string[];
  /** The ids of those it has commuted with. */
  readonly past: readonly string[];
}

/** What a value of the original model has become: a node of the draft, then perhaps an affine map still to be merged. */
export interface Value {
  readonly id: string;
  readonly pending?: Pending;
}

export interface Draft {
  readonly model: Model;
  readonly facts: ReadonlyMap<string, NodeFacts>;
  /** Ids that read a value of the original model; "" stands for the model's own output. */
  readers(id: string): readonly string[];
  readonly nodes: Node[];
  readonly parameters: Record<string, Tensor>;
  readonly values: Map<string, Value>;
  /** The bias map that follows a convolution of the draft. */
  readonly maps: Map<string, string>;
  shapeOf(id: string): Shape;
  /** An id that no node has, made from another. */
  fresh(id: string): string;
}

const doubles = ({ shape, data }: Tensor): Tensor => tensor(shape, Float64Array.from(data));

export function draft(model: Model): Draft {
  const facts = new Map(analyse(model).map((found) => [found.node.id, found]));
  const readers = new Map<string, string[]>([[model.output, [""]]]);
  for (const node of model.nodes)
    for (const id of node.inputs) readers.set(id, [...(readers.get(id) ?? []), node.id]);
  const taken = new Set(["input", ...facts.keys()]);
  return {
    model,
    facts,
    readers: (id) => readers.get(id) ?? [],
    nodes: [],
    parameters: {},
    values: new Map([["input", { id: "input" }]]),
    maps: new Map(),
    shapeOf: (id) => (id === "input" ? model.inputShape : factsOf(facts, id).output.shape),
    fresh(id) {
      let name = id;
      for (let k = 2; taken.has(name); k++) name = `${id}${k}`;
      taken.add(name);
      return name;
    },
  };
}

export const factsOf = (facts: ReadonlyMap<string, NodeFacts>, id: string): NodeFacts =>
  facts.get(id) ?? fail("shape", `fold: no node "${id}" in the model`);

/** A parameter of the original model in float64. */
export function original(d: Draft, node: string, name: string): Tensor {
  const key = `${node}.${name}`;
  return doubles(d.model.parameters[key] ?? fail("shape", `fold: parameter "${key}" is missing`));
}

/** Adds a node as it is, its inputs renamed, its parameters copied. */
export function keep(d: Draft, node: Node, inputs: readonly string[]): void {
  d.nodes.push({ ...node, inputs });
  for (const { name } of factsOf(d.facts, node.id).parameters)
    d.parameters[`${node.id}.${name}`] = original(d, node.id, name);
}

/** Puts a changed node in the place of the one with its id. */
export function replace(d: Draft, node: Node): void {
  d.nodes[d.nodes.findIndex(({ id }) => id === node.id)] = node;
}

/** The layer's answer to one float64 input, without its bias: what a constant shift makes of a padded convolution. */
export function linearPart(node: WeightNode, weight: Tensor, x: Tensor): Tensor {
  const [, ...inputShape] = x.shape;
  const layer = { ...withBias(node, false), inputs: ["input"] };
  const alone: Model = {
    inputShape: inputShape as [number, number, number],
    nodes: [layer],
    output: node.id,
    parameters: { [`${node.id}.weight`]: weight },
  };
  return session(alone, { backend: "reference", fuse: false }).forward(x);
}
