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

import type { Model, Node } from "../model/model.js";
import { type OpKind, opOf, ops } from "../ops/index.js";
import { fail } from "../tensor/errors.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { type Draft, draft, factsOf, keep, type Pending, type Value } from "./draft.js";
import { addAffine, addMerged, isWeightNode, mergeBackward } from "./merge.js";

/** What happens to a batch norm that no layer can take up, because a residual sum, another norm or the model's output
 *  reads it, or a pooling that does not commute.
 *  - `refuse`: an error that says why.
 *  - `convolution`: it becomes a 1×1 depthwise convolution (of a vector: a diagonal dense layer). */
export type Leftover = "refuse" | "convolution";

/** One place where one or more batch norms went. */
export interface Merge {
  /** Ids of the batch norms, in the order they apply. */
  readonly norms: readonly string[];
  readonly into: string;
  readonly direction: "backward" | "forward" | "kept";
  /** Kinds from end to end: "conv2d → batchNorm", "batchNorm → maxPool2d → flatten → dense". */
  readonly order: string;
  readonly bias: "scalar" | "map";
  /** Ids of the ops between the batch norms and `into` that the map commuted with on its way forward. */
  readonly past: readonly string[];
  /** The map that moved, per output channel of `into` (backward) or input channel or feature of it. */
  readonly s: Float64Array;
  readonly t: Float64Array;
}

export interface Rewritten {
  /** Float64 parameters. */
  readonly model: Model;
  readonly merges: readonly Merge[];
}

interface Rewriter {
  readonly d: Draft;
  readonly merges: Merge[];
  readonly leftover: Leftover;
  /** Maps that have become layers of their own, by the original value. */
  readonly made: Map<string, string>;
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

const orderOf = (p: Pending, end?: string): string =>
  [...p.through, ...(end === undefined ? [] : [end])].join(" → ");

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

/** A mean commutes unless zeros of the padding count in it: they would dilute the shift. */
const dilutes = (node: Node): boolean =>
  node.kind === "avgPool2d" && node.attributes.countPadding && node.attributes.padding > 0;

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
  add: plain,
  biasMap: plain,
  flatten: flattened,
  softmax: plain,
  dropout: carry,
};

/** s and t of a batch norm under its running statistics. Refuses those that are missing, not finite or negative. */
function scaleAndShift(model: Model, node: Node): { s: Float64Array; t: Float64Array } {
  const affine = opOf(node.kind).affine(node.attributes);
  if (affine.form !== "channel")
    return fail("unsupported", `fold: got ${node.kind} "${node.id}", expected a batch norm`);
  const remedy = "estimate them from data (recalibrate), or train longer";
  const values = (name: string): ArrayLike<number> => {
    const found: Tensor | undefined = model.parameters[`${node.id}.${name}`];
    if (!found) return fail("data", `fold: batch norm "${node.id}" has no ${name}; ${remedy}`);
    const bad = found.data.findIndex(
      (value) => !Number.isFinite(value) || (name === "runningVariance" && value < 0),
    );
    if (bad >= 0)
      fail(
        "data",
        `fold: ${name} of batch norm "${node.id}" is ${found.data[bad]} in channel ${bad}, expected a finite number${name === "runningVariance" ? " from 0" : ""}; ${remedy}`,
      );
    return found.data;
  };
  return affine.scaleAndShift(values);
}

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
      ["dropout", "globalAvgPool", "batchNorm"].includes(node.kind) ||
      (node.kind === "avgPool2d" && !dilutes(node));
    if (!commutes) return undefined;
    id = node.inputs[0];
  }
  return undefined;
}

/** The value as a node of its own, its map made a layer or refused. */
function explicit(r: Rewriter, reader: Node | undefined, value: Value, source: string): string {
  const { pending } = value;
  if (!pending) return value.id;
  const known = r.made.get(source);
  if (known !== undefined) return known;
  const { norms, s, t } = pending;
  const name = norms.map((id) => `"${id}"`).join(" and ");
  const meets = reader ? `${reader.kind} "${reader.id}"` : "the model's output";
  const shape = r.d.shapeOf(source);
  if (r.leftover === "refuse")
    return fail(
      "unsupported",
      `fold: batch norm ${name} cannot be absorbed: ${reasonBefore(r.d, norms[0])}, and after it ${reasonAfter(reader, meets)}; use leftover "convolution" to make it a 1×1 depthwise convolution, or keep it and choose a rule for it (affine, pass, absolute)`,
    );
  if (shape.length === 1 && shape[0] > LARGEST_DIAGONAL)
    return fail(
      "unsupported",
      `fold: batch norm ${name} meets ${meets} as a vector of ${shape[0]} features, expected at most ${LARGEST_DIAGONAL} for a layer of its own; keep it and choose a rule for it (affine, pass, absolute)`,
    );
  const id = addAffine(r.d, `${norms.at(-1)}Affine`, value.id, pending, shape.length === 1);
  r.made.set(source, id);
  r.merges.push({
    norms,
    past: pending.past,
    into: id,
    direction: "kept",
    order: `${orderOf(pending)} → ${reader?.kind ?? "output"}`,
    bias: "scalar",
    s,
    t,
  });
  return id;
}

const LARGEST_DIAGONAL = 1024;

function reasonBefore(d: Draft, norm: string): string {
  const [id] = factsOf(d.facts, norm).node.inputs;
  if (id === "input") return "before it is the model's input";
  const { node } = factsOf(d.facts, id);
  const others = d.readers(id).filter((reader) => reader !== norm);
  return others.length > 0
    ? `${node.kind} "${id}" before it is also read by ${others.map((o) => (o === "" ? "the caller, as output" : `"${o}"`)).join(", ")}`
    : `${node.kind} "${id}" before it has no weights to take it up`;
}

function reasonAfter(reader: Node | undefined, meets: string): string {
  if (!reader) return `comes ${meets}`;
  if (reader.kind === "add") return `comes ${meets}, whose other branch it does not apply to`;
  if (dilutes(reader)) return `comes ${meets}, which counts zeros of its padding`;
  return `comes ${meets}, with which it does not commute`;
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
