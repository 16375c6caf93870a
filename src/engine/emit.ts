/** The `Emit` of one step: hands an op its places and collects its calls. */

import { type Layout, sameMemory } from "../ops/layout.js";
import { type Buffer, type Emit, type GradientSum, images, type Place } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import {
  type Compilation,
  gather,
  goesBackward,
  placeIn,
  table,
  type Value,
} from "./compilation.js";
import type { Step } from "./fuse.js";
import { fixedBuffer, placeOf } from "./model-buffers.js";

/** `inputs` are the layouts that the op asked for; an input in another order is reordered first. */
export function emit(c: Compilation, step: Step, inputs: readonly Layout[]): Emit<unknown> {
  const { node } = step;
  const sources = step.inputs.map((id) => c.values.get(id) as Value);
  const own = c.values.get(step.id) as Value;
  const masked = { ...step.fused, masked: true };
  const memory = new Map<string, Place>();
  const ordered = new Map<number, Place>();

  const remember = (name: string, size: number, scope: Buffer["scope"]): Place => {
    const known = memory.get(name) ?? placeOf(c.buffer(`${node.id}.${name}`, size, scope));
    memory.set(name, known);
    return known;
  };
  const parameter = (name: string, id = node.id) =>
    c.model.places.get(`${id}.${name}`) ??
    fail("shape", `plan: node "${id}" has no parameter "${name}"`);

  const x = (i = 0): Place => {
    if (sameMemory(sources[i].layout, inputs[i])) return placeIn(c, sources[i]);
    const known = ordered.get(i);
    if (known) return known;
    const place = placeOf(c.buffer(`${node.id}.ordered${i}`, inputs[i].size, "image"));
    gather(c, placeIn(c, sources[i]), place, sources[i].layout, inputs[i]);
    ordered.set(i, place);
    return place;
  };

  return {
    attributes: node.attributes,
    stats: c.options.stats,
    arithmetic: c.options.arithmetic ?? "exact",
    plain: c.options.plain ?? false,
    N: c.options.batch,
    inputs,
    output: own.layout,
    get fused() {
      return own.isMasked ? masked : step.fused;
    },
    training: c.options.training,
    learns: goesBackward(c.options),
    x,
    get y() {
      return placeIn(c, own);
    },
    get dy() {
      return own.gradient ?? fail("shape", `plan: node "${node.id}" has no gradient`);
    },
    dx: (i = 0) => (sources[i].wanted ? gradientPlace(c, sources[i], inputs[i]) : undefined),
    dxSum: (i = 0) => (sources[i].wanted ? gradientSum(c, sources[i], inputs[i]) : undefined),
    passValue() {
      if (sameMemory(sources[0].layout, own.layout)) own.place = sources[0].place;
      else gather(c, sources[0].place, own.place, sources[0].layout, own.layout);
    },
    passGradient(i) {
      const source = sources[i];
      if (!source.wanted || !own.gradient) return;
      const alike = sameMemory(source.layout, own.layout);
      if (alike && !source.gradient && source.id !== "input" && !c.handedOn.has(own.gradient)) {
        source.gradient = own.gradient;
        c.handedOn.add(own.gradient);
      } else if (alike && source.gradient)
        c.calls.each(
          "add",
          source.gradient,
          own.gradient,
          source.gradient,
          images(own.layout.size),
        );
      else {
        const to = gradientPlace(c, source, source.layout);
        if (alike) c.calls.each("copy", own.gradient, to, images(own.layout.size));
        else gather(c, own.gradient, to, own.layout, source.layout);
      }
    },
    parameter: (name) => parameter(name).value,
    isPacked: (name) => parameter(name).isPacked,
    normParameter: (name) => parameter(name, step.fused.norm?.id).value,
    parameterSize: (name) => parameter(name).memory.size,
    gradient: (name) => (c.options.wants.parameters ? parameter(name).gradient : undefined),
    perImage: (name, size) => remember(name, size, "image"),
    perChunk: (name, size) => remember(name, size, "chunk"),
    perThread: (name, size) => remember(name, size, "thread"),
    shared: (name, size) => remember(name, size, "once"),
    noiseKey: () => placeOf(c.model.noise, 4 * c.model.noiseNodes.indexOf(node.id)),
    noiseStep: () => c.model.noiseStep,
    integers: (values) => table(c, values),
    each: c.calls.each,
    beforeChunk: c.calls.beforeChunk,
    afterChunk: c.calls.afterChunk,
    once: c.calls.once,
    late: c.calls.late,
    prepare: c.calls.prepare,
  };
}

/** Where a reader of `source` adds its part of the gradient itself, and ends it if the part is the last. */
function gradientSum(c: Compilation, source: Value, layout: Layout): GradientSum {
  if (!sameMemory(layout, source.layout))
    return { to: gradientPlace(c, source, layout), adds: 0, mask: -1 };
  const adds = source.gradient ? 1 : 0;
  const to = source.gradient ?? newGradient(c, source);
  source.gradient = to;
  const isRead = c.options.gradients?.includes(source.id); // it would come out masked
  if (!source.isRectified || source.isMasked || source.readers > 1 || isRead)
    return { to, adds, mask: -1 };
  source.isMasked = true;
  return { to, adds, mask: placeIn(c, source) };
}

/** Where a reader of `source` writes its gradient, in `layout`. The first reader writes to the gradient itself; later
 *  ones, and those that see the value in another order, to memory of their own that is added when their op is done. */
function gradientPlace(c: Compilation, source: Value, layout: Layout): Place {
  const { size } = source.layout;
  const isFirst = source.gradient === undefined;
  const gradient = source.gradient ?? newGradient(c, source);
  source.gradient = gradient;
  const isReordered = !sameMemory(layout, source.layout);
  if (isFirst && !isReordered) return gradient;
  const own = placeOf(c.buffer(`${source.id}.gradientPart`, layout.size, "image"));
  c.pending.push(() => {
    const inOrder =
      isReordered && !isFirst
        ? placeOf(c.buffer(`${source.id}.reordered`, size, "image"))
        : gradient;
    if (isReordered) gather(c, own, inOrder, layout, source.layout);
    if (!isFirst)
      c.calls.each("add", gradient, isReordered ? inOrder : own, gradient, images(size));
  });
  return own;
}

function newGradient(c: Compilation, source: Value): Place {
  const name = `${source.id}.gradient`;
  const { size } = source.layout;
  return placeOf(
    source.id === "input" ? fixedBuffer(name, size, "image") : c.buffer(name, size, "image"),
  );
}
