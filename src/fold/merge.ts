/** How an affine map s·x + t per channel moves into a convolution or dense layer, in float64.
 *
 *    layer, then map:   W′ = s·W on the output axis,   b′ = s·b + t
 *    map, then layer:   W′ = W·s on the input axis,    b′ = b + Σ W·t
 *
 *  With zero padding the border sees less of t: b′ is then a map, b + conv(t·1, W). */

import type { Node } from "../model/model.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { type Draft, linearPart, original, type Pending, replace } from "./draft.js";

export type WeightNode = Extract<Node, { kind: "conv2d" | "dense" }>;

export const isWeightNode = (node: Node): node is WeightNode =>
  node.kind === "conv2d" || node.kind === "dense";

/** The same node with or without a bias. */
export const withBias = (node: WeightNode, bias: boolean): WeightNode =>
  node.kind === "conv2d"
    ? { ...node, attributes: { ...node.attributes, bias } }
    : { ...node, attributes: { ...node.attributes, bias } };

/** W[o, …]·s[o]. */
export function scaleOutputs({ shape, data }: Tensor, s: ArrayLike<number>): Tensor {
  const rest = data.length / shape[0];
  return tensor(
    shape,
    Float64Array.from(data, (w, i) => w * s[Math.floor(i / rest)]),
  );
}

/** The input channel (or feature) that element i of the weight multiplies. */
function inputOf(node: WeightNode, [O, I, kh = 1, kw = 1]: readonly number[]) {
  const groups = node.kind === "conv2d" ? node.attributes.groups : 1;
  const taps = kh * kw;
  return (i: number) =>
    Math.floor(Math.floor(i / (I * taps)) / (O / groups)) * I + (Math.floor(i / taps) % I);
}

/** W[o, c, …]·s[c]. */
export function scaleInputs(node: WeightNode, weight: Tensor, s: ArrayLike<number>): Tensor {
  const channel = inputOf(node, weight.shape);
  return tensor(
    weight.shape,
    Float64Array.from(weight.data, (w, i) => w * s[channel(i)]),
  );
}

/** Σ W[o, c, …]·t[c] for every output o. */
function shiftOfOutputs(node: WeightNode, weight: Tensor, t: ArrayLike<number>): Float64Array {
  const channel = inputOf(node, weight.shape);
  const rest = weight.data.length / weight.shape[0];
  const sums = new Float64Array(weight.shape[0]);
  weight.data.forEach((w, i) => {
    sums[Math.floor(i / rest)] += w * t[channel(i)];
  });
  return sums;
}

/** What a layer becomes when the map before it moves in: weight, and a bias per output or per element. */
export interface Merged {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

export function mergeForward(
  node: WeightNode,
  weight: Tensor,
  bias: Tensor | undefined,
  { s, t }: Pick<Pending, "s" | "t">,
  inputShape: readonly number[],
): Merged {
  const scaled = scaleInputs(node, weight, s);
  const b = (o: number) => bias?.data[o] ?? 0;
  const isPadded = node.kind === "conv2d" && node.attributes.padding.some((side) => side > 0);
  if (!isPadded || t.every((tc) => tc === 0)) {
    const shift = shiftOfOutputs(node, weight, t);
    return {
      weight: scaled,
      bias: tensor(
        [shift.length],
        shift.map((value, o) => value + b(o)),
      ),
    };
  }
  const [C, H, W] = inputShape;
  const constant = Float64Array.from({ length: C * H * W }, (_, i) => t[Math.floor(i / (H * W))]);
  const shift = linearPart(node, weight, tensor([1, C, H, W], constant));
  const [, O, Ho, Wo] = shift.shape;
  const map = Float64Array.from(shift.data, (value, i) => value + b(Math.floor(i / (Ho * Wo))));
  return { weight: scaled, bias: tensor([O, Ho, Wo], map) };
}

/** Adds the layer with the map before it merged in; returns whether its bias became a map. */
export function addMerged(d: Draft, node: WeightNode, input: string, pending: Pending): boolean {
  const weight = original(d, node.id, "weight");
  const bias = node.attributes.bias ? original(d, node.id, "bias") : undefined;
  const merged = mergeForward(node, weight, bias, pending, d.shapeOf(node.inputs[0]));
  const isMap = merged.bias.shape.length === 3;
  d.nodes.push({ ...withBias(node, !isMap), inputs: [input] });
  d.parameters[`${node.id}.weight`] = merged.weight;
  if (!isMap) {
    d.parameters[`${node.id}.bias`] = merged.bias;
    d.values.set(node.id, { id: node.id });
    return false;
  }
  const map = d.fresh(`${node.id}Bias`);
  d.nodes.push({ id: map, kind: "biasMap", attributes: {}, inputs: [node.id] });
  d.parameters[`${map}.bias`] = merged.bias;
  d.maps.set(node.id, map);
  d.values.set(node.id, { id: map });
  return true;
}

/** Merges s·y + t into the layer of the draft that makes y. */
export function mergeBackward(d: Draft, id: string, { s, t }: Pick<Pending, "s" | "t">): void {
  const node = d.nodes.find((other) => other.id === id) as WeightNode;
  const weight = d.parameters[`${id}.weight`];
  d.parameters[`${id}.weight`] = scaleOutputs(weight, s);
  const map = d.maps.get(id);
  if (map !== undefined) {
    const bias = d.parameters[`${map}.bias`];
    const pixels = bias.data.length / bias.shape[0];
    d.parameters[`${map}.bias`] = tensor(
      bias.shape,
      Float64Array.from(
        bias.data,
        (b, i) => b * s[Math.floor(i / pixels)] + t[Math.floor(i / pixels)],
      ),
    );
    return;
  }
  const bias = node.attributes.bias ? d.parameters[`${id}.bias`].data : undefined;
  d.parameters[`${id}.bias`] = tensor(
    [s.length],
    s.map((so, o) => so * (bias?.[o] ?? 0) + t[o]),
  );
  replace(d, withBias(node, true));
}

/** Adds s·x + t as a layer of its own: 1×1 depthwise for images, diagonal for vectors. */
export function addAffine(
  d: Draft,
  name: string,
  input: string,
  pending: Pending,
  vector: boolean,
): string {
  const { s, t } = pending;
  const C = s.length;
  const id = d.fresh(name);
  const weight = vector ? new Float64Array(C * C) : Float64Array.from(s);
  if (vector)
    s.forEach((sc, c) => {
      weight[c * C + c] = sc;
    });
  d.nodes.push(
    vector
      ? { id, kind: "dense", attributes: { units: C, bias: true }, inputs: [input] }
      : {
          id,
          kind: "conv2d",
          attributes: {
            filters: C,
            kernel: [1, 1],
            stride: 1,
            padding: [0, 0, 0, 0],
            dilation: 1,
            groups: C,
            bias: true,
          },
          inputs: [input],
        },
  );
  d.parameters[`${id}.weight`] = tensor(vector ? [C, C] : [C, 1, 1, 1], weight);
  d.parameters[`${id}.bias`] = tensor([C], Float64Array.from(t));
  return id;
}
