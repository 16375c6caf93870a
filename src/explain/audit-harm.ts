/** How much of the way from "batch norm is passed over" to "batch norm is folded" is the shift t, and how much are
 *  channels with γ < 0: layer by layer, from the output down.
 *
 *  Each batch norm is folded in stages, on the unfolded graph with its own activations (v = s·u + t is its output):
 *    into the layer before:  pass → (s·W, s·b) [sign] → (s·W, s·b + t) [shift]
 *    into the layer after:   pass → (W, b) at v − t [shift] → (W·s, b) at u [sign] → (W·s, b + W·t) at u [shift]
 *  The changes of the map add up to the whole. The sign is taken before the shift keeps relevance: the other order
 *  blames signs for what a blind rule like ε owes to the shift alone. */

import type { Session } from "../engine/session.js";
import { foldGraph, type Merge } from "../fold/index.js";
import { isWeightNode, mergeForward, scaleOutputs } from "../fold/merge.js";
import { analyse, type Model, type Node } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { batchNormEntries, type CompositeName, composites } from "./relevance/composite.js";
import type { Substitute } from "./relevance/layers.js";
import type { LinearLayer } from "./relevance/linear-map.js";
import { propagator } from "./relevance/propagate.js";
import { relevance } from "./relevance/relevance.js";
import { type Chosen, choose, seedOf, top } from "./target.js";

/** One step of the walk: the batch norms folded, and how far that moved the map, as shares of the folded map's norm. */
export interface HarmOfLayer {
  readonly norms: readonly string[];
  readonly into: readonly string[];
  readonly total: number;
  readonly shift: number;
  readonly sign: number;
}

export interface Harm {
  readonly composite: CompositeName;
  /** ‖pass − folded‖/‖folded‖ over all images, and its parts: the vectors add up, their lengths need not. */
  readonly total: number;
  readonly shift: number;
  readonly sign: number;
  /** What is left for batch norms that became layers of their own. */
  readonly rest: number;
  /** From the output down. */
  readonly layers: readonly HarmOfLayer[];
}

type InputStage = "pass" | "centred" | "scaled" | "folded";
type OutputStage = "pass" | "scaled" | "folded";

interface Stages {
  readonly input: Map<string, InputStage>;
  readonly output: Map<string, OutputStage>;
}

/** What to do, and whom to blame for the change. */
interface Stage {
  readonly blame: "sign" | "shift";
  readonly input?: InputStage;
  readonly output?: OutputStage;
}

const backwardStages: readonly Stage[] = [
  { blame: "sign", output: "scaled" },
  { blame: "shift", output: "folded" },
];
const forwardStages: readonly Stage[] = [
  { blame: "shift", input: "centred" },
  { blame: "sign", input: "scaled" },
  { blame: "shift", input: "folded" },
];

/** Maps of `session`'s model under a composite, from passing over batch norm to folding it. */
export function harmOf(session: Session, images: Tensor, composite: CompositeName): Harm {
  const { model, backend } = session;
  const { merges } = foldGraph(model, { leftover: "convolution" });
  const entries = [...batchNormEntries("pass"), ...composites[composite]];
  const made = new Map<string, LinearLayer>();
  const batch = images.shape[0];
  const at = (stages: Stages) =>
    propagator(model, entries, {
      backend,
      batch,
      made,
      substitutes: substitutes(model, merges, stages),
    });
  const stages: Stages = { input: new Map(), output: new Map() };
  const start = at(stages);
  const values = start.values(images);
  const chosen: Chosen = choose(top, values[start.start]);
  const R = seedOf(values[start.start], chosen);
  const run = () => Float64Array.from(at(stages).propagate(values, R).input.data);

  const target = () => chosen.target;
  const folded = relevance(session, images, {
    composite,
    target,
    start: "one",
    leftover: "convolution",
    batch,
  });
  const goal = Float64Array.from(folded.values.data);
  const scale = length(goal);
  const share = (change: Float64Array) => (scale === 0 ? 0 : length(change) / scale);

  const pass = run();
  let last = pass;
  const all = { shift: new Float64Array(goal.length), sign: new Float64Array(goal.length) };
  const layers: HarmOfLayer[] = [];
  for (const group of grouped(model, merges)) {
    const own = { shift: new Float64Array(goal.length), sign: new Float64Array(goal.length) };
    const before = last;
    for (const stage of group[0].direction === "backward" ? backwardStages : forwardStages) {
      for (const merge of group) enter(stages, merge, stage);
      const next = run();
      accumulate(own[stage.blame], next, last);
      accumulate(all[stage.blame], next, last);
      last = next;
    }
    layers.push({
      norms: group[0].norms,
      into: group.map(({ into }) => into),
      total: share(minus(last, before)),
      shift: share(own.shift),
      sign: share(own.sign),
    });
  }
  return {
    composite,
    total: share(minus(goal, pass)),
    shift: share(all.shift),
    sign: share(all.sign),
    rest: share(minus(goal, last)),
    layers,
  };
}

