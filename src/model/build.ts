/** Ways to write a graph: `sequential([...])`, and `graph()` for branches.
 *
 *    sequential([1, 28, 28], [conv2d({ filters: 32, kernel: 3 }), relu(), batchNorm(), flatten(), dense({ units: 10 })])
 *
 *    const g = graph([3, 32, 32]);
 *    const a = g.node(conv2d({ filters: 16, kernel: 3, padding: 1 }), g.input);
 *    const b = g.node(add(), a, g.node(relu(), a));
 *    const net = g.output(b); */

import { type AttributesOf, type OpKind, ops } from "../ops/index.js";
import { fail } from "../tensor/errors.js";
import type { Graph, Node } from "./model.js";

/** An op with its attributes, not yet placed in a graph. */
export type Layer = {
  [K in OpKind]: { readonly kind: K; readonly attributes: AttributesOf<K>; readonly id?: string };
}[OpKind];

/** Checks attributes and fills in defaults; the message names every attribute that is wrong. */
function layer<K extends OpKind>(kind: K, attributes: unknown, id?: string): Layer {
  const parsed = ops[kind].attributes.safeParse(attributes);
  if (!parsed.success)
    fail(
      "option",
      `${kind}: ${parsed.error.issues.map((issue) => `${issue.path.join(".") || "attributes"}: ${issue.message}`).join("; ")}`,
    );
  return { kind, attributes: parsed.data, ...(id === undefined ? {} : { id }) } as Layer;
}

/** Attributes as a caller may write them: all optional, `id` beside them. */
type Written<K extends OpKind> = { readonly id?: string } & (string extends keyof AttributesOf<K>
  ? unknown // the op has no attributes
  : Partial<AttributesOf<K>>);

const writer =
  <K extends OpKind>(kind: K) =>
  ({ id, ...attributes }: Written<K> = {}): Layer =>
    layer(kind, attributes, id);

const square = (k: number | readonly [number, number]) => (typeof k === "number" ? [k, k] : k);
const around = (p: number | readonly [number, number, number, number]) =>
  typeof p === "number" ? [p, p, p, p] : p;

/** Convolutions' attributes; `kernel` and `padding` may be single numbers. */
type Convolution<K extends "conv2d" | "convTranspose2d"> = Omit<
  Written<K>,
  "kernel" | "padding"
> & {
  readonly kernel: number | readonly [number, number];
  readonly padding?: number | readonly [number, number, number, number];
};

const convolution =
  <K extends "conv2d" | "convTranspose2d">(kind: K) =>
  ({ id, kernel, padding = 0, ...rest }: Convolution<K>): Layer =>
    layer(kind, { ...rest, kernel: square(kernel), padding: around(padding) }, id);

export const conv2d = convolution("conv2d");
export const convTranspose2d = convolution("convTranspose2d");
export const dense = writer("dense");
export const batchNorm = writer("batchNorm");
export const groupNorm = writer("groupNorm");
export const layerNorm = writer("layerNorm");
export const instanceNorm = writer("instanceNorm");
export const relu = writer("relu");
export const clamp = writer("clamp");
export const maxPool2d = writer("maxPool2d");
export const signedMaxPool2d = writer("signedMaxPool2d");
export const avgPool2d = writer("avgPool2d");
export const globalAvgPool = writer("globalAvgPool");
export const interpolate2d = writer("interpolate2d");
export const leakyRelu = writer("leakyRelu");
export const clip = writer("clip");
export const sigmoid = writer("sigmoid");
export const tanh = writer("tanh");
export const elu = writer("elu");
export const gelu = writer("gelu");
export const unevenMaxPool2d = writer("unevenMaxPool2d");
export const unevenAvgPool2d = writer("unevenAvgPool2d");
export const add = writer("add");
export const multiply = writer("multiply");
export const concat = writer("concat");
export const pad = writer("pad");
export const slice = writer("slice");
export const transpose = writer("transpose");
export const reshape = writer("reshape");
export const biasMap = writer("biasMap");
export const flatten = writer("flatten");
export const softmax = writer("softmax");
export const dropout = writer("dropout");
export const channelNoise = writer("channelNoise");

/** Ghost batch norm: batch norm over sub-batches of `images` (Hoffer 2017). */
export const ghostBatchNorm = ({
  images = 8,
  ...rest
}: { images?: number } & Written<"batchNorm"> = {}): Layer => batchNorm({ ...rest, ghost: images });

/** A graph under construction. */
export interface GraphBuilder {
  readonly input: string;
  /** Adds a node that reads `inputs` and returns its id: the layer's own, or its kind and a number. */
  node(layer: Layer, ...inputs: readonly string[]): string;
  output(id: string): Graph;
}

export function graph(inputShape: readonly [number, number, number]): GraphBuilder {
  const nodes: Node[] = [];
  const used = new Map<string, number>();
  const name = (kind: string): string => {
    const number = (used.get(kind) ?? 0) + 1;
    used.set(kind, number);
    return `${kind}${number}`;
  };
  return {
    input: "input",
    node({ id, kind, attributes }, ...inputs) {
      const node = { id: id ?? name(kind), kind, attributes, inputs } as Node;
      nodes.push(node);
      return node.id;
    },
    output: (id) => ({ inputShape, nodes: [...nodes], output: id }),
  };
}

/** Layers one after the other. */
export function sequential(
  inputShape: readonly [number, number, number],
  layers: readonly Layer[],
): Graph {
  const g = graph(inputShape);
  return g.output(layers.reduce((last, next) => g.node(next, last), g.input));
}
