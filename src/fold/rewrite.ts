/** The rewriting itself: walks the graph once and carries every batch norm's affine map s·x + t along until a
 *  convolution or dense layer takes it up. Says what it did; measures nothing.
 *
 *  A batch norm that reads a convolution or dense layer alone goes back into it. Any other map travels forward:
 *    BN → ReLU          relu(s·x + t) = s·clamp(x) + t, θ = −t/s       (s = 0: the constant relu(t))
 *    BN → max-pool      max where s > 0, min where s < 0
 *    BN → average       commutes
 *    BN → flatten       s and t repeated over the pixels
 *    BN → BN            s₂·s₁, s₂·t₁ + t₂
 *    BN → conv, dense   merged; a bias map where zero padding is
 *  Several readers of one map each take it up on their own, so fan-out needs no copies. */

import { isWeightNode, type Model, type Node } from "../model/model.js";
import { type OpKind, ops } from "../ops/index.js";
import { fail } from "../tensor/errors.js";
import { tensor } from "../tensor/tensor.js";
import { type Draft, draft, factsOf, keep, type Pending, type Value } from "./draft.js";
import { explicit } from "./leftover.js";
import { addMerged, mergeBackward } from "./merge.js";
import { dilutes, type Leftover, type Merge, orderOf, type Rewriter } from "./rewriter.js";
import { scaleAndShift } from "./statistics.js";

export interface Rewritten {
  /** Float64 parameters. */
  readonly model: Model;
  readonly merges: readonly Merge[];
}

type Handler = (r: Rewriter, node: Node, inputs: readonly Value[]) => Value;

const commuted = (
  p: Pending,
  { kind, id }: Node,
  change: Partial<Pick<Pending, "s" | "t">> = {},
): Pending => ({
  ...p,
  ...change,
  through: [...p.through, kind],
  past: [...p.past, id],
});

/** Kept with all maps before it made explicit. */
const plain: Handler = (r, node, inputs) => {
  keep(
    r.d,
    node,
    inputs.map((value, i) => explicit(r, node, value, node.inputs[i])),
  );
  return { id: node.id };
};

/** Kept with the map carried past it. */
const carry: Handler = ({ d }, node, [{ id, pending }]) => {
  keep(d, node, [id]);
  return pending ? { id: node.id, pending: commuted(pending, node) } : { id: node.id };
};

const weighted: Handler = (r, node, [{ id, pending }]) => {
  if (!isWeightNode(node)) return fail("shape", `fold: got ${node.kind}, expected a layer`);
  if (!pending) return plain(r, node, [{ id }]);
  const isMap = addMerged(r.d, node, id, pending);
  const { norms, past, s, t } = pending;
  r.merges.push({
    norms,
    past,
    into: node.id,
    direction: "forward",
    order: orderOf(pending, node.kind),
    bias: isMap ? "map" : "scalar",
    s,
    t,
  });
  return r.d.values.get(node.id) as Value;
};

/** relu and clamp: σ·max(σ·v, σ·θ) of v = s·u + t is s·clamp(u) + t with θ′ = (θ − t)/s and σ′ = σ·sign s. */
const clamped: Handler = (r, node, [{ id, pending }]) => {
  if (!pending) return plain(r, node, [{ id }]);
  const { d } = r;
  const has = node.kind === "clamp";
  const value = (name: string, c: number, absent: number): number =>
    has ? d.model.parameters[`${node.id}.${name}`].data[c] : absent;
  const { s, t } = pending;
  const threshold = new Float64Array(s.length);
  const sign = new Float64Array(s.length).fill(1);
  const shift = Float64Array.from(t);
  s.forEach((sc, c) => {
    const [theta, sigma] = [value("threshold", c, 0), value("sign", c, 1)];
    if (sc === 0) shift[c] = sigma > 0 ? Math.max(t[c], theta) : Math.min(t[c], theta);
    else {
      threshold[c] = (theta - t[c]) / sc;
      sign[c] = sc > 0 ? sigma : -sigma;
    }
  });
  d.nodes.push({ id: node.id, kind: "clamp", attributes: {}, inputs: [id] });
  d.parameters[`${node.id}.threshold`] = tensor([s.length], threshold);
  d.parameters[`${node.id}.sign`] = tensor([s.length], sign);
  return { id: node.id, pending: commuted(pending, node, { t: shift }) };
};

/** max-pool and its signed form: the sign of s decides between maximum and minimum. */
const maximum: Handler = (r, node, [{ id, pending }]) => {
  if (node.kind !== "maxPool2d" && node.kind !== "signedMaxPool2d")
    return fail("shape", `fold: got ${node.kind}, expected a max-pool`);
  const before = (c: number): number =>
    node.kind === "signedMaxPool2d" ? r.d.model.parameters[`${node.id}.sign`].data[c] : 1;
  if (!pending) return plain(r, node, [{ id }]);
  const sign = pending.s.map((sc, c) => (sc < 0 ? -before(c) : before(c)));
  const next = { id: node.id, pending: commuted(pending, node) };
  const { id: name, attributes } = node;
  if (sign.every((sigma) => sigma > 0)) {
    r.d.nodes.push({ id: name, kind: "maxPool2d", attributes, inputs: [id] });
    return next;
  }
  r.d.nodes.push({ id: name, kind: "signedMaxPool2d", attributes, inputs: [id] });
  r.d.parameters[`${name}.sign`] = tensor([sign.length], sign);
  return next;
};

