/** How an affine map s·x + t per channel moves into a convolution or dense layer, in float64.
 *
 *    layer, then map:   W′ = s·W on the output axis,   b′ = s·b + t
 *    map, then layer:   W′ = W·s on the input axis,    b′ = b + Σ W·t
 *
 *  With zero padding the border sees less of t, and a transposed convolution's outputs see it through different taps: b′
 *  is then a map, b + conv(t·1, W). */

import { type WeightNode, withBias } from "../model/model.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { type Draft, linearPart, original, type Pending, replace } from "./draft.js";

/** Where in a layer's weights an element belongs: its output channel (or feature), and the input's. */
function placesOf(node: WeightNode, [first, second, kh = 1, kw = 1]: readonly number[]) {
  const groups = node.kind === "dense" ? 1 : node.attributes.groups;
  const taps = kh * kw;
  // [all of the one side, those of the other side in its group, …]
  const whole = (i: number): number => Math.floor(i / (second * taps));
  const part = (i: number): number =>
    Math.floor(whole(i) / (first / groups)) * second + (Math.floor(i / taps) % second);
  return node.kind === "convTranspose2d"
    ? { input: whole, output: part, outputs: second * groups }
    : { input: part, output: whole, outputs: first };
}

/** W[o, …]·s[o]. */
export function scaleOutputs(node: WeightNode, weight: Tensor, s: ArrayLike<number>): Tensor {
  return byChannel(weight, s, placesOf(node, weight.shape).output);
}

/** W[o, c, …]·s[c]. */
export function scaleInputs(node: WeightNode, weight: Tensor, s: ArrayLike<number>): Tensor {
  return byChannel(weight, s, placesOf(node, weight.shape).input);
}

function byChannel(
  { shape, data }: Tensor,
  s: ArrayLike<number>,
  channel: (i: number) => number,
): Tensor {
  const values = Float64Array.from(data);
  for (let i = 0; i < values.length; i++) values[i] *= s[channel(i)];
  return tensor(shape, values);
}

/** Σ W[o, c, …]·t[c] for every output o. */
function shiftOfOutputs(node: WeightNode, weight: Tensor, t: ArrayLike<number>): Float64Array {
  const { input, output, outputs } = placesOf(node, weight.shape);
  const sums = new Float64Array(outputs);
  weight.data.forEach((w, i) => {
    sums[output(i)] += w * t[input(i)];
  });
  return sums;
}

/** Whether every output sees all of a constant shift: none falls into a border of zeros. */
const seesAll = (node: WeightNode): boolean =>
  node.kind === "dense" ||
  (node.kind === "conv2d" && node.attributes.padding.every((side) => side === 0));

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
  if (seesAll(node) || t.every((tc) => tc === 0)) {
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
  d.parameters[`${id}.weight`] = scaleOutputs(node, weight, s);
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
