/** Model → plan: walks the steps forward and back and collects the kernel calls that every op writes. */

import { analyse, type Graph, type NodeFacts } from "../model/model.js";
import { opOf } from "../ops/index.js";
import { inOrder, type Layout, layout } from "../ops/layout.js";
import { type Buffer, type Emit, images, type Place, type Stats } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import { backwardOf } from "./backward.js";
import { calls } from "./calls.js";
import {
  type Compilation,
  gather,
  goesBackward,
  isForwardOnly,
  type Value,
} from "./compilation.js";
import { emit } from "./emit.js";
import { fuse, type Step, unfused } from "./fuse.js";
import { fixedBuffer, placeOf } from "./model-buffers.js";
import type { ModelBuffers, Plan, PlanOptions, Readable } from "./plan.js";

export function compile(graph: Graph, model: ModelBuffers, options: PlanOptions): Plan {
  const facts = new Map(analyse(graph).map((f) => [f.node.id, f]));
  const { retain, gradients = [], backward = "gradient" } = options;
  const isFused = options.fuse && backward === "gradient";
  const isFixed = isForwardOnly(options) && options.stats === "running";
  const steps = isFused ? fuse(graph, [...retain, ...gradients], isFixed) : unfused(graph);
  const c = begin(graph, model, options, facts, steps);
  const refused = refusal(graph, options.batch, options.stats);
  if (refused) fail("unsupported", refused);
  const contexts = steps.map((step) => emit(c, step, inputsOf(step, facts)));
  for (const [i, context] of contexts.entries()) opOf(steps[i].node.kind).forward(context);
  const output = inLogicalOrder(c, c.values.get(graph.output) as Value);
  const ends = endOfForward(c, output);
  c.calls.startBackward();
  c.isBackward = true;
  for (const [i, context] of contexts.entries())
    if (steps[i].id !== graph.output) forget(c, steps[i], context);
  if (goesBackward(options)) {
    returnGradient(c, c.values.get(graph.output) as Value, output, ends.outputGradient);
    for (let i = contexts.length - 1; i >= 0; i--) {
      const own = c.values.get(steps[i].id) as Value;
      if (own.gradient) {
        keepGradient(c, own);
        backwardOf(steps[i].node.kind, backward)(contexts[i]);
        for (const addPart of c.pending.splice(0)) addPart();
      }
      for (const id of steps[i].inputs) (c.values.get(id) as Value).readers--;
    }
  }
  return finish(c, output, ends);
}

/** The layouts that a step's op asks for; a merged sum takes its other image as it takes its own. */
function inputsOf(step: Step, facts: ReadonlyMap<string, NodeFacts>): readonly Layout[] {
  const { inputs, output } = facts.get(step.node.id) as NodeFacts;
  return step.fused.sum ? [...inputs, output] : inputs;
}

function begin(
  graph: Graph,
  model: ModelBuffers,
  options: PlanOptions,
  facts: ReadonlyMap<string, NodeFacts>,
  steps: readonly Step[],
): Compilation {
  const input = layout(graph.inputShape);
  const place = placeOf(fixedBuffer("input", input.size, "image"));
  const values = new Map<string, Value>([
    ["input", { ...unread, id: "input", layout: input, place, wanted: options.wants.input }],
  ]);
  const buffer = (name: string, size: number, scope: Buffer["scope"]): Buffer => ({
    name,
    size,
    scope,
    fixed: false,
  });
  for (const step of steps) {
    const own = facts.get(step.id) as NodeFacts; // the last merged node has the output's layout
    const source = step.inputs.map((id) => values.get(id) as Value);
    for (const value of source) value.readers++;
    const learns = (facts.get(step.node.id) as NodeFacts).parameters.some(
      ({ key }) => model.places.get(key)?.gradient !== undefined,
    );
    values.set(step.id, {
      ...unread,
      id: step.id,
      isRectified: step.fused.relu ?? false,
      isMasked: step.fused.masked ?? false,
      layout: own.output,
      place: placeOf(buffer(step.id, own.output.size, "image")),
      wanted:
        source.some((value) => value.wanted) ||
        (options.wants.parameters && learns) ||
        (options.gradients?.includes(step.id) ?? false),
    });
  }
  return {
    options,
    model,
    calls: calls(),
    values,
    tables: [],
    handedOn: new Set(),
    gradients: new Map(),
    pending: [],
    isBackward: false,
    buffer,
  };
}

