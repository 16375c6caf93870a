/** Preprocessing as a part of the model. In a file of its own: the command line reads preprocessing before it needs models. */

import { type Model, type Node, withParameters } from "../model/model.js";
import { tensor } from "../tensor/tensor.js";
import { checkChannels, isPlain, type Preprocessing } from "./preprocessing.js";

/** The model with what is done to pixels as a first layer, so that it takes pixels from 0 to 1: for everything that moves
 *  about among pixels, such as noise and attacks. */
export function overPixels(model: Model, way: Preprocessing): Model {
  const [C] = model.inputShape;
  checkChannels(way, C);
  if (isPlain(way)) return model;
  let id = "pixels";
  while (model.nodes.some((node) => node.id === id)) id += "_";
  const weight = tensor([C, C, 1, 1]);
  const bias = tensor([C]);
  for (let c = 0; c < C; c++) {
    const std = way.std[way.std.length === 1 ? 0 : c];
    const from = way.channels === "bgr" && C === 3 ? C - 1 - c : c;
    weight.data[c * C + from] = (255 * way.scale) / std;
    bias.data[c] = -way.mean[way.mean.length === 1 ? 0 : c] / std;
  }
  const attributes = { filters: C, kernel: [1, 1] as [number, number], stride: 1, dilation: 1 };
  const first: Node = {
    id,
    kind: "conv2d",
    attributes: { ...attributes, padding: [0, 0, 0, 0], groups: 1, bias: true },
    inputs: ["input"],
  };
  const rest = model.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((from) => (from === "input" ? id : from)),
  }));
  const graph = { inputShape: model.inputShape, nodes: [first, ...rest], output: model.output };
  return withParameters(graph, {
    ...model.parameters,
    [`${id}.weight`]: weight,
    [`${id}.bias`]: bias,
  });
}
