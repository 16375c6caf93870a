/** Where units are looked at: the tensor behind the last ReLU, the same in every arm, and networks cut off or opened
 *  there. A unit is a channel of that tensor. */

import type { Layer } from "../../model/build.js";
import { analyse, type Graph, type Model, type Node, withParameters } from "../../model/model.js";
import { perAxis } from "../../ops/conv2d-geometry.js";
import type { Tensor } from "../../tensor/tensor.js";

/** The last ReLU of the graph. */
export const lastRelu = (graph: Graph): string | undefined =>
  graph.nodes.findLast(({ kind }) => kind === "relu")?.id;

type Parameters = Readonly<Record<string, Tensor>>;

/** A layer with its parameters, named without the layer. */
export interface Inserted {
  readonly layer: Layer;
  readonly parameters: Parameters;
}

const named = ({ parameters }: Inserted, id: string): Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`${id}.${name}`, value]));

const nodeOf = ({ layer: { kind, attributes } }: Inserted, id: string, input: string): Node =>
  ({ id, kind, attributes, inputs: [input] }) as Node;

/** The network up to a node, whose value is its output, and optionally one more layer. */
export function trunk(model: Model, tap: string, end?: Inserted): Model {
  const last = model.nodes.findIndex(({ id }) => id === tap);
  const kept = model.nodes.slice(0, last + 1);
  const nodes = end ? [...kept, nodeOf(end, END, tap)] : kept;
  const ids = new Set(kept.map(({ id }) => id));
  const own = Object.entries(model.parameters).filter(([key]) =>
    ids.has(key.slice(0, key.lastIndexOf("."))),
  );
  return withParameters(
    { inputShape: model.inputShape, nodes, output: end ? END : tap },
    { ...Object.fromEntries(own), ...(end && named(end, END)) },
  );
}

const END = "units";

/** The network with layers between a node and all that read it; they are called `units1`, `units2`, …. */
export function opened(model: Model, tap: string, layers: readonly Inserted[]): Model {
  const id = (i: number): string => `${END}${i + 1}`;
  const added = layers.map((each, i) => nodeOf(each, id(i), i === 0 ? tap : id(i - 1)));
  const end = id(layers.length - 1);
  const nodes = model.nodes.flatMap((node) => {
    const inputs = node.inputs.map((input) => (input === tap ? end : input));
    return node.id === tap ? [node, ...added] : [{ ...node, inputs } as Node];
  });
  return withParameters(
    { ...model, nodes, output: model.output === tap ? end : model.output },
    Object.assign({}, model.parameters, ...layers.map((each, i) => named(each, id(i)))),
  );
}

/** Where the centre of a unit's receptive field lies in the image: row = start[0] + jump[0]·y, column likewise. */
export interface Field {
  readonly start: readonly [number, number];
  readonly jump: readonly [number, number];
  /** Rows and columns of the map. */
  readonly size: readonly [number, number];
}

/** The receptive fields of a node's positions; undefined if it is no map, or one whose place is not known. */
export function receptiveField(model: Graph, tap: string): Field | undefined {
  const facts = new Map(analyse(model).map((each) => [each.node.id, each]));
  const path: Node[] = [];
  for (let id = tap; id !== "input"; ) {
    const found = facts.get(id);
    if (!found) return undefined;
    path.unshift(found.node);
    id = found.node.inputs[0];
  }
  const start: [number, number] = [0, 0];
  const jump: [number, number] = [1, 1];
  for (const node of path) {
    const window = windowOf(node);
    const [input, output] = [facts.get(node.id)?.inputs[0], facts.get(node.id)?.output];
    if (!window && (input?.H !== output?.H || input?.W !== output?.W)) return undefined;
    if (!window) continue;
    for (const axis of [0, 1] as const) {
      start[axis] += ((window.kernel[axis] - 1) / 2 - window.padding[axis]) * jump[axis];
      jump[axis] *= window.stride[axis];
    }
  }
  const shape = facts.get(tap)?.output.shape ?? [];
  return shape.length === 3 && shape[1] * shape[2] > 1
    ? { start, jump, size: [shape[1], shape[2]] }
    : undefined;
}

interface Window {
  readonly kernel: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly stride: readonly [number, number];
}

/** The window that an op slides over its input, if it has one. */
function windowOf(node: Node): Window | undefined {
  switch (node.kind) {
    case "conv2d": {
      const { kernel, padding, stride } = node.attributes;
      const dilation = perAxis(node.attributes.dilation);
      const [kh, kw] = kernel.map((side, axis) => (side - 1) * dilation[axis] + 1);
      return { kernel: [kh, kw], padding: [padding[0], padding[1]], stride: perAxis(stride) };
    }
    case "maxPool2d":
    case "signedMaxPool2d":
    case "avgPool2d": {
      const { size, stride, padding } = node.attributes;
      return { kernel: [size, size], padding: [padding, padding], stride: [stride, stride] };
    }
    default:
      return undefined;
  }
}