/** Merges of the same batch norms together, those nearest the output first; kept ones have no stages. */
function grouped(model: Model, merges: readonly Merge[]): readonly (readonly Merge[])[] {
  const place = new Map(model.nodes.map(({ id }, i) => [id, i]));
  const groups = new Map<string, Merge[]>();
  for (const merge of merges) {
    if (merge.direction === "kept") continue;
    const key = `${merge.direction} ${merge.norms.join(" ")}`;
    groups.set(key, [...(groups.get(key) ?? []), merge]);
  }
  const where = ([{ norms }]: readonly Merge[]) => place.get(norms[0]) ?? 0;
  return [...groups.values()].sort((a, b) => where(b) - where(a));
}

function enter({ input, output }: Stages, merge: Merge, stage: Stage): void {
  if (stage.output) output.set(key(merge), stage.output);
  if (stage.input) input.set(key(merge), stage.input);
}

const key = ({ norms, into }: Merge): string => `${norms.join(" ")} → ${into}`;

const length = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]);
function accumulate(into: Float64Array, next: Float64Array, last: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] += next[i] - last[i];
}

/** The layers that stand for nodes at the present stages. */
function substitutes(
  model: Model,
  merges: readonly Merge[],
  stages: Stages,
): ReadonlyMap<string, Substitute> {
  const shapes = new Map<string, readonly number[]>([["input", model.inputShape]]);
  for (const { node, output } of analyse(model)) shapes.set(node.id, output.shape);
  const found = new Map<string, Substitute>();
  for (const node of model.nodes) {
    const before = merges.find((m) => m.direction === "forward" && m.into === node.id);
    const after = merges.filter((m) => m.direction === "backward" && m.into === node.id);
    const stage = before && stages.input.get(key(before));
    const outputs = after.map((m) => ({ ...m, stage: stages.output.get(key(m)) ?? "pass" }));
    if (isWeightNode(node) && (stage || outputs.some((o) => o.stage !== "pass")))
      found.set(
        node.id,
        layerAt(model, node, shapes.get(node.inputs[0]) ?? [], before, stage, outputs),
      );
    const over = merges.find((m) => m.past.includes(node.id) && stages.input.get(key(m)));
    if (over && (node.kind === "avgPool2d" || node.kind === "globalAvgPool"))
      found.set(
        node.id,
        poolAt(over, stages.input.get(key(over)) ?? "pass", shapes.get(node.inputs[0]) ?? []),
      );
  }
  return found;
}

function layerAt(
  model: Model,
  node: Extract<Node, { kind: "conv2d" | "dense" }>,
  inputShape: readonly number[],
  before: Merge | undefined,
  stage: InputStage | undefined,
  outputs: readonly (Merge & { readonly stage: OutputStage })[],
): Substitute {
  let weight = doubles(model.parameters[`${node.id}.weight`]);
  let bias = node.attributes.bias ? doubles(model.parameters[`${node.id}.bias`]) : undefined;
  if (before && (stage === "scaled" || stage === "folded")) {
    const t = stage === "folded" ? before.t : new Float64Array(before.t.length);
    ({ weight, bias } = mergeForward(node, weight, bias, { s: before.s, t }, inputShape));
  }
  for (const { s, t, stage: reached } of outputs) {
    if (reached === "pass") continue;
    weight = scaleOutputs(weight, s);
    const shape: readonly number[] = bias?.shape ?? [s.length];
    const old = bias?.data ?? new Float64Array(s.length);
    const run = old.length / s.length;
    const plus = (o: number) => (reached === "folded" ? t[o] : 0);
    const values = Float64Array.from(
      old,
      (b, i) => b * s[Math.floor(i / run)] + plus(Math.floor(i / run)),
    );
    bias = tensor(shape, values);
  }
  const input = before && stage && inputAt(before, stage, inputShape);
  const key = `${stage ?? "pass"} ${outputs.map((o) => o.stage).join(" ")}`;
  return { key, weight, ...(bias ? { bias } : {}), ...(input ? { input } : {}) };
}

const poolAt = (merge: Merge, stage: InputStage, shape: readonly number[]): Substitute => {
  const input = inputAt(merge, stage, shape);
  return { key: stage, ...(input ? { input } : {}) };
};

/** What a reader of v = s·u + t reads: v − t, or u (0 where s = 0: then nothing depends on it). */
function inputAt(
  { s, t }: Merge,
  stage: InputStage,
  shape: readonly number[],
): ((v: Tensor) => Tensor) | undefined {
  if (stage === "pass") return undefined;
  const [C, H = 1, W = 1] = shape;
  if (s.length % C !== 0)
    fail("shape", `audit: got a map over ${s.length} channels, expected ${C}`);
  const every = s.length / C; // the map of a vector that was an image, seen at the image
  return (v) => {
    const data = v.data.slice();
    for (let i = 0; i < data.length; i++) {
      const c = (Math.floor(i / (H * W)) % C) * every;
      const centred = data[i] - t[c];
      data[i] = stage === "centred" ? centred : s[c] === 0 ? 0 : centred / s[c];
    }
    return { shape: v.shape, data };
  };
}

const doubles = ({ shape, data }: Tensor): Tensor => tensor(shape, Float64Array.from(data));
