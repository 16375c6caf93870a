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
import { refuse } from "./obstacles.js";
import type { Origin, Value } from "./value.js";
import { float32, type Weights } from "./weights.js";

export interface Translation {
  /** The file, for messages. */
  readonly name: string;
  /** Remarks for whoever looks at the model. */
  readonly notes: string[];
  /** Adds a node; the value's shape is the op's own. `weight` is what the node is named after, if that has a name. */
  add(
    n: Origin,
    kind: OpKind,
    attributes: object,
    inputs: readonly Value[],
    parameters?: Readonly<Record<string, Weights>>,
    weight?: Weights,
  ): Value;
  node(v: Value): Node | undefined;
  /** Changes attributes and adds parameters of a node that nothing else reads. */
  amend(v: Value, attributes: object, parameters: Readonly<Record<string, Weights>>): Value;
  /** Takes away a node of one input that nothing reads; returns the id of that input. */
  drop(v: Value): string;
  parameter(v: Value, name: string): Tensor;
  /** The value as an image [C,H,W] or a vector [F] of the file's shape. */
  image(v: Value, name?: string): Value;
  vector(v: Value, name?: string): Value;
  /** A node's value if it was asked for before with the same key. */
  once(key: string, make: () => Value): Value;
  finish(
    inputShape: Graph["inputShape"],
    output: string,
  ): { graph: Graph; parameters: Record<string, Tensor> };
}

const SHAPES = "reshape it to [N,C,H,W] or [N,F] in the model";

export function translation(name: string): Translation {
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
  const store = (id: string, given: Readonly<Record<string, Weights>>): void => {
    for (const [key, value] of Object.entries(given))
      parameters[`${id}.${key}`] = tensor(value.shape, float32(value, name));
  };

  const self: Translation = {
    name,
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
    drop(v) {
      const [input] = nodes.get(v.id)?.inputs ?? [];
      nodes.delete(v.id);
      return input;
    },
    parameter: (v, key) => parameters[`${v.id}.${key}`],
    image(v, label = `${v.id}_image`) {
      const { theirs } = v;
      if (theirs.length !== 3)
        return refuse(
          `got a value of shape ${showShape(["N", ...theirs] as never)}, expected an image`,
          SHAPES,
        );
      if (sameShape(v.ours, theirs)) return v;
      return self.once(`image ${v.id} ${showShape(theirs)}`, () =>
        self.add({ name: label }, "reshape", { shape: theirs }, [v]),
      );
    },
    vector(v, label = "") {
      const { theirs } = v;
      if (theirs.length !== 1)
        return refuse(
          `got a value of shape ${showShape(["N", ...theirs] as never)}, expected vectors [N,F]`,
          SHAPES,
        );
      if (sameShape(v.ours, theirs)) return v;
      return self.once(`vector ${v.id}`, () => self.add({ name: label }, "flatten", {}, [v]));
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
export function nameOf({ name }: Origin, weight: Pick<Weights, "name"> | undefined): string {
  const owner = /^(?!onnx::)(.+)[./](?:weight|gamma|kernel|scale)(?::0)?$/.exec(weight?.name ?? "");
  return (owner?.[1] ?? name).replace(/^\/+/, "").replace(/[^\w./+-]/g, "_");
}
