/** Every node of a model as a layer that rules can be applied to. */

import type { BackendName } from "../../engine/executor.js";
import { type Model, type Node, type WeightNode, withBias } from "../../model/model.js";
import type { Tensor } from "../../tensor/tensor.js";
import { aloneGraph, kernelLayer, type LinearLayer, sumLayer } from "./linear-map.js";
import { concatLayer, signalLayer } from "./two-inputs.js";

/** Another layer in a node's place: what a node would be if a norm beside it were folded, wholly or in part. */
export interface Substitute {
  /** Tells it from other substitutes of the same node, so that its layer is made once. */
  readonly key: string;
  /** Its parameters, asked for when its layer is made; the bias is [O], or [O, Ho, Wo] for a bias map. */
  parameters?(): { readonly weight: Tensor; readonly bias?: Tensor };
  /** What its input would be. */
  input?(given: Tensor): Tensor;
}

export interface LayerContext {
  readonly model: Model;
  readonly backend: BackendName;
  readonly batch: number;
}

const MAP = "bias of its own";

/** A convolution or dense layer, with the bias map that follows it, if one does. */
export function weightLayer(
  { model, backend, batch }: LayerContext,
  node: WeightNode,
  inputShape: readonly number[],
  map: string | undefined,
  substitute?: Substitute,
): LinearLayer {
  const own = (name: string): Tensor => model.parameters[name];
  const given = substitute?.parameters?.();
  const weight = given?.weight ?? own(`${node.id}.weight`);
  const bias =
    given?.bias ??
    (map !== undefined
      ? own(`${map}.bias`)
      : node.attributes.bias
        ? own(`${node.id}.bias`)
        : undefined);
  const isMap = bias?.shape.length === 3;
  const plain = withBias(node, bias !== undefined && !isMap);
  const after: Node[] = isMap
    ? [{ id: MAP, kind: "biasMap", attributes: {}, inputs: [node.id] }]
    : [];
  const keys = {
    weight: `${node.id}.weight`,
    ...(bias ? { bias: isMap ? `${MAP}.bias` : `${node.id}.bias` } : {}),
  };
  const parameters = { [keys.weight]: weight, ...(bias && keys.bias ? { [keys.bias]: bias } : {}) };
  return kernelLayer({ ...aloneGraph(plain, inputShape, after), parameters }, keys, backend, batch);
}

/** A node whose layer depends on nothing but its attributes and parameters; undefined if it has none. */
export function fixedLayer(
  context: LayerContext,
  node: Node,
  inputShape: readonly number[],
): LinearLayer | undefined {
  switch (node.kind) {
    case "conv2d":
    case "convTranspose2d":
    case "dense":
      return weightLayer(context, node, inputShape, undefined);
    case "relu":
    case "clamp":
    case "leakyRelu":
    case "clip":
    case "sigmoid":
    case "tanh":
    case "elu":
    case "gelu":
    case "softmax":
    case "maxPool2d":
    case "signedMaxPool2d":
    case "unevenMaxPool2d":
    case "avgPool2d":
    case "unevenAvgPool2d":
    case "pad":
    case "slice":
    case "transpose":
    case "globalAvgPool":
    case "interpolate2d": {
      const parameters = Object.fromEntries(
        Object.entries(context.model.parameters).filter(([key]) => key.startsWith(`${node.id}.`)),
      );
      const model = { ...aloneGraph(node, inputShape), parameters };
      return kernelLayer(model, {}, context.backend, context.batch);
    }
    case "add":
      return sumLayer;
    case "multiply":
      return signalLayer;
    case "concat":
      return concatLayer;
    default:
      return undefined;
  }
}
