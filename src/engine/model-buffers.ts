/** The memory that a model owns in an executor: parameters, gradients, noise keys. Same addresses in every plan. */

import { analyse, type Graph, type GraphParameter } from "../model/model.js";
import { opOf } from "../ops/index.js";
import { padded } from "../ops/layout.js";
import type { Buffer, ParameterMemory, Place } from "../ops/op.js";
import type { Learns, ModelBuffers, ParameterPlace } from "./plan.js";

/** A buffer that stays where it is. */
export const fixedBuffer = (
  name: string,
  size: number,
  scope: Buffer["scope"] = "once",
): Buffer => ({
  name,
  size,
  scope,
  fixed: true,
});

export const placeOf = (buffer: Buffer, offset = 0): Place => ({
  buffer,
  offset,
  image: buffer.scope === "image" ? buffer.size : 0,
  chunk: buffer.scope === "chunk" ? buffer.size : 0,
});

/** Lays out all parameters: those that decay, other trainable ones, the rest; so that an optimiser step is one range.
 *  A trainable parameter that does not `learn` belongs to the rest. `packs`: the plans only go forward. */
export function modelBuffers(
  graph: Graph,
  { learns = () => true, packs = false }: { learns?: Learns; packs?: boolean } = {},
): ModelBuffers {
  const specs = analyse(graph).flatMap((facts) => facts.parameters);
  const isLearning = (spec: GraphParameter): boolean => spec.trainable && learns(spec);
  const groups = [
    specs.filter((spec) => isLearning(spec) && spec.decays),
    specs.filter((spec) => isLearning(spec) && !spec.decays),
    specs.filter((spec) => !isLearning(spec)),
  ];
  const memoryOf = ({ memory, packed }: GraphParameter): ParameterMemory =>
    packs && packed ? packed : memory;
  const sizes = groups.map((group) =>
    group.reduce((sum, spec) => sum + padded(memoryOf(spec).size), 0),
  );
  const [decaying, plain, kept] = sizes;
  const trainable = decaying + plain;
  const parameters = fixedBuffer("parameters", trainable + kept);
  const gradients = fixedBuffer("gradients", trainable);
  const places = new Map<string, ParameterPlace>();
  let offset = 0;
  for (const spec of groups.flat()) {
    const memory = memoryOf(spec);
    const value = placeOf(parameters, offset);
    const gradient = isLearning(spec) ? { gradient: placeOf(gradients, offset) } : {};
    places.set(spec.key, { spec, memory, isPacked: memory === spec.packed, value, ...gradient });
    offset += padded(memory.size);
  }
  const noiseNodes = graph.nodes.filter(({ kind }) => opOf(kind).noisy).map(({ id }) => id);
  const noise = fixedBuffer("noise", 4 * noiseNodes.length + 4);
  const noiseKeys = placeOf(noise);
  const noiseStep = placeOf(noise, 4 * noiseNodes.length);
  return {
    parameters,
    gradients,
    noise,
    noiseKeys,
    noiseStep,
    trainable,
    decaying,
    places,
    noiseNodes,
  };
}
