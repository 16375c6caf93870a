/** Rewrites that merge neighbours in a graph, so that a value in between is never stored. Results stay the same (a test
 *  compares fused and unfused plans): to the last bit, except that merging a pool into batch norm reorders two sums.
 *  A value that somebody else reads is never merged away. */

import { analyse, type Graph, type Node } from "../model/model.js";
import { isDepthwise } from "../ops/conv2d-geometry.js";
import { type Layout, layout } from "../ops/layout.js";
import { type Fused, notFused } from "../ops/op.js";

/** A node of a plan: one op with what was merged into it. Its value is known by the id of the last merged node. */
export interface Step {
  readonly node: Node;
  readonly id: string;
  /** Ids of the values that it reads: the op's inputs, then what was merged. */
  readonly inputs: readonly string[];
  readonly fused: Fused;
}

interface Neighbours {
  /** Whether no gradient follows and norms use running statistics. */
  readonly isFixed: boolean;
  /** Ids that read a value. */
  readers(id: string): readonly string[];
  isRetained(id: string): boolean;
  layout(id: string): Layout;
}

/** Merges `next` into a step that it alone reads, or returns undefined. */
type Rewrite = (step: Step, next: Step, near: Neighbours) => Step | undefined;

const hasNormalise = (node: Node): boolean =>
  node.kind === "batchNorm" ||
  node.kind === "groupNorm" ||
  node.kind === "layerNorm" ||
  node.kind === "instanceNorm";

/** Ops that can end in a ReLU of their own. */
const endsInRelu = (node: Node): boolean =>
  node.kind === "conv2d" || node.kind === "dense" || node.kind === "add" || hasNormalise(node);

/** One of these, then ReLU: the ReLU happens as the result is written. */
const reluIntoProducer: Rewrite = (step, next) => {
  if (!endsInRelu(step.node) || next.node.kind !== "relu" || step.fused.relu || step.fused.pool)
    return undefined;
  return { ...step, id: next.id, fused: { ...step.fused, relu: true } };
};

/** Whether a step is a convolution whose kernel, in a plan that only goes forward, has all of the ends. */
function hasEnds({ node }: Step, near: Neighbours): boolean {
  if (!near.isFixed || node.kind !== "conv2d") return false;
  const { groups } = node.attributes;
  return groups === 1 || isDepthwise(node.attributes, near.layout(node.inputs[0]).C);
}

/** conv2d, then batchNorm with running statistics: normalised as it is written. */
const normIntoConvolution: Rewrite = (step, next, near) => {
  const { relu, norm } = step.fused;
  if (next.node.kind !== "batchNorm" || relu || norm || !hasEnds(step, near)) return undefined;
  return { ...step, id: next.id, fused: { ...step.fused, norm: next.node } };
};

/** conv2d, then a clip from 0 (ReLU6): a ReLU with a largest value. */
const clipIntoConvolution: Rewrite = (step, next, near) => {
  if (next.node.kind !== "clip" || step.fused.relu || !hasEnds(step, near)) return undefined;
  const { low, high } = next.node.attributes;
  if (low !== 0 || high === 0) return undefined;
  const fused = { ...step.fused, relu: true, high: high ?? Infinity };
  return { ...step, id: next.id, fused };
};

/** batchNorm (then ReLU), then 2×2 max-pool: the normalised map is never stored. */
const poolIntoBatchNorm: Rewrite = (step, next) => {
  const { pool, sum } = step.fused;
  if (step.node.kind !== "batchNorm" || next.node.kind !== "maxPool2d" || pool || sum)
    return undefined;
  const { size, stride, padding } = next.node.attributes;
  if (size !== 2 || stride !== 2 || padding !== 0) return undefined;
  return { ...step, id: next.id, fused: { ...step.fused, pool: true } };
};

/** A norm, then a sum with an image: added as the normalised value is written. */
const sumIntoNorm: Rewrite = (step, next, near) => {
  const { relu, pool, sum, norm } = step.fused;
  if (!(hasNormalise(step.node) || norm) || next.node.kind !== "add") return undefined;
  if (relu || pool || sum) return undefined;
  if (near.layout(step.id).shape.length !== 3) return undefined; // vectors may lie in another order
  const [a, b] = next.inputs;
  const inputs = [...step.inputs, a === step.id ? b : a];
  return { ...step, id: next.id, inputs, fused: { ...step.fused, sum: true } };
};

export const rewrites: Readonly<Record<string, Rewrite>> = {
  reluIntoProducer,
  poolIntoBatchNorm,
  normIntoConvolution,
  clipIntoConvolution,
  sumIntoNorm,
};

/** The graph as steps with every rewrite applied; `retain` names values that must stay readable. `isFixed`: no gradient
 *  follows, and norms use running statistics. */
export function fuse(graph: Graph, retain: readonly string[], isFixed: boolean): readonly Step[] {
  const near = { ...neighbours(graph, retain), isFixed };
  const steps: Step[] = [];
  for (const node of graph.nodes) {
    const next: Step = { node, id: node.id, inputs: node.inputs, fused: notFused };
    // A merged step stands where the later of the two stood: all that it reads is there.
    steps.push(mergeInto(steps, next, near) ?? next);
  }
  return maskInputs(steps, near);
}

/** Takes out a step whose only reader is `next`, and returns the two as one; undefined if there is none to merge. */
function mergeInto(steps: Step[], next: Step, near: Neighbours): Step | undefined {
  for (const id of next.inputs) {
    const at = steps.findIndex((step) => step.id === id);
    if (at < 0 || near.readers(id).length !== 1 || near.isRetained(id)) continue;
    for (const rewrite of Object.values(rewrites)) {
      const merged = rewrite(steps[at], next, near);
      if (!merged) continue;
      steps.splice(at, 1);
      return merged;
    }
  }
  return undefined;
}

/** conv2d or dense with a ReLU merged in, read by one norm or max-pool alone, whose backward pass also undoes that ReLU. */
function maskInputs(steps: readonly Step[], near: Neighbours): readonly Step[] {
  const masked = new Set<string>();
  const withMask = steps.map((step) => {
    const source = steps.find((other) => other.id === step.node.inputs[0]);
    const takes = source?.node.kind === "conv2d" || source?.node.kind === "dense";
    const masks = hasNormalise(step.node) || step.node.kind === "maxPool2d";
    if (
      !masks ||
      !takes ||
      !source?.fused.relu ||
      near.readers(source.id).length !== 1 ||
      near.isRetained(source.id) // its own gradient may be read, and would come out masked
    )
      return step;
    masked.add(source.id);
    return { ...step, fused: { ...step.fused, maskInput: true } };
  });
  return withMask.map((step) =>
    masked.has(step.id) ? { ...step, fused: { ...step.fused, masked: true } } : step,
  );
}

function neighbours(graph: Graph, retain: readonly string[]): Omit<Neighbours, "isFixed"> {
  const readers = new Map<string, string[]>();
  const layouts = new Map([
    ["input", layout(graph.inputShape)],
    ...analyse(graph).map((facts) => [facts.node.id, facts.output] as const),
  ]);
  for (const node of graph.nodes)
    for (const id of node.inputs) readers.set(id, [...(readers.get(id) ?? []), node.id]);
  return {
    readers: (id) => readers.get(id) ?? [],
    isRetained: (id) => retain.includes(id) || id === graph.output,
    layout: (id) => layouts.get(id) as Layout,
  };
}

/** The graph as it stands, one step per node. */
export const unfused = (graph: Graph): readonly Step[] =>
  graph.nodes.map((node) => ({ node, id: node.id, inputs: node.inputs, fused: notFused }));
