/** Layers that stand for nodes whose batch norms are folded half-way: what `audit-harm.ts` walks through. */

import type { Merge } from "../fold/index.js";
import { mergeForward, scaleOutputs } from "../fold/merge.js";
import { analyse, isWeightNode, type Model, type WeightNode } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import type { Substitute } from "./relevance/layers.js";

/** How far the input of a layer is folded: not at all, v − t, u, u with the shift in the bias. */
export type InputStage = "pass" | "centred" | "scaled" | "folded";
/** The same for its output: not at all, s·W, s·W + t. */
export type OutputStage = "pass" | "scaled" | "folded";

/** Where every merge stands, by `mergeKey`. */
export interface Stages {
  readonly input: Map<string, InputStage>;
  readonly output: Map<string, OutputStage>;
}

export const mergeKey = ({ norms, into }: Merge): string => `${norms.join(" ")} → ${into}`;

/** The layers that stand for nodes at the present stages. */
export function substitutes(
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
    const stage = before && stages.input.get(mergeKey(before));
    const outputs = after.map((m) => ({ ...m, stage: stages.output.get(mergeKey(m)) ?? "pass" }));
    if (isWeightNode(node) && (stage || outputs.some((o) => o.stage !== "pass"))) {
      const inputShape = shapes.get(node.inputs[0]) ?? [];
      found.set(node.id, layerAt({ model, node, inputShape, before, stage, outputs }));
    }
    const over = merges.find((m) => m.past.includes(node.id) && stages.input.get(mergeKey(m)));
    if (over && ["avgPool2d", "globalAvgPool", "interpolate2d"].includes(node.kind))
      found.set(
        node.id,
        meanAt(over, stages.input.get(mergeKey(over)) ?? "pass", shapes.get(node.inputs[0]) ?? []),
      );
  }
  return found;
}

/** A layer with the stages that the batch norms before and after it are at. */
interface Half {
  readonly model: Model;
  readonly node: WeightNode;
  readonly inputShape: readonly number[];
  readonly before: Merge | undefined;
  readonly stage: InputStage | undefined;
  readonly outputs: readonly (Merge & { readonly stage: OutputStage })[];
}

function layerAt(half: Half): Substitute {
  const { before, stage, inputShape, outputs } = half;
  const input = before && stage && inputAt(before, stage, inputShape);
  const key = `${stage ?? "pass"} ${outputs.map((o) => o.stage).join(" ")}`;
  return { key, parameters: () => parametersAt(half), ...(input ? { input } : {}) };
}

function parametersAt({ model, node, inputShape, before, stage, outputs }: Half): {
  weight: Tensor;
  bias?: Tensor;
} {
  let weight = doubles(model.parameters[`${node.id}.weight`]);
  let bias = node.attributes.bias ? doubles(model.parameters[`${node.id}.bias`]) : undefined;
  if (before && (stage === "scaled" || stage === "folded")) {
    const t = stage === "folded" ? before.t : new Float64Array(before.t.length);
    ({ weight, bias } = mergeForward(node, weight, bias, { s: before.s, t }, inputShape));
  }
  for (const { s, t, stage: reached } of outputs) {
    if (reached === "pass") continue;
    weight = scaleOutputs(node, weight, s);
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
  return { weight, ...(bias ? { bias } : {}) };
}

const meanAt = (merge: Merge, stage: InputStage, shape: readonly number[]): Substitute => {
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
