/** Networks at their start that carry an arm's norm and nothing else of the study: what theory says about a norm is
 *  said about them. Weights N(0, 2/fan-in) (He 2015). */

import { dense, graph, type Layer, relu } from "../../model/build.js";
import { type Graph, initialise, type Model } from "../../model/model.js";
import type { Random } from "../../tensor/random.js";
import { size, type Tensor, tensor } from "../../tensor/tensor.js";

/** The norm of an arm: its layer, and whether it stands behind the activation. */
export interface ArmNorm {
  readonly layer: (id: string) => Layer;
  readonly after: boolean;
}

const NORMS: readonly string[] = ["batchNorm", "groupNorm", "layerNorm"];

/** The first norm in a graph; undefined without any, "spatial" if it needs more than one pixel. */
export function normOf({ nodes }: Graph): ArmNorm | "spatial" | undefined {
  if (nodes.some(({ kind }) => kind === "instanceNorm")) return "spatial";
  const found = nodes.find(({ kind }) => NORMS.includes(kind));
  if (!found) return undefined;
  const { kind, attributes } = found;
  const before = nodes.find(({ id }) => id === found.inputs[0]);
  return {
    layer: (id) => ({ id, kind, attributes }) as Layer,
    after: before?.kind === "relu",
  };
}

export interface NetworkOptions {
  readonly norm: ArmNorm | undefined;
  readonly inputs: number;
  readonly width: number;
  readonly depth: number;
  /** Whether each layer's input is added to its output, from the second layer on. */
  readonly skip?: boolean;
  /** Ends with a dense layer to one number; otherwise with the last hidden layer. */
  readonly output?: boolean;
}

/** `depth` blocks of dense, norm and ReLU, named relu1 … with norms as the arm has them. */
export function hiddenLayers(o: NetworkOptions): Graph {
  const g = graph([o.inputs, 1, 1]);
  let last = g.node({ id: "flatten", kind: "flatten", attributes: {} }, g.input);
  for (let layer = 1; layer <= o.depth; layer++) {
    const own = [
      dense({ id: `dense${layer}`, units: o.width }),
      ...(o.norm && !o.norm.after ? [o.norm.layer(`norm${layer}`)] : []),
      relu({ id: `relu${layer}` }),
      ...(o.norm?.after ? [o.norm.layer(`norm${layer}`)] : []),
    ];
    const out = own.reduce((from, next) => g.node(next, from), last);
    last =
      o.skip && layer > 1
        ? g.node({ id: `add${layer}`, kind: "add", attributes: {} }, out, last)
        : out;
  }
  return g.output(o.output ? g.node(dense({ id: "out", units: 1 }), last) : last);
}

/** The graph at its start: weights N(0, 2/fan-in), biases 0 but those of the first layer, which are N(0, bias²). */
export function heStart(graph: Graph, stream: Random, { bias = 0 } = {}): Model {
  const model = initialise(graph, stream);
  const parameters: Record<string, Tensor> = { ...model.parameters };
  const layers = graph.nodes.filter(({ kind }) => kind === "dense");
  layers.forEach(({ id }, i) => {
    const { shape } = model.parameters[`${id}.weight`];
    const own = stream.split(id);
    parameters[`${id}.weight`] = normal(shape, own.split("weight"), Math.sqrt(2 / shape[1]));
    if (i === 0 && bias > 0) parameters[`${id}.bias`] = normal([shape[0]], own.split("bias"), bias);
  });
  return { ...model, parameters };
}

export function normal(shape: readonly number[], stream: Random, deviation = 1): Tensor {
  return tensor(
    shape,
    Float32Array.from({ length: size(shape) }, () => deviation * stream.normal()),
  );
}
