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
import type { Model } from "../model/model.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  type InputStage,
  mergeKey,
  type OutputStage,
  type Stages,
  substitutes,
} from "./audit-stages.js";
import { batchNormEntries, type CompositeName, composites } from "./relevance/composite.js";
import { type PropagatorOptions, propagator } from "./relevance/propagate.js";
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
  const made: PropagatorOptions["made"] = new Map();
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
  if (stage.output) output.set(mergeKey(merge), stage.output);
  if (stage.input) input.set(mergeKey(merge), stage.input);
}

const length = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]);
function accumulate(into: Float64Array, next: Float64Array, last: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] += next[i] - last[i];
}
