/** The model: an immutable value. Nothing here runs it; `engine` does. */

import { type AttributesOf, type OpKind, opOf, ops } from "../ops/index.js";
import { flattenedLayout, inOrder, type Layout, layout } from "../ops/layout.js";
import type { ParameterSpec } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import type { Random } from "../tensor/random.js";
import { type Shape, sameShape, showShape, size, type Tensor, tensor } from "../tensor/tensor.js";

/** One op in a graph. `inputs` are ids of earlier nodes; "input" is the model's input. */
export type Node = {
  [K in OpKind]: {
    readonly id: string;
    readonly kind: K;
    readonly attributes: AttributesOf<K>;
    readonly inputs: readonly string[];
  };
}[OpKind];

/** A layer with weights and perhaps a bias: y = W ⋆ x + b. */
export type WeightNode = Extract<Node, { readonly attributes: { readonly bias: boolean } }>;

export const isWeightNode = (node: Node): node is WeightNode =>
  opOf(node.kind).affine(node.attributes).form === "weight";

/** The same node with or without a bias. */
export const withBias = (node: WeightNode, bias: boolean): WeightNode =>
  ({ ...node, attributes: { ...node.attributes, bias } }) as WeightNode;

/** A directed acyclic graph of ops, in an order in which every node comes after its inputs. JSON-serialisable. */
export interface Graph {
  readonly inputShape: readonly [number, number, number];
  readonly nodes: readonly Node[];
  /** Id of the node whose value is the model's output: logits, for a classifier. */
  readonly output: string;
}

/** A graph with the values of its parameters: "conv1.weight", "norm1.gamma", "norm1.runningMean", … */
export interface Model extends Graph {
  readonly parameters: Readonly<Record<string, Tensor>>;
}

/** A parameter with the node it belongs to; `key` is its name in `Model.parameters`. */
export interface GraphParameter extends ParameterSpec {
  readonly key: string;
  readonly node: string;
}

/** What is known of a node from the graph alone. */
export interface NodeFacts {
  readonly node: Node;
  readonly inputs: readonly Layout[];
  readonly output: Layout;
  readonly parameters: readonly GraphParameter[];
  readonly macs: number;
}

/** Facts by list of nodes: all models of one graph share theirs, however often they are trained, run or checked. */
const analysed = new WeakMap<readonly Node[], { of: Graph; facts: readonly NodeFacts[] }>();

/** Shapes, layouts, parameters and costs of every node, in order. Refuses a graph that does not fit together. */
export function analyse({ inputShape, nodes, output }: Graph): readonly NodeFacts[] {
  const known = analysed.get(nodes);
  if (known && known.of.output === output && sameShape(known.of.inputShape, inputShape))
    return known.facts;
  const of = { inputShape, nodes, output };
  const facts = analysis(of);
  analysed.set(nodes, { of, facts });
  return facts;
}

/** Multiply-accumulates of a pass over one image. */
export const macsOf = (graph: Graph): number =>
  analyse(graph).reduce((sum, { macs }) => sum + macs, 0);

function analysis(graph: Graph): readonly NodeFacts[] {
  const layouts = new Map<string, Layout>([["input", layout(graph.inputShape)]]);
  const facts = graph.nodes.map((node) => {
    if (layouts.has(node.id))
      fail("shape", `graph: got two nodes named "${node.id}", expected unique ids`);
    const inputs = node.inputs.map(
      (id) =>
        layouts.get(id) ??
        fail(
          "shape",
          `graph: node "${node.id}" reads "${id}", expected "input" or a node before it`,
        ),
    );
    const found = describeNode(node, inputs);
    layouts.set(node.id, found.output);
    return found;
  });
  if (!layouts.has(graph.output))
    fail(
      "shape",
      `graph: output is "${graph.output}", expected the id of one of its ${graph.nodes.length} nodes`,
    );
  return facts;
}

function describeNode(node: Node, given: readonly Layout[]): NodeFacts {
  if (!(node.kind in ops))
    fail(
      "unsupported",
      `graph: node "${node.id}" is a "${node.kind}", expected one of ${Object.keys(ops).join(", ")}`,
    );
  const op = opOf(node.kind);
  if (given.length !== op.inputs)
    fail(
      "shape",
      `graph: node "${node.id}" (${node.kind}) has ${given.length} inputs, expected ${op.inputs}`,
    );
  const inputs = given.map((l) => (op.ordered && !inOrder(l) && l.flattened ? layout(l.shape) : l));
  const shape = inNode(node, () =>
    op.shape(
      node.attributes,
      inputs.map((l) => l.shape),
    ),
  );
  const parameters = op.parameters(node.attributes, inputs).map((spec) => ({
    ...spec,
    key: `${node.id}.${spec.name}`,
    node: node.id,
  }));
  const macs = op.macs(
    node.attributes,
    inputs.map((l) => l.shape),
  );
  return { node, inputs, output: outputLayout(node, inputs, shape), parameters, macs };
}

