/** The graph that grows while a file is translated: adding nodes, seeing a value in the shape an op needs, merging. */

import type { Graph, Node } from "../../model/model.js";
import { type OpKind, opOf, ops } from "../../ops/index.js";
import { NormLensError } from "../../tensor/errors.js";
import {
  type Shape,
  sameShape,
  showShape,
  size,
  type Tensor,
  tensor,
} from "../../tensor/tensor.js";
import { type Constant, weights } from "./constants.js";
import { type NodeView, refuse, type Value } from "./node-view.js";

/** A parameter before it has float32 numbers of its own. */
export type Given = Constant | Tensor;

export interface Translation {
  /** The file, for messages. */
  readonly name: string;
  readonly opset: number;
  /** Images per batch if the file fixes them. */
  readonly batch: number | undefined;
  /** Remarks for whoever looks at the model. */
  readonly notes: string[];
  /** Adds a node; the value's shape is the op's own. `weight` is the constant that the node is named after. */
  add(
    n: NodeView,
    kind: OpKind,
    attributes: object,
    inputs: readonly Value[],
    parameters?: Readonly<Record<string, Given>>,
    weight?: Constant,
  ): Value;
  node(v: Value): Node | undefined;
  /** Changes attributes and adds parameters of a node that nothing else reads. */
  amend(v: Value, attributes: object, parameters: Readonly<Record<string, Given>>): Value;
  parameter(v: Value, name: string): Tensor;
  /** The value as an image [C,H,W] or a vector [F] of the file's shape. */
  image(n: NodeView, v: Value, name?: string): Value;
  vector(n: NodeView, v: Value, name?: string): Value;
  /** A node's value if it was asked for before with the same key. */
  once(key: string, make: () => Value): Value;
  finish(
    inputShape: Graph["inputShape"],
    output: string,
  ): { graph: Graph; parameters: Record<string, Tensor> };
}

const SHAPES = "reshape it to [N,C,H,W] or [N,F] in the model";

export function translation(name: string, opset: number, batch: number | undefined): Translation {
  const nodes = new Map<string, Node>();
  const parameters: Record<string, Tensor> = {};
  const memo = new Map<string, Value>();
  const taken = new Set(["input"]);
  const notes: string[] = [];

  const fresh = (wish: string): string => {
    const base = wish.slice(0, 160) || "node";
    let id = base;
    for (let k = 2; taken.has(id); k++) id = `${base}_${k}`;
    taken.add(id);
    return id;
  };
  const store = (id: string, given: Readonly<Record<string, Given>>): void => {
    for (const [key, value] of Object.entries(given))
      parameters[`${id}.${key}`] = tensor(
        value.shape,
        "isInteger" in value ? weights(value, name) : value.data,
      );
  };

  const self: Translation = {
    name,
    opset,
    batch,
    notes,
    add(n, kind, attributes, inputs, given = {}, weight) {
      const parsed = ops[kind].attributes.safeParse(attributes);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        return refuse(
          `as ${kind} would have ${issue.path.join(".")}: ${issue.message}`,
          "export the model with other settings",
        );
      }
      const ours = shapeOf(kind, parsed.data, inputs);
      const id = fresh(nameOf(n, weight) || kind);
      nodes.set(id, { id, kind, attributes: parsed.data, inputs: inputs.map((v) => v.id) } as Node);
      store(id, given);
      return { id, ours, theirs: ours, sole: true };
    },
    node: (v) => nodes.get(v.id),
    amend(v, attributes, given) {
      const node = nodes.get(v.id);
      if (node)
        nodes.set(v.id, { ...node, attributes: { ...node.attributes, ...attributes } } as Node);
      store(v.id, given);
      return v;
    },
    parameter: (v, key) => parameters[`${v.id}.${key}`],
    image(n, v, label = `${v.id}_image`) {
      const { theirs } = v;
      if (theirs.length !== 3)
        return refuse(
          `got a value of shape ${showShape(["N", ...theirs] as never)}, expected an image`,
          SHAPES,
        );
      if (sameShape(v.ours, theirs)) return v;
      return self.once(`image ${v.id} ${showShape(theirs)}`, () =>
        self.add({ ...n, message: { ...n.message, name: label } }, "reshape", { shape: theirs }, [
          v,
        ]),
      );
    },
    vector(n, v, label = "") {
      const { theirs } = v;
      if (theirs.length !== 1)
        return refuse(
          `got a value of shape ${showShape(["N", ...theirs] as never)}, expected vectors [N,F]`,
          SHAPES,
        );
      if (sameShape(v.ours, theirs)) return v;
      return self.once(`vector ${v.id}`, () =>
        self.add({ ...n, message: { ...n.message, name: label } }, "flatten", {}, [v]),
      );
    },
    once(key, make) {
      const known = memo.get(key);
      if (known) return { ...known, sole: false };
      const made = make();
      memo.set(key, made);
      return made;
    },
    finish: (inputShape, output) => ({
      graph: { inputShape, nodes: [...nodes.values()], output },
      parameters,
    }),
  };
  return self;
}

/** The op's own shape rule; what it refuses is a fault of the node. */
function shapeOf(kind: OpKind, attributes: unknown, inputs: readonly Value[]): Shape {
  try {
    const shape = opOf(kind).shape(
      attributes,
      inputs.map((v) => v.ours),
    );
    if (!(size(shape) <= MAX_ELEMENTS))
      refuse(
        `makes a value of shape ${showShape(shape)}`,
        "give a model of images that fit in memory",
      );
    return shape;
  } catch (error) {
    if (error instanceof NormLensError) return refuse(error.message, "correct the model");
    throw error;
  }
}

/** Elements that one value of one image may have. */
export const MAX_ELEMENTS = 2 ** 27;

/** "layer1.0.conv1" from the weight "layer1.0.conv1.weight", else the node's own name. */
function nameOf({ message }: NodeView, weight: Constant | undefined): string {
  const owner = /^(?!onnx::)(.+)[./](?:weight|gamma|kernel|scale)(?::0)?$/.exec(weight?.name ?? "");
  return (owner?.[1] ?? message.name).replace(/^\/+/, "").replace(/[^\w./+-]/g, "_");
}