const average: Handler = (r, node, inputs) => (dilutes(node) ? plain : carry)(r, node, inputs);

const flattened: Handler = ({ d }, node, [{ id, pending }]) => {
  keep(d, node, [id]);
  if (!pending) return { id: node.id };
  const pixels = d.shapeOf(node.id)[0] / pending.s.length;
  const repeat = (values: Float64Array) =>
    Float64Array.from({ length: values.length * pixels }, (_, f) => values[Math.floor(f / pixels)]);
  const change = { s: repeat(pending.s), t: repeat(pending.t) };
  return { id: node.id, pending: commuted(pending, node, change) };
};

const normalised: Handler = (r, node, [{ id, pending }]) => {
  const own = scaleAndShift(r.d.model, node);
  const target = pending ? undefined : mergeTarget(r.d, node);
  if (target) {
    mergeBackward(r.d, target.id, own);
    const bias = r.d.maps.has(target.id) ? "map" : "scalar";
    const { order } = target;
    r.merges.push({
      norms: [node.id],
      past: [],
      into: target.id,
      direction: "backward",
      order,
      bias,
      ...own,
    });
    return { id };
  }
  const before = pending ?? {
    s: own.s.map(() => 1),
    t: own.s.map(() => 0),
    norms: [],
    past: [],
    through: r.d.facts.get(node.inputs[0])?.node.kind === "relu" ? ["relu"] : [],
  };
  return {
    id,
    pending: {
      s: before.s.map((s1, c) => own.s[c] * s1),
      t: before.t.map((t1, c) => own.s[c] * t1 + own.t[c]),
      norms: [...before.norms, node.id],
      through: [...before.through, node.kind],
      past: before.past,
    },
  };
};

const handlers: Readonly<Record<OpKind, Handler>> = {
  conv2d: weighted,
  convTranspose2d: weighted,
  dense: weighted,
  batchNorm: normalised,
  groupNorm: plain,
  layerNorm: plain,
  instanceNorm: plain,
  relu: clamped,
  clamp: clamped,
  maxPool2d: maximum,
  signedMaxPool2d: maximum,
  leakyRelu: plain,
  clip: plain,
  sigmoid: plain,
  tanh: plain,
  elu: plain,
  gelu: plain,
  unevenMaxPool2d: plain,
  unevenAvgPool2d: plain,
  multiply: plain,
  concat: plain,
  pad: plain,
  slice: plain,
  transpose: plain,
  reshape: plain,
  avgPool2d: average,
  globalAvgPool: carry,
  interpolate2d: carry,
  add: plain,
  biasMap: plain,
  flatten: flattened,
  softmax: plain,
  dropout: carry,
  channelNoise: carry,
};

/** The layer whose output a batch norm alone reads, perhaps by way of ops that a map commutes with. */
function mergeTarget(d: Draft, norm: Node): { id: string; order: string } | undefined {
  const kinds: string[] = [norm.kind];
  let id = norm.inputs[0];
  while (id !== "input") {
    const { node } = factsOf(d.facts, id);
    if (d.readers(id).length !== 1) return undefined;
    kinds.unshift(node.kind);
    if (isWeightNode(node)) return { id, order: kinds.join(" → ") };
    const commutes =
      ["dropout", "channelNoise", "globalAvgPool", "interpolate2d", "batchNorm"].includes(
        node.kind,
      ) ||
      (node.kind === "avgPool2d" && !dilutes(node));
    if (!commutes) return undefined;
    id = node.inputs[0];
  }
  return undefined;
}

/** The model with its batch norms merged into their neighbours, in float64. */
export function rewrite(
  model: Model,
  { leftover = "refuse" }: { leftover?: Leftover } = {},
): Rewritten {
  const r: Rewriter = { d: draft(model), merges: [], leftover, made: new Map() };
  for (const node of model.nodes) {
    if (!(node.kind in ops)) fail("unsupported", `fold: got a node of kind "${node.kind}"`);
    const inputs = node.inputs.map((id) => r.d.values.get(id) as Value);
    r.d.values.set(node.id, handlers[node.kind](r, node, inputs));
  }
  const output = explicit(r, undefined, r.d.values.get(model.output) as Value, model.output);
  const folded = {
    inputShape: model.inputShape,
    nodes: r.d.nodes,
    output,
    parameters: r.d.parameters,
  };
  return { model: folded, merges: r.merges };
}