/** The layout of a node's output: ops that keep the shape keep the layout too (but for dense layers, whose outputs are
 *  others even if they are as many), and flatten keeps the pixels' order. */
function outputLayout(node: Node, inputs: readonly Layout[], shape: Shape): Layout {
  if (node.kind !== "flatten")
    return sameShape(shape, inputs[0].shape) && node.kind !== "dense" ? inputs[0] : layout(shape);
  const [x] = inputs;
  return x.shape.length === 1
    ? x
    : x.C % 4 === 0 || x.H * x.W === 1
      ? flattenedLayout(x)
      : layout(shape);
}

/** Runs `work` and puts the node's id before the message of a shape error. */
function inNode<T>(node: Node, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Error
      ? fail("shape", `node "${node.id}": ${error.message}`, error)
      : error;
  }
}

/** A model with fresh parameters. Each parameter has a random stream named after itself, so graphs that share a
 *  parameter's name and shape share its values, whatever else differs. */
export function initialise(graph: Graph, random: Random): Model {
  const parameters: Record<string, Tensor> = {};
  for (const { parameters: specs } of analyse(graph))
    for (const spec of specs)
      parameters[spec.key] = tensor(spec.shape, spec.init(random.split(spec.key)));
  return { ...graph, parameters };
}

/** The model with these parameters in place of its own. Refuses missing, unknown or misshapen ones. */
export function withParameters(graph: Graph, parameters: Readonly<Record<string, Tensor>>): Model {
  const specs = analyse(graph).flatMap((facts) => facts.parameters);
  const known = new Set(specs.map((spec) => spec.key));
  const unknown = Object.keys(parameters).filter((key) => !known.has(key));
  if (unknown.length > 0)
    fail(
      "shape",
      `model: got parameters ${unknown.join(", ")}, expected only ${[...known].join(", ")}`,
    );
  for (const spec of specs) {
    const value = parameters[spec.key];
    if (!value)
      fail(
        "shape",
        `model: parameter "${spec.key}" is missing, expected shape ${showShape(spec.shape)}`,
      );
    if (!sameShape(value.shape, spec.shape))
      fail(
        "shape",
        `model: parameter "${spec.key}" has shape ${showShape(value.shape)}, expected ${showShape(spec.shape)}`,
      );
  }
  const { inputShape, nodes, output } = graph;
  return { inputShape, nodes, output, parameters };
}

/** Number of trainable parameters. */
export const parameterCount = (graph: Graph): number =>
  analyse(graph)
    .flatMap((facts) => facts.parameters)
    .reduce((sum, spec) => sum + (spec.trainable ? size(spec.shape) : 0), 0);

/** Shape of the model's output for one sample: [K] logits for a classifier. */
export const outputOf = (graph: Graph): Shape =>
  (analyse(graph).find((facts) => facts.node.id === graph.output) as NodeFacts).output.shape;

/** The model up to its logits: without a softmax at its end. A single output behind a sigmoid, or any single one where
 *  there are two classes, is the logit z of the second against the first: it becomes −z/2 and z/2, of which a softmax
 *  gives the same probability and each class has a logit to explain. */
export function upToLogits(model: Model, classes?: number): Model {
  const last = model.nodes.find(({ id }) => id === model.output);
  const isSingle = sameShape(outputOf(model), [1]);
  if (last === undefined) return model;
  const isProbability = last.kind === "softmax" || (last.kind === "sigmoid" && isSingle);
  const bare = isProbability
    ? {
        ...model,
        nodes: model.nodes.filter(({ id }) => id !== last.id),
        output: last.inputs[0],
      }
    : model;
  return isSingle && (last.kind === "sigmoid" || classes === 2) ? withTwoLogits(bare) : bare;
}

function withTwoLogits(model: Model): Model {
  let id = "classes";
  while (model.nodes.some((node) => node.id === id)) id += "_";
  const attributes = { units: 2, bias: false };
  const nodes: Node[] = [...model.nodes, { id, kind: "dense", attributes, inputs: [model.output] }];
  const weight = tensor([2, 1], Float32Array.of(-0.5, 0.5));
  return {
    ...model,
    nodes,
    output: id,
    parameters: { ...model.parameters, [`${id}.weight`]: weight },
  };
}

/** Number of classes: the length of the output vector. */
export function classCount(graph: Graph): number {
  const shape = outputOf(graph);
  if (shape.length !== 1)
    fail(
      "shape",
      `model: output "${graph.output}" has shape ${showShape(shape)}, expected a vector of logits`,
    );
  return shape[0];
}