const unread = { readers: 0, isRectified: false, isMasked: false };

/** Lets the backward pass make a step's value once more instead of keeping it, if its op can and its input is kept for
 *  the parameters' gradients. */
function forget(c: Compilation, { node, id, fused }: Step, context: Emit<unknown>): void {
  const { again } = opOf(node.kind);
  const { fuse, wants, retain } = c.options;
  if (!again || !fuse || !wants.parameters || retain.includes(id) || fused.sum || fused.pool)
    return;
  const own = c.values.get(id) as Value;
  const isShared = [...c.values.values()].some(
    (value) => value !== own && value.place.buffer === own.place.buffer,
  );
  if (!isShared) own.again = (at) => again(context, at);
}

/** Copies a complete gradient that will be read: its own place may be overwritten or handed on. */
function keepGradient(c: Compilation, { id, layout, gradient }: Value): void {
  if (!gradient || !c.options.gradients?.includes(id)) return;
  const place = placeOf(fixedBuffer(`${id}.keptGradient`, layout.size, "image"));
  c.calls.each("copy", gradient, place, images(layout.size));
  c.gradients.set(id, { place, layout });
}

/** Why a graph cannot run on batches of this size, or undefined. */
export function refusal(graph: Graph, batch: number, stats: Stats): string | undefined {
  for (const { node, inputs } of analyse(graph)) {
    const reason = opOf(node.kind).refuses?.(node.attributes, inputs, batch, stats);
    if (reason) return `node "${node.id}": ${reason}`;
  }
  return undefined;
}

interface Ends {
  readonly outputGradient: Place;
  readonly labels: Place;
  readonly targets: Place;
  readonly losses: Place;
  readonly correct: Place;
}

/** The output as a vector in logical order, reordered if it is a flattened image. */
function inLogicalOrder(c: Compilation, output: Value): Readable {
  if (output.layout.shape.length !== 1 || inOrder(output.layout)) return output;
  const plain = layout(output.layout.shape);
  const place = placeOf(fixedBuffer("output", plain.size, "image"));
  gather(c, output.place, place, output.layout, plain);
  return { place, layout: plain };
}

/** Hands the gradient of the ordered output back to the output itself. */
function returnGradient(c: Compilation, value: Value, output: Readable, gradient: Place): void {
  if (value.place === output.place) {
    value.gradient = gradient;
    return;
  }
  value.gradient = placeOf(c.buffer("outputGradient", value.layout.size, "image"));
  gather(c, gradient, value.gradient, output.layout, value.layout);
}

/** Loss, or a place for the caller's output gradient. */
function endOfForward(c: Compilation, output: Readable): Ends {
  const { batch, loss, wants } = c.options;
  const { C, cs, size } = output.layout;
  const perImage = (name: string, elements: number) =>
    placeOf(fixedBuffer(name, elements, "image"));
  const ends: Ends = {
    outputGradient: perImage("outputGradient", size),
    labels: perImage("labels", 1),
    targets: perImage("targets", size),
    losses: perImage("losses", 1),
    correct: perImage("correct", 1),
  };
  if (!loss) return ends;
  if (output.layout.shape.length !== 1)
    fail(
      "shape",
      `loss: the model's output has shape [${output.layout.shape.join(",")}], expected a vector of logits`,
    );
  const gradient = goesBackward(c.options) ? ends.outputGradient : -1;
  // Gradients of parameters are of the mean loss; of the input, of each image's own loss.
  const scale = wants.parameters ? 1 / batch : 1;
  const against = loss === "crossEntropy" ? ends.labels : ends.targets;
  c.calls.each(
    loss,
    output.place,
    against,
    ends.losses,
    ends.correct,
    gradient,
    images(),
    C,
    cs,
    scale,
  );
  return ends;
}

function finish(c: Compilation, output: Readable, ends: Ends): Plan {
  const input = c.values.get("input") as Value;
  return {
    options: c.options,
    ...c.calls.finish(),
    tables: c.tables,
    input: { place: input.place, layout: input.layout },
    ...(input.gradient ? { inputGradient: { place: input.gradient, layout: input.layout } } : {}),
    output,
    ...ends,
    values: new Map([...c.values].filter(([id]) => c.options.retain.includes(id))),
    gradients: c.gradients,
  };
}
